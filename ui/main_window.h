// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The one window: tool bar, pages, status bar. Owns the session; starts nothing by itself.

#include "ui/run_session.h"

#include <QElapsedTimer>
#include <QMainWindow>

#include <functional>

class QAction;
class QLabel;
class QStackedWidget;
class QTabBar;
class QToolBar;
class QToolButton;

namespace mantissa {
struct ChartEntry;
}

namespace mantissa::ui {

class ComparePage;
class ConfirmBar;
class ExperimentPage;
class NumbersPage;
class PresetListModel;
class PresetsPage;
class ReportPage;
class RunsPage;
class TrainPage;
enum class ThemeChoice;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(BackendFactory makeBackend, const std::filesystem::path& runsFolder);

    RunSession* session() const { return m_session; }
    TrainPage* trainPage() const { return m_train; }
    /// "train", "compare", "numbers", "experiment", "report", "runs" or "presets"; false for another name.
    bool showPage(const QString& name);
    /// A run's folder, or an experiment's.
    void openRun(const std::filesystem::path& folder);
    void compare(const std::vector<std::filesystem::path>& folders);
    void startTraining(const RunConfig& config);
    /// The run, page and layout of the last time; without a run, openSomeRun().
    void restoreSession();
    /// The newest, else the example, so that every page has something true to show.
    void openSomeRun();
    /// Goes on with a run without the window, as a process of its own; false where that cannot be.
    using Headless = std::function<bool(const std::filesystem::path& folder)>;
    void setHeadless(Headless headless) { m_headless = std::move(headless); }

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void connectPages();
    void buildToolBar();
    void buildStatusBar();
    QAction* action(
        const QString& iconName, const QString& title, const QKeySequence& keys, void (MainWindow::*slot)());
    void start();
    void pause();
    void stop();
    void chooseRun();
    void buildExportMenu(QToolBar* bar);
    void buildThemeMenu(QToolBar* bar);
    /// Words beside the icons as far as there is room: what is in a tool bar's overflow, nobody finds.
    void fitToolBar();
    /// Asks for a file beside the open run; empty when there is none or nobody wants one.
    QString fileFor(const QString& title, const QString& name, const QString& filter);
    /// html (or Markdown), pdf or csv.
    void exportReport(const QString& ending);
    void copyReport();
    void exportChart(const ChartEntry& chart);
    void exportPicture();
    void exportDiagnostics();
    void copyCommand();
    void switchTheme();
    void showGuide();
    void chooseTheme(ThemeChoice choice);
    void saveSession();
    /// Also while the window is open: what waits survives a kill.
    void saveQueue();
    /// Keep training without the window, stop and save, or stay: asked in the window, so that nothing waits
    /// for it.
    void askBeforeClosing();
    void leave(bool headless);
    void offerToContinue();
    void noteEnd();
    /// Told once: where the run's end says it too, by that.
    void noteFailure(const QString& message);
    void notify(const QString& message);
    void resume(const std::filesystem::path& folder);
    void queueSetup(int seeds);
    void showTitle();
    void showState();
    void tell(const QString& message);
    void measureCost();

    RunSession* m_session;
    ConfirmBar* m_bar;
    QStackedWidget* m_pages;
    QTabBar* m_tabs;
    TrainPage* m_train;
    ComparePage* m_compare;
    NumbersPage* m_numbers;
    ExperimentPage* m_experiment;
    ReportPage* m_report;
    RunsPage* m_runs;
    PresetListModel* m_presetList;
    PresetsPage* m_presets;
    QToolBar* m_tools = nullptr;
    QAction* m_start = nullptr;
    QAction* m_pause = nullptr;
    QAction* m_stop = nullptr;
    QAction* m_follow = nullptr;
    QLabel* m_message = nullptr;
    QLabel* m_cost = nullptr;
    std::vector<std::pair<QAction*, QString>> m_icons{}; ///< drawn anew in another theme
    std::vector<QToolButton*> m_worded{}; ///< have words beside their icon; the first keep them longest
    QElapsedTimer m_costClock{}; ///< since the last measurement of what drawing costs
    double m_costCpuSeconds = 0; ///< CPU time of this thread then
    double m_costShare = 0; ///< of one core, over the last second or so
    Headless m_headless{};
    QString m_failure{}; ///< not told yet
    bool m_closing = false;
    bool m_goesOnHeadless = false; ///< once the trainer has let go of the run
};

} // namespace mantissa::ui
