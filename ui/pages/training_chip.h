// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Says which run trains while another is shown, and how far it is; a click shows it again. Hidden otherwise.

#include <QPushButton>

namespace mantissa::ui {

class RunSession;

class TrainingChip : public QPushButton {
    Q_OBJECT
public:
    TrainingChip(RunSession* session, QWidget* parent);

private:
    void showState();

    RunSession* m_session;
    QString m_folder{}; ///< of the run that m_title is of
    QString m_title{}; ///< read from a file: not for every frame
};

} // namespace mantissa::ui
