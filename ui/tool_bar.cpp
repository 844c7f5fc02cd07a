// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tool_bar.h"

#include "ui/export_menu.h"
#include "ui/plot/view_range.h"
#include "ui/run_session.h"
#include "ui/settings.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QLayout>
#include <QMenu>
#include <QTabBar>
#include <QToolButton>

#include <tuple>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

QString tipOf(const QAction& action)
{
    const QString keys = action.shortcut().toString(QKeySequence::NativeText);
    return keys.isEmpty() ? action.text() : action.text() % u"  ("_s % keys % u")"_s;
}

} // namespace

ToolBar::ToolBar(QTabBar* tabs, ViewRange* range, ExportMenu* exports, QWidget* window)
    : QToolBar(tr("Tools"), window)
{
    setObjectName(u"tools"_s);
    setMovable(false);
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setIconSize({16, 16});
    addWidget(tabs);
    addSeparator();
    addRunActions();
    addQueueMenu(window);
    addViewActions(range);
    auto* spacer = new QWidget(this);
    spacer->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    addWidget(spacer);
    QAction* open = action(u"open"_s, tr("Open run"), QKeySequence::Open);
    connect(open, &QAction::triggered, this, &ToolBar::openRequested);
    addAction(open);
    addExportButton(exports);
    addThemeMenu();
    QAction* guide = action(u"help"_s, tr("Guide"), QKeySequence::HelpContents);
    connect(guide, &QAction::triggered, this, &ToolBar::guideRequested);
    addIconAlone(guide);
    for (QToolButton* button : findChildren<QToolButton*>(QString(), Qt::FindDirectChildrenOnly))
        if (!button->icon().isNull() && button->toolButtonStyle() != Qt::ToolButtonIconOnly)
            m_worded.push_back(button);
}

QAction* ToolBar::action(const QString& iconName, const QString& title, const QKeySequence& keys)
{
    auto* action = new QAction(icon(iconName), title, this);
    action->setObjectName(iconName);
    action->setShortcut(keys);
    action->setToolTip(tipOf(*action));
    m_icons.emplace_back(action, iconName);
    return action;
}

void ToolBar::addRunActions()
{
    m_start = action(u"start"_s, tr("Start"), Qt::CTRL | Qt::Key_Return);
    connect(m_start, &QAction::triggered, this, &ToolBar::startRequested);
    m_pause = action(u"pause"_s, tr("Pause"), Qt::CTRL | Qt::Key_P);
    m_pause->setCheckable(true);
    connect(m_pause, &QAction::triggered, this, &ToolBar::pauseRequested);
    m_stop = action(u"stop"_s, tr("Stop"), Qt::CTRL | Qt::Key_Period);
    connect(m_stop, &QAction::triggered, this, &ToolBar::stopRequested);
    addActions({m_start, m_pause, m_stop});
}

void ToolBar::addQueueMenu(QWidget* window)
{
    auto* more = new QMenu(this);
    for (const auto& [name, title, keys, seeds] :
        {std::tuple(u"queueSetup"_s, tr("Queue this set-up"),
             QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Return), 1),
            std::tuple(u"queueSeeds"_s, tr("Queue it with five seeds"), QKeySequence(), 5)}) {
        QAction* entry
            = more->addAction(title, this, [this, seeds = seeds] { Q_EMIT queueRequested(seeds); });
        entry->setObjectName(name);
        entry->setShortcut(keys);
        window->addAction(entry); // its keys work while the menu is closed
    }
    auto* queue = new QToolButton(this);
    queue->setObjectName(u"queueMenu"_s);
    queue->setText(tr("Queue"));
    queue->setToolTip(tr("Trains once what runs is done"));
    queue->setPopupMode(QToolButton::InstantPopup);
    queue->setMenu(more);
    addWidget(queue);
}

void ToolBar::addViewActions(ViewRange* range)
{
    auto* follow = new QAction(icon(u"follow"_s), tr("Follow"), this);
    m_icons.emplace_back(follow, u"follow"_s);
    follow->setCheckable(true);
    follow->setChecked(true);
    connect(follow, &QAction::toggled, range, &ViewRange::setFollow);
    connect(range, &ViewRange::followChanged, follow, &QAction::setChecked);
    follow->setToolTip(tr("Shows what arrives; zooming lets go of it  (End)"));
    addAction(follow);
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
        addIconAlone(step);
    }
}

void ToolBar::addExportButton(ExportMenu* exports)
{
    auto* button = new QToolButton(this);
    button->setObjectName(u"export"_s);
    auto* face = new QAction(icon(u"export"_s), tr("Export"), button);
    m_icons.emplace_back(face, u"export"_s);
    button->setDefaultAction(face);
    button->setToolTip(tr("Reports, charts, numbers, and the command that does the same"));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setMenu(exports);
    addWidget(button);
}

void ToolBar::addThemeMenu()
{
    auto* menu = new QMenu(this);
    menu->setObjectName(u"themeMenu"_s);
    for (const auto& [title, choice] : {std::pair(tr("As the system"), ThemeChoice::System),
             std::pair(tr("Light"), ThemeChoice::Light), std::pair(tr("Dark"), ThemeChoice::Dark)}) {
        QAction* entry
            = menu->addAction(title, this, [this, choice = choice] { Q_EMIT themeRequested(choice); });
        entry->setCheckable(true);
        connect(menu, &QMenu::aboutToShow, entry,
            [entry, choice = choice] { entry->setChecked(themeChoice() == choice); });
    }
    menu->addSeparator();
    QAction* notes = menu->addAction(tr("Desktop notifications"));
    notes->setObjectName(u"desktopNotes"_s);
    notes->setCheckable(true);
    notes->setChecked(WindowSettings().value(notesKey, true).toBool());
    notes->setToolTip(
        tr("While another window is in front: a run ended, its loss left its course, its quality is "
           "beyond the limit, its disk is full"));
    menu->setToolTipsVisible(true);
    connect(notes, &QAction::toggled, this, [](bool wanted) { WindowSettings().setValue(notesKey, wanted); });
    QAction* other = action(u"theme"_s, tr("Theme"), Qt::CTRL | Qt::Key_T);
    connect(other, &QAction::triggered, this, &ToolBar::otherThemeRequested);
    auto* button = new QToolButton(this);
    button->setObjectName(u"themeButton"_s);
    button->setDefaultAction(other);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(menu);
    button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    addWidget(button);
}

void ToolBar::addIconAlone(QAction* action)
{
    addAction(action);
    qobject_cast<QToolButton*>(widgetForAction(action))->setToolButtonStyle(Qt::ToolButtonIconOnly);
}

void ToolBar::showState(const RunSession& session)
{
    const bool controlled = session.isControlled();
    m_start->setEnabled(!session.isTraining() && m_problem.isEmpty());
    m_start->setToolTip(
        m_problem.isEmpty() ? tipOf(*m_start) : tr("Start waits for the set-up. %1").arg(m_problem));
    const TrainerState state = session.state();
    const bool isStopping = state == TrainerState::Stopping || state == TrainerState::Interrupting;
    m_pause->setEnabled(controlled && !isStopping);
    m_pause->setChecked(session.isPaused());
    if (const QString title = session.isPaused() ? tr("Go on") : tr("Pause"); title != m_pause->text()) {
        m_pause->setText(title);
        m_pause->setIcon(icon(session.isPaused() ? u"start"_s : u"pause"_s));
    }
    m_stop->setEnabled(controlled && state != TrainerState::Interrupting);
    if (const QString title = isStopping ? tr("Stop now") : tr("Stop"); title != m_stop->text()) {
        m_stop->setText(title);
        fitInto(width());
    }
    const QString why = session.whyNotControlled();
    for (QAction* action : {m_pause, m_stop})
        action->setToolTip(why.isEmpty() ? tipOf(*action) : why);
    if (why.isEmpty() && isStopping)
        m_stop->setToolTip(tr("Leaves the last evaluation out; a checkpoint is written all the same"));
}

void ToolBar::applyColours()
{
    for (const auto& [action, name] : m_icons)
        action->setIcon(icon(name));
}

void ToolBar::fitInto(int width)
{
    const auto needed = [this] {
        layout()->invalidate(); // a button that the overflow hid does not tell the layout of its new size
        return sizeHint().width();
    };
    for (QToolButton* button : m_worded)
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    for (auto button = m_worded.rbegin(); button != m_worded.rend() && needed() > width; ++button)
        (*button)->setToolButtonStyle(Qt::ToolButtonIconOnly);
}

} // namespace mantissa::ui
