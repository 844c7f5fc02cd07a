// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The report of the open run as it will be on paper, with the ways to hand it on. Laid out when it is looked
// at.

#include "ui/run_session.h"

#include <QWidget>

class QLabel;

namespace mantissa::ui {

class PaperView;
class ReportPages;

class ReportPage : public QWidget {
    Q_OBJECT
public:
    ReportPage(RunSession* session, QWidget* parent);
    ~ReportPage() override;
    /// Takes what the run is now.
    void refresh();

Q_SIGNALS:
    void saveRequested(const QString& ending);
    void copyRequested(); ///< as Markdown

protected:
    void showEvent(QShowEvent* event) override;

private:
    void noteChange();
    RunSession* m_session;
    QLabel* m_state;
    PaperView* m_paper;
    std::unique_ptr<ReportPages> m_pages;
    bool m_isStale = true;
};

} // namespace mantissa::ui
