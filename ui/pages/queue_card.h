// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What trains next: in order, to move and to remove, by buttons or by Ctrl+Up, Ctrl+Down and Delete. Hidden
// while empty.

#include "ui/run_session.h"

#include <QFrame>

class QLabel;
class QListView;
class QPushButton;

namespace mantissa::ui {

class QueueCard : public QFrame {
    Q_OBJECT
public:
    QueueCard(RunSession* session, QWidget* parent);

private:
    QPushButton* command(
        const QString& name, const QString& title, const QKeySequence& keys, void (QueueCard::*slot)());
    void moveUp();
    void moveDown();
    void remove();
    void showState();
    int row() const;
    void select(int row);

    RunSession* m_session;
    QLabel* m_title;
    QListView* m_list;
    QPushButton* m_go;
};

} // namespace mantissa::ui
