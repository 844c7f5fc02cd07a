// SPDX-License-Identifier: GPL-3.0-or-later
// The window's tool bar and status bar: what they ask for is connected here, and what they show is told.

#include "ui/export_menu.h"
#include "ui/main_window.h"
#include "ui/pages/compare_page.h"
#include "ui/pages/experiment_page.h"
#include "ui/pages/numbers_page.h"
#include "ui/pages/report_page.h"
#include "ui/pages/setup_edit.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/tool_bar.h"

#include <QAction>
#include <QLabel>
#include <QShortcut>
#include <QStatusBar>
#include <QTabBar>
#include <QTimer>
#include <QUndoStack>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int messageMilliseconds = 12000;

} // namespace

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    m_tools->fitInto(width());
}

void MainWindow::buildToolBar()
{
    m_exports = new ExportMenu(m_session, m_train->setup(), centralWidget(), this);
    connect(m_exports, &ExportMenu::told, this, &MainWindow::tell);
    connect(m_report, &ReportPage::saveRequested, m_exports, &ExportMenu::exportReport);
    connect(m_report, &ReportPage::copyRequested, m_exports, &ExportMenu::copyReport);
    m_tools = new ToolBar(m_tabs, m_train->range(), m_exports, this);
    addToolBar(m_tools);
    connect(m_tools, &ToolBar::startRequested, this, &MainWindow::start);
    connect(m_tools, &ToolBar::pauseRequested, m_session, &RunSession::setPaused);
    connect(m_tools, &ToolBar::stopRequested, m_session, &RunSession::stop);
    connect(m_tools, &ToolBar::queueRequested, this, &MainWindow::queueSetup);
    connect(m_tools, &ToolBar::openRequested, this, &MainWindow::chooseRun);
    connect(m_tools, &ToolBar::themeRequested, this, &MainWindow::chooseTheme);
    connect(m_tools, &ToolBar::otherThemeRequested, this,
        [this] { chooseTheme(theme().isDark ? ThemeChoice::Light : ThemeChoice::Dark); });
    connect(m_tools, &ToolBar::guideRequested, this, &MainWindow::showGuide);
    connect(m_train->setup(), &SetupPanel::configChanged, this, [this] {
        const auto config = m_train->setup()->usable();
        m_tools->setProblem(config ? QString() : messageText(config.error().message));
        showState();
    });
    QUndoStack* undo = m_train->setup()->undoStack();
    auto* undoAction = undo->createUndoAction(this);
    undoAction->setShortcut(undoKeys().front());
    auto* redoAction = undo->createRedoAction(this);
    redoAction->setShortcuts(redoKeys());
    m_train->addActions({undoAction, redoAction}); // on other pages nothing would be seen of it
}

void MainWindow::addPageKeys()
{
    const auto on = [this](const QKeySequence& keys, auto&& show) {
        auto* shortcut = new QShortcut(keys, this);
        connect(shortcut, &QShortcut::activated, this, show);
    };
    for (int page = 0; page < m_tabs->count(); ++page) {
        const QKeySequence keys(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + page));
        on(keys, [this, page] { m_tabs->setCurrentIndex(page); });
        m_tabs->setTabToolTip(
            page, m_tabs->tabText(page) % u"  ("_s % keys.toString(QKeySequence::NativeText) % u")"_s);
    }
    const auto turn = [this](int by) {
        m_tabs->setCurrentIndex((m_tabs->currentIndex() + by + m_tabs->count()) % m_tabs->count());
    };
    on(Qt::CTRL | Qt::Key_Q, [this] { close(); });
    on(Qt::CTRL | Qt::Key_Tab, [turn] { turn(1); });
    on(Qt::CTRL | Qt::SHIFT | Qt::Key_Tab, [turn] { turn(-1); });
    on(Qt::CTRL | Qt::SHIFT | Qt::Key_Backtab, [turn] { turn(-1); }); // what most keyboards make of it
}

void MainWindow::buildStatusBar()
{
    m_message = new QLabel(this);
    m_costLabel = new QLabel(this);
    statusBar()->addWidget(m_message, 1);
    statusBar()->addPermanentWidget(m_costLabel);
    statusBar()->setSizeGripEnabled(false);
}

void MainWindow::chooseTheme(ThemeChoice choice)
{
    applyTheme(choice);
    m_tools->applyColours();
    m_train->applyColours();
    m_compare->redraw();
    m_numbers->redraw();
    m_experiment->redraw();
}

void MainWindow::tell(const QString& message)
{
    m_message->setText(message);
    m_message->setToolTip(message);
    m_told.setRemainingTime(messageMilliseconds); // until then a run that trains does not write over it
    QTimer::singleShot(messageMilliseconds + 1000, this, // timers come early too
        &MainWindow::showState);
}

void MainWindow::showStanding()
{
    const Run& run = m_session->run();
    const bool isLive = m_session->showsTraining() || m_session->isFollowing();
    const QString words = !isLive && !m_tools->problem().isEmpty()
        ? tr("Start waits for the set-up. %1").arg(m_tools->problem())
        : !run.started() ? QString()
        : isLive         ? text(run.started()->device)
                         : tr("this run was trained on %1").arg(text(run.started()->device));
    m_message->setText(words);
    m_message->setToolTip(words);
}

void MainWindow::showState()
{
    const bool training = m_session->showsTraining();
    m_tools->showState(*m_session);
    if (m_told.hasExpired())
        showStanding();
    if (m_session->state() == TrainerState::Stopping)
        m_message->setText(tr("stopping: evaluating, then saving…; Stop again leaves the evaluation out"));
    if (m_session->state() == TrainerState::Interrupting)
        m_message->setText(tr("stopping: saving…"));
    if (training)
        m_drawCost.measure(*m_session);
    m_costLabel->setText(training ? tr("the window uses %1 % of one core, at up to %2 frames a second")
                                        .arg(100 * m_drawCost.share(), 0, 'f', 0)
                                        .arg(1000 / m_session->frameMilliseconds())
            : !m_session->isFollowing() ? QString()
            : m_session->isControlled() ? tr("following a run of another process")
                                        : tr("following a run that cannot be controlled from here"));
    m_costLabel->setToolTip(m_session->whyNotControlled());
}

} // namespace mantissa::ui
