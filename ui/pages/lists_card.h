// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What happened in the run, and the values that the plots show now, as lists; with the ways to advice and to
// what other choices would have needed.

#include "core/record/run_config.h"

#include <QFrame>

#include <string>
#include <vector>

class QPushButton;
class QTabBar;
class QTableView;

namespace mantissa::ui {

class EventListModel;
class RunSession;
class TextTableModel;
class ViewRange;

class ListsCard : public QFrame {
    Q_OBJECT
public:
    ListsCard(RunSession* session, ViewRange* range, QWidget* parent);

    /// Another run is shown.
    void showRun();
    void showNewRows();

Q_SIGNALS:
    void settingsChosen(const std::vector<std::string>& settings); ///< "key=value" of an advice
    void continueRequested(); ///< with the run that is shown
    void configChosen(const RunConfig& config); ///< of a what-if

private:
    void buildTable();
    QPushButton* continueButton();
    QPushButton* adviceButton();
    QPushButton* whatIfButton();
    void showValues();

    RunSession* m_session;
    ViewRange* m_range;
    EventListModel* m_eventModel;
    TextTableModel* m_values;
    QTableView* m_events;
    QTabBar* m_tabs; ///< events, or the values in view
};

} // namespace mantissa::ui
