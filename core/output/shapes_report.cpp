// SPDX-License-Identifier: Apache-2.0
#include "core/output/shapes_report.h"

#include "core/base/units.h"
#include "core/output/html_page.h"
#include "core/output/svg.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

namespace mantissa {

namespace {

constexpr double cliffShare = 0.15;

std::vector<ShapePoint> pointsOf(const std::vector<ShapePoint>& points, ShapeKind kind)
{
    std::vector<ShapePoint> some;
    std::copy_if(points.begin(), points.end(), std::back_inserter(some),
        [&](const ShapePoint& point) { return point.kind == kind && point.whyNot.empty(); });
    return some;
}

std::string factorText(double factor)
{
    return factor < 1 ? fmt::format("1/{:g}", 1 / factor) : fmt::format("×{:g}", factor);
}

std::string shareText(const std::optional<double>& share)
{
    return share ? fmt::format("{:.0f} %", 100 * *share) : "–";
}

using Value = std::function<std::optional<double>(const ShapePoint&)>;

/// A line for each kind over the factor, both axes logarithmic unless `isShare`.
ChartSpec chartOf(const ShapesReport& report, const std::string& title, bool isShare, const Value& valueOf,
    const std::function<std::vector<Tick>(double low, double high)>& ticks)
{
    ChartSpec spec{
        .title = title, .description = title + " over width, layers, context and batch, each changed alone"};
    double least = 0;
    double most = 0;
    double low = std::numeric_limits<double>::infinity();
    double high = 0;
    for (const ShapePoint& point : report.points) {
        least = std::min(least, std::log2(point.factor));
        most = std::max(most, std::log2(point.factor));
    }
    const auto placed = [&](double value) { return isShare ? value : std::log10(value); };
    for (std::size_t i = 0; i < std::size(allShapeKinds); ++i) {
        ChartSeries line{.role = fmt::format("series{}", i), .hasDots = true};
        for (const ShapePoint& point : pointsOf(report.points, allShapeKinds[i]))
            if (const auto value = valueOf(point); value && *value > 0) {
                line.points.push_back({std::log2(point.factor), placed(*value)});
                low = std::min(low, *value);
                high = std::max(high, *value);
            }
        spec.legend.push_back({line.role, nameOf(allShapeKinds[i])});
        spec.marks.emplace_back(std::move(line));
    }
    if (high == 0) {
        spec.emptyText = "not measured";
        return spec;
    }
    spec.x = {least - 0.1, most + 0.1, {}, "of the config's own"};
    for (double power = std::ceil(least); power <= most; ++power)
        spec.x.ticks.push_back({power, factorText(std::exp2(power))});
    if (isShare)
        low = 0;
    else
        low /= 1.2;
    high = isShare ? 1 : 1.2 * high;
    spec.y = {isShare ? 0 : placed(low), placed(high), {}, {}, true};
    for (Tick tick : ticks(low, high)) {
        tick.value = placed(tick.value);
        spec.y.ticks.push_back(std::move(tick));
    }
    return spec;
}

/// Bytes at powers of two, as labels of a logarithmic axis.
std::vector<Tick> byteMarks(double low, double high)
{
    std::vector<Tick> ticks;
    for (double bytes = std::exp2(std::ceil(std::log2(low))); bytes <= high; bytes *= 2)
        ticks.push_back({bytes, formatBytes(std::llround(bytes))});
    return ticks;
}

std::vector<ChartSpec> chartsOf(const ShapesReport& report)
{
    const auto percent = [](double, double) {
        std::vector<Tick> ticks;
        for (const int share : {0, 25, 50, 75, 100})
            ticks.push_back({share / 100.0, fmt::format("{} %", share)});
        return ticks;
    };
    return {chartOf(
                report, "Tokens a second", false, [](const ShapePoint& p) { return p.tokensPerSecond; },
                [](double low, double high) { return logTicks(low, high, 8); }),
        chartOf(
            report, "Peak on Device", false,
            [](const ShapePoint& p) { return static_cast<double>(p.peakBytes); }, byteMarks),
        chartOf(
            report, "Share of the step that its products need", true,
            [](const ShapePoint& p) { return p.productShare; }, percent)};
}

std::vector<std::string> rowOf(const ShapePoint& point)
{
    const std::string value = fmt::format("{} {}", nameOf(point.kind), formatCount(point.value));
    if (!point.whyNot.empty())
        return {value, factorText(point.factor), "–", "–", "–", "–", "–", "–", "–"};
    return {value, factorText(point.factor), formatCount(point.parameters),
        formatCount(std::llround(point.tokensPerSecond)), formatSeconds(point.stepSeconds),
        formatBytes(point.peakBytes), shareText(point.productShare), shareText(point.attentionShare),
        shareText(point.attentionFlops)};
}

ReportTable tableOf(const ShapesReport& report)
{
    ReportTable table{.title = "Shapes",
        .note = "Medians of timed steps of the phase Full, of the fastest of several rounds over all shapes. "
                "Products: their time, each at its fastest alone, "
                "over the step's. Attention: its part of "
                "that time, beside its part of the operations as computed; its kernels cost more time an "
                "operation than plain products do.",
        .header = {"Shape", "of the config's", "Parameters", "Tokens/s", "Step", "Peak on Device", "Products",
            "Attention, time", "Attention, computed"}};
    for (const ShapePoint& point : report.points)
        table.rows.push_back(rowOf(point));
    return table;
}

std::vector<std::string> sentencesOf(const ShapesReport& report)
{
    std::vector<std::string> sentences;
    if (const auto line = layerLine(report.points))
        sentences.push_back(fmt::format(
            "A step costs {} and {} more for each layer; the farthest step lies {:.1f} % off that line.",
            formatSeconds(line->fixedSeconds), formatSeconds(line->perLayerSeconds), 100 * line->farthest));
    const auto steep = cliffs(report.points);
    sentences.insert(sentences.end(), steep.begin(), steep.end());
    const bool hasShares = std::any_of(report.points.begin(), report.points.end(),
        [](const ShapePoint& point) { return point.productShare.has_value(); });
    if (steep.empty() && hasShares)
        sentences.push_back(
            "No cliff: nowhere does the products' share of a step fall by more than 15 points from a shape "
            "to "
            "the next larger one; that it is lower at small shapes is the fixed cost of each operation.");
    for (const ShapePoint& point : report.points)
        if (!point.whyNot.empty())
            sentences.push_back(fmt::format(
                "{} {} was not measured: {}", nameOf(point.kind), formatCount(point.value), point.whyNot));
    return sentences;
}

} // namespace

std::string nameOf(ShapeKind kind)
{
    switch (kind) {
    case ShapeKind::Width:
        return "width";
    case ShapeKind::Layers:
        return "layers";
    case ShapeKind::Context:
        return "context";
    case ShapeKind::Batch:
        return "batch";
    }
    return {};
}

std::optional<LayerLine> layerLine(const std::vector<ShapePoint>& points)
{
    const auto some = pointsOf(points, ShapeKind::Layers);
    if (some.size() < 3)
        return std::nullopt;
    // distances are of each step, so that the deepest does not decide alone
    double w = 0;
    double wx = 0;
    double wy = 0;
    double wxx = 0;
    double wxy = 0;
    for (const ShapePoint& point : some) {
        const auto x = static_cast<double>(point.value);
        const double weight = 1 / (point.stepSeconds * point.stepSeconds);
        w += weight;
        wx += weight * x;
        wy += weight * point.stepSeconds;
        wxx += weight * x * x;
        wxy += weight * x * point.stepSeconds;
    }
    LayerLine line;
    line.perLayerSeconds = (w * wxy - wx * wy) / (w * wxx - wx * wx);
    line.fixedSeconds = (wy - line.perLayerSeconds * wx) / w;
    for (const ShapePoint& point : some) {
        const double there = line.fixedSeconds + line.perLayerSeconds * static_cast<double>(point.value);
        line.farthest = std::max(line.farthest, std::abs(there / point.stepSeconds - 1));
    }
    return line;
}

std::vector<std::string> cliffs(const std::vector<ShapePoint>& points)
{
    std::vector<std::string> found;
    for (const ShapeKind kind : allShapeKinds) {
        const auto some = pointsOf(points, kind);
        for (std::size_t i = 1; i < some.size(); ++i) {
            const ShapePoint& a = some[i - 1];
            const ShapePoint& b = some[i];
            if (a.productShare && b.productShare && *a.productShare - *b.productShare > cliffShare)
                found.push_back(
                    fmt::format("Cliff: from {} {} to {} its products' share of a step falls from {} to {}.",
                        nameOf(kind), formatCount(a.value), formatCount(b.value), shareText(a.productShare),
                        shareText(b.productShare)));
        }
    }
    return found;
}

Json shapesJson(const ShapesReport& report)
{
    Json points = Json::array();
    for (const ShapePoint& point : report.points) {
        Json json = {{"shape", nameOf(point.kind)}, {"value", point.value}, {"factor", point.factor}};
        if (!point.whyNot.empty()) {
            json["why_not"] = point.whyNot;
        } else {
            const auto orNull
                = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
            json["parameters"] = point.parameters;
            json["tokens_per_second"] = point.tokensPerSecond;
            json["tokens_per_second_quartiles"] = {point.lowTokensPerSecond, point.highTokensPerSecond};
            json["step_seconds"] = point.stepSeconds;
            json["peak_device_bytes"] = point.peakBytes;
            json["product_share"] = orNull(point.productShare);
            json["attention_share"] = orNull(point.attentionShare);
            json["attention_share_computed"] = orNull(point.attentionFlops);
        }
        points.push_back(std::move(json));
    }
    Json json = {{"name", report.name}, {"preset", report.preset}, {"device", report.device},
        {"command", report.repeatCommand}, {"points", std::move(points)}, {"cliffs", cliffs(report.points)},
        {"environment", report.environment}};
    if (const auto line = layerLine(report.points))
        json["layers"] = {{"fixed_seconds", line->fixedSeconds}, {"seconds_per_layer", line->perLayerSeconds},
            {"farthest_share", line->farthest}};
    return json;
}

std::string shapesHtml(const ShapesReport& report)
{
    std::string body;
    for (const std::string& sentence : sentencesOf(report))
        body += "<p>" + escaped(sentence) + "</p>\n";
    for (const ChartSpec& chart : chartsOf(report))
        body += cardHtml(chartSvg(chart));
    body += tableHtml(tableOf(report));
    body += "<h2>Repeat it</h2><pre>" + escaped(report.repeatCommand) + "</pre>\n";
    body += environmentHtml(&report.environment);
    return htmlPage(
        "Shapes of " + report.name, fmt::format("preset {} · {}", report.preset, report.device), body);
}

std::string shapesText(const ShapesReport& report)
{
    const ReportTable table = tableOf(report);
    std::vector<std::size_t> widths;
    for (const std::string& title : table.header)
        widths.push_back(title.size());
    std::string text;
    const auto line = [&](const std::vector<std::string>& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i)
            text += fmt::format(fmt::runtime(i == 0 ? "{:<{}}" : "  {:>{}}"), cells[i],
                i == 0 ? std::max<std::size_t>(widths[i], 16) : widths[i]);
        text += "\n";
    };
    line(table.header);
    for (const auto& row : table.rows)
        line(row);
    for (const std::string& sentence : sentencesOf(report))
        text += sentence + "\n";
    return text;
}

} // namespace mantissa
