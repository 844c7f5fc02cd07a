// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The one window: tool bar, pages, status bar. Owns the session; starts nothing by itself.

#include "ui/draw_cost.h"
#include "ui/run_session.h"

#include <QDeadlineTimer>
#include <QMainWindow>

#include <functional>

class QLabel;
class QStackedWidget;
class QTabBar;

namespace mantissa::ui {

class ComparePage;
class ConfirmBar;
class ExportMenu;
class ExperimentPage;
class NumbersPage;
class PresetListModel;
class PresetsPage;
class ReportPage;
class RunsPage;
class ToolBar;
class TrainPage;
enum class ThemeChoice;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(EngineFactory makeEngine, const std::filesystem::path& runsFolder);

    RunSession* session() const { return m_session; }
    /// Logs are being read, of the run that is shown or of an experiment.
    bool isReading() const;
    TrainPage* trainPage() const { return m_train; }
    /// "train", "compare", "numbers", "experiment", "report", "runs" or "presets"; false for another name.
    bool showPage(const QString& name);
    /// A run's folder, or an experiment's.
    void openRun(const std::filesystem::path& folder);
    void compare(const std::vector<std::filesystem::path>& folders);
    /// Runs and experiments are opened (several runs: compared), a set-up comes into Train, presets are
    /// imported. Errors: of the first that is none of these; what stands before it is opened.
    Status openFiles(const std::vector<std::filesystem::path>& files);
    /// The same, for who sees the window alone: it says what is wrong.
    void openOrTell(const std::vector<std::filesystem::path>& files);
    void startTraining(const RunConfig& config);
    /// The run, page and layout of the last time; without a run, openSomeRun().
    void restoreSession();
    /// The newest, else the example, so that every page has something true to show.
    void openSomeRun();
    /// Goes on with a run without the window, as a process of its own; false where that cannot be.
    using Headless = std::function<bool(const std::filesystem::path& folder)>;
    /// Where LibTorch is not found: offers to fetch it by the command line `program`.
    void offerLibTorch(const QString& program);
    void setHeadless(Headless headless) { m_headless = std::move(headless); }

    /// Saves and stops what trains, then closes: for a signal or a logout, where nobody can be asked.
    void closeUnasked();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    Status openSetup(const std::filesystem::path& file);
    void connectPages();
    /// So that only the page that is shown asks for room.
    void fitToPage();
    /// The run that is shown, and the one that it is measured by.
    void offerToCompare();
    /// Shows no run where the one that is shown went to the trash.
    void leaveRemovedRun();
    /// Ctrl+1 to Ctrl+7, and Ctrl+Tab as in every program with tabs.
    void addPageKeys();
    void buildToolBar();
    void buildStatusBar();
    void start();
    void chooseRun();
    void showGuide();
    void chooseTheme(ThemeChoice choice);
    void saveSession();
    /// At every change of the queue, so that what waits is still there after a kill.
    void saveQueue();
    /// Keep training without the window, stop and save, or stay: asked in the window, so that nothing waits
    /// for it.
    void askBeforeClosing();
    void leave(bool headless);
    void offerToContinue();
    void noteEnd();
    /// Of a run that was not shown meanwhile.
    void noteEndAside(const std::filesystem::path& folder);
    /// Shows a failure, unless the message of the run's end, which follows at once, holds it too.
    void noteFailure(const QString& message);
    /// The words of a run's end, with its own message and what failed meanwhile, each once.
    QString withFailures(const QString& words, const QString& own);
    void notify(const QString& message);
    void resume(const std::filesystem::path& folder);
    /// At once, or queued where another trains.
    void goOn(const std::filesystem::path& folder, const std::vector<std::string>& settings);
    /// Asks how to go on with the run that is shown: in it, or in a fork of it.
    void askToContinue();
    void useRunsFolder(const std::filesystem::path& folder);
    void queueSetup(int seeds);
    void showTitle();
    void showState();
    /// What the status bar says where nothing was told lately.
    void showStanding();
    void tell(const QString& message);

    RunSession* m_session;
    ConfirmBar* m_bar;
    QStackedWidget* m_pages;
    std::vector<std::filesystem::path> m_offered{}; ///< to the Compare page, of the run that is shown
    QTabBar* m_tabs;
    TrainPage* m_train;
    ComparePage* m_compare;
    NumbersPage* m_numbers;
    ExperimentPage* m_experiment;
    ReportPage* m_report;
    RunsPage* m_runs;
    PresetListModel* m_presetList;
    PresetsPage* m_presets;
    ExportMenu* m_exports = nullptr;
    ToolBar* m_tools = nullptr;
    QLabel* m_message = nullptr;
    QDeadlineTimer m_told{0}; ///< how long a message stays
    QLabel* m_costLabel = nullptr;
    DrawCost m_drawCost{};
    Headless m_headless{};
    QStringList m_failures{}; ///< they wait for the message of the run's end
    /// Closing was asked for while a run trains.
    struct Closing {
        bool isAsked = false;
        bool goesOnHeadless = false; ///< once the trainer has let go of the run
    };
    Closing m_closing{};
};

} // namespace mantissa::ui
