// SPDX-License-Identifier: Apache-2.0
#include "core/output/svg.h"

#include "core/base/units.h"
#include "core/output/svg_canvas.h"
#include "core/record/plans_that_ran.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

std::string fill(std::string_view name) { return fmt::format("f-{}", name); }

/// First tick of pixel column i of n.
std::int64_t columnStart(std::int64_t ticks, int columns, int i) { return ticks * i / columns; }

/// The step axis of a run with steps only in it.
double lastStepOf(const Run& run) { return static_cast<double>(std::max<std::int64_t>(1, run.steps())); }

void drawPhaseLane(SvgCanvas& canvas, const Run& run, double y, double height)
{
    for (const Segment& segment : run.segments()) {
        const double from = canvas.x(static_cast<double>(segment.tick));
        const double width = canvas.x(static_cast<double>(segment.endTick)) - from;
        canvas.rect(from, y, width, height, fill(nameOf(segment.start->phase)));
        const std::string title(titleOf(segment.start->phase));
        if (width > 8.0 * static_cast<double>(title.size()))
            canvas.text(from + width / 2, y + height / 2 + 4, title, "band", "middle");
    }
}

void drawFormatLane(SvgCanvas& canvas, const Run& run, double y, double height)
{
    const auto& segments = run.segments();
    for (std::size_t i = 0; i < segments.size();) {
        // neighbours in one format are one band
        std::size_t last = i;
        while (last + 1 < segments.size()
            && segments[last + 1].start->plan.compute == segments[i].start->plan.compute)
            ++last;
        const double from = canvas.x(static_cast<double>(segments[i].tick));
        const double width = canvas.x(static_cast<double>(segments[last].endTick)) - from;
        canvas.rect(from, y, width, height, fill(nameOf(segments[i].start->plan.compute)));
        if (width > 34)
            canvas.text(from + width / 2, y + height / 2 + 4,
                std::string(titleOf(segments[i].start->plan.compute)), "band", "middle");
        i = last + 1;
    }
}

/// The stack of each pixel's largest tick; neighbours that are alike are one rectangle.
void drawStack(SvgCanvas& canvas, const Run& run)
{
    const int columns = static_cast<int>(std::min<std::int64_t>(canvas.columns(), run.ticks()));
    const auto tickOf = [&](int i) {
        return run.columns().deviceBytes.tickOfMost(
            columnStart(run.ticks(), columns, i), columnStart(run.ticks(), columns, i + 1));
    };
    const auto isAlike = [&](std::int64_t a, std::int64_t b) {
        return std::all_of(run.columns().classBytes.begin(), run.columns().classBytes.end(),
            [&](const Series& bytes) { return bytes.at(a) == bytes.at(b); });
    };
    for (int i = 0; i < columns;) {
        const std::int64_t tick = tickOf(i);
        int end = i + 1;
        while (tick >= 0 && end < columns && tickOf(end) >= 0 && isAlike(tick, tickOf(end)))
            ++end;
        const double x = canvas.x(static_cast<double>(columnStart(run.ticks(), columns, i)));
        const double width = canvas.x(static_cast<double>(columnStart(run.ticks(), columns, end))) - x
            + (end < columns ? 0.5 : 0); // under the neighbour: no seam
        double base = 0;
        for (const MemoryClass memoryClass : allMemoryClasses) {
            const double bytes
                = tick < 0 ? 0 : static_cast<double>(run.columns().classBytes[indexOf(memoryClass)].at(tick));
            if (bytes <= 0)
                continue;
            canvas.rect(x, canvas.y(base + bytes), width, canvas.y(base) - canvas.y(base + bytes),
                fill(nameOf(memoryClass)));
            base += bytes;
        }
        i = end;
    }
}

/// (step, value) of the loss column, one mean per pixel.
std::vector<std::pair<double, double>> lossPoints(const Run& run, int columns)
{
    std::vector<std::pair<double, double>> points;
    const std::int64_t ticks = run.ticks();
    const int n = static_cast<int>(std::min<std::int64_t>(columns, ticks));
    std::int64_t step = 0;
    for (int i = 0; i < n; ++i) {
        const RangeSummary summary
            = run.columns().loss.over(columnStart(ticks, n, i), columnStart(ticks, n, i + 1));
        step += summary.count; // probes are no steps, and have no training loss
        if (summary.count > 0)
            points.emplace_back(
                static_cast<double>(step) - static_cast<double>(summary.count) / 2, summary.mean());
    }
    return points;
}

} // namespace

std::string escaped(std::string_view text)
{
    std::string safe;
    for (const char c : text)
        switch (c) {
        case '&':
            safe += "&amp;";
            break;
        case '<':
            safe += "&lt;";
            break;
        case '>':
            safe += "&gt;";
            break;
        case '"':
            safe += "&quot;";
            break;
        case '\'':
            safe += "&#39;";
            break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
                safe += c; // other control characters are not allowed in XML
        }
    return safe;
}

std::string memorySvg(const Run& run, SvgSize size)
{
    SvgCanvas canvas(size, "Device memory by class",
        fmt::format("Stacked bytes over {} ticks; peak {}", run.ticks(), formatBytes(run.peakDeviceBytes())));
    const auto& budget = run.config().memory.budgetBytes;
    const double high = 1.08
        * std::max(static_cast<double>(run.peakDeviceBytes()), static_cast<double>(budget.value_or(0)));
    canvas.setX(0, static_cast<double>(std::max<std::int64_t>(1, run.ticks())));
    canvas.setY(0, high);
    canvas.yAxis(byteTicks(high, 5));
    canvas.beginClip();
    drawStack(canvas, run);
    canvas.endClip();
    if (budget) {
        canvas.line(canvas.left(), canvas.y(static_cast<double>(*budget)), canvas.right(),
            canvas.y(static_cast<double>(*budget)), "budget");
        canvas.text(canvas.left() + 6, canvas.y(static_cast<double>(*budget)) - 5,
            "budget " + formatBytes(*budget), "warn", "start");
    }
    canvas.xAxis(niceTicks(0, static_cast<double>(run.ticks()), 8), "tick (a step, or a probe in Predict)");
    std::vector<std::pair<std::string, std::string>> legend;
    for (const MemoryClass memoryClass : allMemoryClasses)
        if (run.columns().classBytes[indexOf(memoryClass)].over(0, run.ticks()).most > 0)
            legend.emplace_back(fill(nameOf(memoryClass)), titleOf(memoryClass));
    canvas.legend(legend);
    return canvas.finish();
}

std::string timelineSvg(const Run& run, SvgSize size)
{
    SvgCanvas canvas(size, "Phases and formats", fmt::format("{} segments", run.segments().size()));
    canvas.setX(0, static_cast<double>(std::max<std::int64_t>(1, run.ticks())));
    const double lane = (canvas.bottom() - canvas.top() - 4) / 2;
    canvas.text(canvas.left() - 8, canvas.top() + lane / 2 + 4, "phase", "tick", "end");
    canvas.text(canvas.left() - 8, canvas.top() + 1.5 * lane + 6, "format", "tick", "end");
    drawPhaseLane(canvas, run, canvas.top(), lane);
    drawFormatLane(canvas, run, canvas.top() + lane + 3, lane);
    for (const DivergenceAnswered& e : run.divergences()) {
        if (e.answer != DivergenceAnswer::RolledBack && e.answer != DivergenceAnswer::Stopped)
            continue;
        const double x = canvas.x(static_cast<double>(e.tick));
        canvas.line(x, canvas.top(), x, canvas.bottom(), "whisker");
        canvas.text(x + 3, canvas.top() + 10,
            e.answer == DivergenceAnswer::RolledBack ? "rolled back" : "diverged", "tick", "start");
    }
    canvas.xAxis(niceTicks(0, static_cast<double>(run.ticks()), 8), "tick");
    return canvas.finish();
}

std::string qualitySvg(const std::vector<QualityPoint>& points, SvgSize size)
{
    SvgCanvas canvas(size, "Quality delta against the FP32 baseline",
        points.empty() ? "No baseline to compare with"
                       : "Evaluation loss difference in percent; positive is worse");
    if (points.empty()) {
        canvas.text((canvas.left() + canvas.right()) / 2, (canvas.top() + canvas.bottom()) / 2,
            "no baseline: train the same config with --preset conservative", "tick", "middle");
        return canvas.finish();
    }
    double reach = 1.4 * claimedDeltaPercent;
    for (const QualityPoint& point : points)
        reach = std::max(reach,
            1.15 * (std::abs(point.deltaPercent) + (point.overBatches ? point.overBatches->halfWidth : 0)));
    canvas.setX(0, static_cast<double>(std::max<std::int64_t>(1, points.back().step)));
    canvas.setY(-reach, reach);
    canvas.rect(canvas.left(), canvas.y(claimedDeltaPercent), canvas.right() - canvas.left(),
        canvas.y(-claimedDeltaPercent) - canvas.y(claimedDeltaPercent), "claim");
    canvas.yAxis(niceTicks(-reach, reach, 6, true));
    std::vector<std::pair<double, double>> path;
    for (const QualityPoint& point : points) {
        const double x = canvas.x(static_cast<double>(point.step));
        path.emplace_back(x, canvas.y(point.deltaPercent));
        if (point.overBatches)
            canvas.line(
                x, canvas.y(point.overBatches->low()), x, canvas.y(point.overBatches->high()), "whisker");
        canvas.dot(x, canvas.y(point.deltaPercent), "f-series0");
    }
    canvas.path(path, "series0");
    canvas.xAxis(niceTicks(0, static_cast<double>(points.back().step), 8), "step");
    canvas.text(canvas.right(), 18,
        "% of baseline loss; band: the claim of 0.5 %; bars: 95 % over evaluation windows", "tick", "end");
    return canvas.finish();
}

std::string lossSvg(const std::vector<const Run*>& runs, SvgSize size)
{
    SvgCanvas canvas(size, "Loss", "Training loss (thin) and evaluation loss (dots) over steps");
    double least = INFINITY;
    double most = -INFINITY;
    double steps = 1;
    const auto include = [&](double loss) {
        if (std::isfinite(loss)) {
            least = std::min(least, loss);
            most = std::max(most, loss);
        }
    };
    for (const Run* run : runs) {
        for (const auto& [step, loss] : lossPoints(*run, canvas.columns()))
            include(loss);
        for (const Evaluated& evaluated : run->evaluations())
            include(evaluated.loss);
        steps = std::max(steps, lastStepOf(*run));
    }
    if (!(most > least))
        return canvas.finish();
    const double pad = 0.06 * (most - least);
    canvas.setX(0, steps);
    canvas.setY(least - pad, most + pad);
    canvas.yAxis(niceTicks(least - pad, most + pad, 5));
    std::vector<std::pair<std::string, std::string>> legend;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const std::string series = fmt::format("series{}", i % 3);
        auto points = lossPoints(*runs[i], canvas.columns());
        for (auto& [x, y] : points) {
            x = canvas.x(x);
            y = canvas.y(y);
        }
        canvas.path(points, series);
        canvas.beginClip();
        for (const Evaluated& evaluated : runs[i]->evaluations())
            canvas.dot(
                canvas.x(static_cast<double>(evaluated.step)), canvas.y(evaluated.loss), "f-" + series);
        canvas.endClip();
        legend.emplace_back("f-" + series, runs[i]->title());
    }
    canvas.legend(legend);
    canvas.xAxis(niceTicks(0, steps, 8), "step; the loss axis does not start at 0");
    return canvas.finish();
}

std::string peakBarsSvg(const Run& run, SvgSize size)
{
    SvgCanvas canvas(size, "Peak by phase", "Measured composition, with the estimate as an outline");
    const Estimate estimate = estimateOfWhatRan(run);
    const double high
        = 1.05 * static_cast<double>(std::max(run.peakDeviceBytes(), estimate.peakDeviceBytes()));
    canvas.setX(0, high);
    double y = canvas.top();
    const double row = (canvas.bottom() - canvas.top()) / 4;
    for (const Phase phase : allPhases) {
        const auto& measured = run.peakOf(phase);
        if (!measured)
            continue;
        canvas.text(canvas.left() - 8, y + row * 0.35, std::string(titleOf(phase)), "tick", "end");
        double base = 0;
        for (const MemoryClass memoryClass : allMemoryClasses) {
            const auto bytes = static_cast<double>(measured->memory.devicePeak.at(memoryClass));
            canvas.rect(canvas.x(base), y + 2, canvas.x(base + bytes) - canvas.x(base), row * 0.4,
                fill(nameOf(memoryClass)));
            base += bytes;
        }
        if (const auto& guess = estimate.byPhase[indexOf(phase)]) {
            canvas.rect(canvas.left(), y + 4 + row * 0.4,
                canvas.x(static_cast<double>(guess->total())) - canvas.left(), row * 0.4, "outline");
            canvas.text(canvas.left() + 6, y + 7.5 + row * 0.6, "estimate " + formatBytes(guess->total()),
                "tick", "start");
        }
        y += row;
    }
    canvas.xAxis(byteTicks(high, 6), "device bytes");
    std::vector<std::pair<std::string, std::string>> legend;
    for (const MemoryClass memoryClass : allMemoryClasses)
        legend.emplace_back(fill(nameOf(memoryClass)), titleOf(memoryClass));
    canvas.legend(legend);
    return canvas.finish();
}

std::string chartSvg(ChartKind kind, const Run& run, const Run* baseline)
{
    switch (kind) {
    case ChartKind::Memory:
        return memorySvg(run);
    case ChartKind::Timeline:
        return timelineSvg(run);
    case ChartKind::Quality:
        return qualitySvg(baseline ? qualityDelta(run, *baseline) : std::vector<QualityPoint>{});
    case ChartKind::Loss:
        return lossSvg(baseline ? std::vector<const Run*>{&run, baseline} : std::vector<const Run*>{&run});
    }
    return {};
}

} // namespace mantissa
