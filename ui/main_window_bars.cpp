// SPDX-License-Identifier: GPL-3.0-or-later
// The window's tool bar and status bar; what they do is in main_window.cpp.

#include "ui/main_window.h"
#include "ui/pages/setup_edit.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/plot/view_range.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QLabel>
#include <QLayout>
#include <QMenu>
#include <QStatusBar>
#include <QTabBar>
#include <QToolBar>
#include <QToolButton>
#include <QUndoStack>

#include <tuple>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

QAction* MainWindow::action(
    const QString& iconName, const QString& title, const QKeySequence& keys, void (MainWindow::*slot)())
{
    auto* action = new QAction(icon(iconName), title, this);
    action->setObjectName(iconName);
    action->setShortcut(keys);
    action->setToolTip(
        keys.isEmpty() ? title : title % u"  ("_s % keys.toString(QKeySequence::NativeText) % u")"_s);
    connect(action, &QAction::triggered, this, slot);
    m_icons.emplace_back(action, iconName);
    return action;
}

void MainWindow::buildToolBar()
{
    auto* bar = m_tools = addToolBar(tr("Tools"));
    bar->setObjectName(u"tools"_s);
    bar->setMovable(false);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->setIconSize({16, 16});
    bar->addWidget(m_tabs);
    bar->addSeparator();
    m_start = action(u"start"_s, tr("Start"), Qt::CTRL | Qt::Key_Return, &MainWindow::start);
    m_pause = action(u"pause"_s, tr("Pause"), Qt::CTRL | Qt::Key_P, &MainWindow::pause);
    m_pause->setCheckable(true);
    m_stop = action(u"stop"_s, tr("Stop"), Qt::CTRL | Qt::Key_Period, &MainWindow::stop);
    bar->addActions({m_start, m_pause, m_stop});
    auto* more = new QMenu(this);
    for (const auto& [name, title, keys, seeds] :
        {std::tuple(u"queueSetup"_s, tr("Queue this set-up"),
             QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Return), 1),
            std::tuple(u"queueSeeds"_s, tr("Queue it with five seeds"), QKeySequence(), 5)}) {
        QAction* entry = more->addAction(title, this, [this, seeds = seeds] { queueSetup(seeds); });
        entry->setObjectName(name);
        entry->setShortcut(keys);
        addAction(entry); // its keys work while the menu is closed
    }
    auto* queue = new QToolButton(bar);
    queue->setObjectName(u"queueMenu"_s);
    queue->setText(tr("Queue"));
    queue->setToolTip(tr("Trains once what runs is done"));
    queue->setPopupMode(QToolButton::InstantPopup);
    queue->setMenu(more);
    bar->addWidget(queue);
    m_follow = new QAction(icon(u"follow"_s), tr("Follow"), this);
    m_icons.emplace_back(m_follow, u"follow"_s);
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    connect(m_follow, &QAction::toggled, m_train->range(), &ViewRange::setFollow);
    connect(m_train->range(), &ViewRange::followChanged, m_follow, &QAction::setChecked);
    m_follow->setToolTip(tr("Shows what arrives; zooming lets go of it  (End)"));
    bar->addAction(m_follow);
    ViewRange* range = m_train->range();
    for (const auto& [name, title, move, able] :
        {std::tuple(u"back"_s, tr("View before  (Alt+Left)"), &ViewRange::back, &ViewRange::canGoBack),
            std::tuple(u"forward"_s, tr("View after  (Alt+Right)"), &ViewRange::forward,
                &ViewRange::canGoForward)}) {
        auto* step = new QAction(icon(name), title, this);
        step->setObjectName(name);
        step->setEnabled(false);
        m_icons.emplace_back(step, name);
        connect(step, &QAction::triggered, range, move);
        connect(range, &ViewRange::historyChanged, step,
            [step, range, able = able] { step->setEnabled((range->*able)()); });
        bar->addAction(step);
        qobject_cast<QToolButton*>(bar->widgetForAction(step))->setToolButtonStyle(Qt::ToolButtonIconOnly);
    }
    auto* spacer = new QWidget(bar);
    spacer->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(spacer);
    bar->addAction(action(u"open"_s, tr("Open run"), QKeySequence::Open, &MainWindow::chooseRun));
    buildExportMenu(bar);
    buildThemeMenu(bar);
    QAction* guide = action(u"help"_s, tr("Guide"), QKeySequence::HelpContents, &MainWindow::showGuide);
    bar->addAction(guide);
    qobject_cast<QToolButton*>(bar->widgetForAction(guide))->setToolButtonStyle(Qt::ToolButtonIconOnly);
    for (QToolButton* button : bar->findChildren<QToolButton*>(QString(), Qt::FindDirectChildrenOnly))
        if (!button->icon().isNull() && button->toolButtonStyle() != Qt::ToolButtonIconOnly)
            m_worded.push_back(button);
    QUndoStack* undo = m_train->setup()->undoStack();
    auto* undoAction = undo->createUndoAction(this);
    undoAction->setShortcut(undoKeys().front());
    auto* redoAction = undo->createRedoAction(this);
    redoAction->setShortcuts(redoKeys());
    m_train->addActions({undoAction, redoAction}); // on other pages nothing would be seen of it
}

void MainWindow::buildThemeMenu(QToolBar* bar)
{
    auto* menu = new QMenu(this);
    menu->setObjectName(u"themeMenu"_s);
    for (const auto& [title, choice] : {std::pair(tr("As the system"), ThemeChoice::System),
             std::pair(tr("Light"), ThemeChoice::Light), std::pair(tr("Dark"), ThemeChoice::Dark)}) {
        QAction* entry = menu->addAction(title, this, [this, choice = choice] { chooseTheme(choice); });
        entry->setCheckable(true);
        connect(menu, &QMenu::aboutToShow, entry,
            [entry, choice = choice] { entry->setChecked(themeChoice() == choice); });
    }
    auto* button = new QToolButton(bar);
    button->setObjectName(u"themeButton"_s);
    button->setDefaultAction(action(u"theme"_s, tr("Theme"), Qt::CTRL | Qt::Key_T, &MainWindow::switchTheme));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(menu);
    button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    bar->addWidget(button);
}

void MainWindow::fitToolBar()
{
    const auto needed = [this] {
        m_tools->layout()
            ->invalidate(); // a button that the overflow hid does not tell the layout of its new size
        return m_tools->sizeHint().width();
    };
    for (QToolButton* button : m_worded)
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    for (auto button = m_worded.rbegin(); button != m_worded.rend() && needed() > width(); ++button)
        (*button)->setToolButtonStyle(Qt::ToolButtonIconOnly);
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    fitToolBar();
}

void MainWindow::buildStatusBar()
{
    m_message = new QLabel(this);
    m_cost = new QLabel(this);
    statusBar()->addWidget(m_message, 1);
    statusBar()->addPermanentWidget(m_cost);
    statusBar()->setSizeGripEnabled(false);
}

} // namespace mantissa::ui
