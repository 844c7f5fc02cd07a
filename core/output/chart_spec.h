// SPDX-License-Identifier: Apache-2.0
#pragma once

// A chart as data: axes and marks in the units of what was measured, made once by its file in charts/. How it
// is drawn is the renderer's: svg.h for files, pages and paper, ui/plot/static_charts for the window.

#include "core/output/ticks.h"

#include <limits>
#include <string>
#include <variant>
#include <vector>

namespace mantissa {

struct ChartSize {
    int width = 960;
    int height = 300;
};
/// Pixels across the plot area of a chart of the usual width: more points than that are not seen.
constexpr int chartColumns = 864;

struct ChartAxis {
    double low = 0;
    double high = 1;
    std::vector<Tick> ticks{};
    std::string label{}; ///< what it counts, and its unit
    bool hasGrid = false;
};

/// What a mark stands for, by which it has its look: "series0" to "series3", the name of a memory class,
/// phase or format, "baseline", or "claim", "budget", "interval", "seed", "outline", "front", "whisker",
/// "axis".
using ChartRole = std::string;

/// A rectangle from one value to another.
struct ChartBar {
    double xLow = 0;
    double xHigh = 0;
    double yLow = 0;
    double yHigh = 0;
    ChartRole role{};
    std::string text{}; ///< in its middle, where there is room
};
struct ChartBars {
    std::vector<ChartBar> bars{};
    int leastPixels = 0; ///< as wide as this even where it ends where it begins
    bool isStack = false; ///< no seams between neighbours, and nothing beyond the plot area
};

struct ChartPoint {
    double x = 0;
    double y = 0;
    double low = std::numeric_limits<double>::quiet_NaN(); ///< of its interval; NaN: it has none
    double high = std::numeric_limits<double>::quiet_NaN();
};
/// The runs that a series shows: repeats of one config are one line.
struct SeriesRuns {
    std::size_t first = 0; ///< index into the input's runs
    std::size_t count = 1;
    bool hasBaseline = false;
    std::size_t look = 0; ///< by which it differs from others; the baseline has a look of its own
};
struct ChartSeries {
    enum class Shape {
        Line, ///< with a band from low to high
        Dots, ///< with a whisker from low to high
        Dashes
    };
    ChartRole role{};
    Shape shape = Shape::Line;
    std::vector<ChartPoint> points{};
    SeriesRuns of{}; ///< in a chart of several runs
    bool hasDots = false; ///< a line of few points
    bool mayLeave = false; ///< points may lie outside the axes, and are cut off there
};

/// A line across the plot area at one value.
struct ChartRule {
    enum class Along { X, Y };
    Along along = Along::X; ///< the axis it runs along
    double at = 0; ///< on the other axis
    ChartRole role{};
    std::string text{};
};

struct ChartText {
    double x = 0;
    double y = 0;
    std::string text{};
    enum class Anchor { Start, Middle } anchor = Anchor::Start;
    double right = 0; ///< pixels beside its point
    double down = 0;
    bool isName = false; ///< of a row; else a remark
};

using ChartMark = std::variant<ChartBars, ChartSeries, ChartRule, ChartText>;

struct ChartKey {
    ChartRole role{};
    std::string title{};
};

struct ChartSpec {
    std::string title{};
    std::string description{}; ///< read to people who cannot see the picture
    ChartSize size{};
    std::string emptyText{}; ///< says what is missing; nothing else is drawn then
    ChartAxis x{};
    ChartAxis y{};
    std::vector<ChartMark> ground{}; ///< below the grid
    std::vector<ChartMark> marks{}; ///< later ones lie over earlier ones
    std::vector<ChartKey> legend{};
    std::string note{}; ///< how to read it, where no legend is needed
};

/// "series0" and so on for any number of runs.
ChartRole seriesRole(std::size_t index);
/// A key for each memory class that any of the bars has.
std::vector<ChartKey> classKeys(const ChartBars& bars);

} // namespace mantissa
