// SPDX-License-Identifier: Apache-2.0
#include "app/watch_screen.h"

#include "app/progress.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/output/text_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

namespace mantissa {

namespace {

constexpr int leastColumns = 40;
constexpr int leastRows = 14;
constexpr int otherRows = 7; // words around the two charts, and the line that the cursor is on
constexpr int labelColumns = 11; // "1,023 MiB", "12.3456"

constexpr std::string_view lossColour = "\033[36m"; // cyan
constexpr std::string_view memoryColour = "\033[32m"; // green
constexpr std::string_view plainColour = "\033[0m";

TextChartSize terminalSize()
{
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? TextChartSize{size.ws_col, size.ws_row}
                                                          : TextChartSize{};
}

std::string_view variable(const char* name)
{
    const char* value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): nobody sets it
    return value ? value : "";
}

/// The first characters of a line that has one column for each.
std::string cutTo(const std::string& line, int columns)
{
    std::size_t end = 0;
    for (int seen = 0; end < line.size(); ++end) {
        const bool begins = (static_cast<unsigned char>(line[end]) & 0xC0U) != 0x80U; // no continuation byte
        if (begins && seen++ == columns)
            break;
    }
    return line.substr(0, end);
}

struct LabelledChart {
    std::string title{};
    std::string top{};
    std::string foot{};
    std::vector<std::string> rows{};
    std::string_view colour{};
};

void addTo(std::vector<std::string>& lines, const LabelledChart& chart, int columns)
{
    const bool isColoured = variable("NO_COLOR").empty();
    lines.push_back(cutTo(chart.title, columns));
    for (std::size_t i = 0; i < chart.rows.size(); ++i) {
        const std::string& label = i == 0 ? chart.top
            : i + 1 == chart.rows.size()  ? chart.foot
                                          : std::string();
        lines.push_back(fmt::format("{:>{}} {}{}{}", label, labelColumns - 2, isColoured ? chart.colour : "",
            chart.rows[i], isColoured ? plainColour : ""));
    }
}

LabelledChart lossChart(const Run& run, TextChartSize size)
{
    const RangeSummary all = run.columns().loss.over(0, run.ticks());
    LabelledChart chart{.title = fmt::format("loss {:.4f}", run.lastLoss()), .colour = lossColour};
    if (!run.evaluations().empty())
        chart.title += fmt::format(" · evaluation {:.4f}", run.evaluations().back().loss);
    chart.top = all.count > 0 ? fmt::format("{:.4f}", all.most) : "";
    chart.foot = all.count > 0 ? fmt::format("{:.4f}", all.least) : "";
    chart.rows = textChart(run.columns().loss, size, all.least, all.most);
    return chart;
}

LabelledChart memoryChart(const Run& run, TextChartSize size)
{
    const double most = run.columns().deviceBytes.over(0, run.ticks()).most;
    return {.title = fmt::format(
                "memory on device, peak {}", formatMeasuredBytes(static_cast<double>(run.peakDeviceBytes()))),
        .top = most > 0 ? formatBytes(static_cast<std::int64_t>(most)) : "",
        .foot = "0",
        .rows = textChart(run.columns().deviceBytes, size, 0, most),
        .colour = memoryColour};
}

} // namespace

bool WatchScreen::fits()
{
    const TextChartSize size = terminalSize();
    return isScreen(stdout) && size.columns >= leastColumns && size.rows >= leastRows;
}

void WatchScreen::tell(const RunEvent& event)
{
    if (auto words = wordsOn(event); !words.empty())
        m_words.push_back(std::move(words));
}

void WatchScreen::show(const Run& run, const std::string& state)
{
    const TextChartSize terminal = terminalSize();
    const int columns = std::max(terminal.columns, leastColumns);
    const int rows = std::max(terminal.rows, leastRows) - otherRows;
    const TextChartSize loss{columns - labelColumns, std::min(rows * 3 / 5, 12)};
    const TextChartSize memory{columns - labelColumns, std::min(rows - rows * 3 / 5, 8)};
    std::vector<std::string> lines{cutTo(state + " · " + shown(run.title()), columns)};
    addTo(lines, lossChart(run, loss), columns);
    addTo(lines, memoryChart(run, memory), columns);
    const double left
        = run.recentStepSeconds() * static_cast<double>(run.config().training.maxSteps - run.steps());
    lines.push_back(cutTo(progressText(run, run.ended() || left <= 0 ? NAN : left), columns));

    std::string text = m_lines > 0 ? fmt::format("\r\033[{}A\033[J", m_lines) : "";
    for (const std::string& words : std::exchange(m_words, {}))
        text += asUtf8(words) + "\n";
    for (const std::string& line : lines)
        text += asUtf8(line) + "\n";
    m_lines = static_cast<int>(lines.size());
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

} // namespace mantissa
