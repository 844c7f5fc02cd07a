// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Runs side by side, the baseline named or pinned: lines over steps, tokens or time, from the start or from a
// phase on, bars at the peak instant, memory against quality; below them the figures, what differs in their
// configs, and the peak by class. Repeats of other seeds are a band.

#include "core/evidence/overlay.h"
#include "ui/background.h"

#include <QTimer>
#include <QWidget>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

class QComboBox;
class QGridLayout;
class QHBoxLayout;
class QLabel;
class QTabBar;
class QTableView;
class QToolButton;
class QVBoxLayout;

namespace mantissa {
struct ChartRun;
}

namespace mantissa::ui {

class ComparisonModel;
class RunPicker;
class TextTableModel;

class ComparePage : public QWidget {
    Q_OBJECT
public:
    explicit ComparePage(QWidget* parent);

    /// Opens and shows runs, and the pinned baseline with them. Errors are told on the page.
    void showRuns(const std::vector<std::filesystem::path>& folders);
    std::vector<std::filesystem::path> folders() const;
    /// What the window shows: ticked when the page is shown next, once for each run. The recorded example
    /// makes room for runs of one's own.
    void offerRuns(std::vector<std::filesystem::path> folders) { m_offered = std::move(folders); }
    /// One more beside them.
    void offerToo(const std::filesystem::path& folder) { m_offered.push_back(folder); }
    /// What the list of runs to tick is of.
    void setRunsFolder(const std::filesystem::path& folder);
    /// From this many bytes of logs on they are read on a thread of its own; until then no run is shown.
    void setLongLogs(std::int64_t bytes) { m_logs.longFrom = bytes; }
    /// Draws anew, as after a change of theme.
    void redraw();

Q_SIGNALS:
    void runsRequested(); ///< the user wants to choose runs

protected:
    /// Reads the runs again where one has been trained further meanwhile; the chosen baseline stays.
    void showEvent(QShowEvent* event) override;

private:
    struct Opened {
        std::vector<Result<Run>> runs{};
        std::int64_t bytes = 0; ///< of their logs before they were read, so that no growth is missed
    };
    static Opened opened(const std::vector<std::filesystem::path>& folders, const std::stop_token& stop);
    void readWhatIsNew();
    void showWithPinned(std::vector<std::filesystem::path> folders);
    void read(const std::vector<std::filesystem::path>& folders);
    void take(Opened opened);
    QWidget* buildEmptyState();
    void buildHead(QHBoxLayout* head);
    void buildTables(QVBoxLayout* column);
    void chooseBaseline(int index);
    void tick(const std::filesystem::path& folder, bool isTicked);
    /// Asks for a folder with TensorBoard's event files, whose losses are laid beside the runs.
    void addForeignRun();
    void pinBaseline(bool pinned);
    void showCharts(const std::vector<ChartRun>& charted);
    void showTables(const std::vector<ChartRun>& charted);
    void showMessage(const std::vector<std::string>& warnings);
    std::vector<const Run*> runs() const;

    /// Names of the charts of lines that can be chosen (core/output/chart_registry).
    static constexpr const char* memoryLines = "runs-memory";

    std::vector<std::unique_ptr<Run>> m_runs{};
    /// How the runs came to be there.
    struct Logs {
        std::int64_t bytes = 0; ///< when they were read
        std::int64_t longFrom = longLogBytes;
        std::unique_ptr<Background<Opened>> reading{};
        QTimer wait; ///< for `reading`
        QStringList problems{};
    } m_logs;
    std::optional<std::size_t> m_baseline{};
    std::optional<std::filesystem::path> m_chosen{}; ///< as baseline, by hand; empty: none
    std::vector<std::filesystem::path> m_offered{}; ///< not shown here yet
    std::vector<std::filesystem::path> m_asked{}; ///< to be shown, once they are read
    RunPicker* m_picker = nullptr;
    QComboBox* m_baselineBox = nullptr;
    QToolButton* m_pin = nullptr;
    QComboBox* m_axis = nullptr;
    QComboBox* m_since = nullptr; ///< where the axis begins: the start, or the first tick of a phase
    QComboBox* m_lines = nullptr; ///< memory or loss
    QLabel* m_message = nullptr;
    QWidget* m_head = nullptr;
    QWidget* m_empty = nullptr;
    QLabel* m_emptyProblem = nullptr;
    QGridLayout* m_grid = nullptr;
    std::vector<QWidget*> m_cards{};
    QTabBar* m_tableTabs = nullptr;
    ComparisonModel* m_model = nullptr;
    TextTableModel* m_differences = nullptr;
    TextTableModel* m_peaks = nullptr;
    QTableView* m_table = nullptr;
};

} // namespace mantissa::ui
