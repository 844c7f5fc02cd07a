// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/training_chip.h"

#include "ui/run_session.h"
#include "ui/theme/format.h"

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

TrainingChip::TrainingChip(RunSession* session, QWidget* parent)
    : QPushButton(parent)
    , m_session(session)
{
    setObjectName(u"trainingChip"_s);
    setStyleSheet(u"margin: 8px 12px 0px 12px;"_s); // of its own: while it is hidden no room is left for it
    setToolTip(tr("Shows the run that trains again; it goes on meanwhile"));
    for (const auto change : {&RunSession::runChanged, &RunSession::trainingAside, &RunSession::ended})
        connect(session, change, this, &TrainingChip::showState);
    showState();
}

void TrainingChip::showState()
{
    const Run* run = m_session->showsTraining() ? nullptr : m_session->trainingRun();
    setVisible(run != nullptr);
    if (!run)
        return;
    if (const QString folder = ui::text(run->folder().string()); folder != m_folder) {
        m_folder = folder;
        m_title = ui::text(run->title());
    }
    const TrainerState state = m_session->trainingState();
    const QString what = state == TrainerState::Paused || state == TrainerState::Pausing ? tr("paused")
        : state == TrainerState::Training                                                ? tr("training")
                                                                                         : tr("stopping");
    setText(tr("● %1: %2 · step %3/%4")
                .arg(what, m_title, countText(run->steps()), countText(run->config().training.maxSteps)));
}

} // namespace mantissa::ui
