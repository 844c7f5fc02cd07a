// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The window's tool bar: pages, a run's start and stop, the view's history, export, theme and guide. It asks;
// the window does.

#include <QToolBar>

#include <utility>
#include <vector>

class QTabBar;
class QToolButton;

namespace mantissa::ui {

class ExportMenu;
class RunSession;
class ViewRange;
enum class ThemeChoice;

class ToolBar : public QToolBar {
    Q_OBJECT
public:
    ToolBar(QTabBar* tabs, ViewRange* range, ExportMenu* exports, QWidget* window);

    /// What can be started, paused and stopped now.
    void showState(const RunSession& session);
    /// Why the set-up cannot be started, empty while it can. Seen with the next showState().
    void setProblem(const QString& words) { m_problem = words; }
    const QString& problem() const { return m_problem; }
    /// Draws the icons anew in another theme.
    void applyColours();
    /// Words beside the icons as far as there is room: what is in a tool bar's overflow, nobody finds.
    void fitInto(int width);

Q_SIGNALS:
    void startRequested();
    void pauseRequested(bool paused);
    void stopRequested();
    void queueRequested(int seeds); ///< the set-up, so often
    void openRequested();
    void themeRequested(ThemeChoice choice);
    void otherThemeRequested(); ///< dark for light and the reverse
    void guideRequested();

private:
    /// Its object name is the icon's.
    QAction* action(const QString& iconName, const QString& title, const QKeySequence& keys);
    void addRunActions();
    void addQueueMenu(QWidget* window);
    void addViewActions(ViewRange* range);
    void addExportButton(ExportMenu* exports);
    void addThemeMenu();
    void addIconAlone(QAction* action);

    QString m_problem{};
    QAction* m_start = nullptr;
    QAction* m_pause = nullptr;
    QAction* m_stop = nullptr;
    std::vector<std::pair<QAction*, QString>> m_icons{}; ///< drawn anew in another theme
    std::vector<QToolButton*> m_worded{}; ///< have words beside their icon; the first keep them longest
};

} // namespace mantissa::ui
