// SPDX-License-Identifier: Apache-2.0
#include "core/output/svg.h"

#include "core/output/svg_canvas.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace mantissa {

namespace {

/// The class that fills a shape: those of colours are named after what they fill.
std::string fillOf(const ChartRole& role)
{
    constexpr std::array<std::string_view, 4> ownLooks{"claim", "interval", "outline", "seed"};
    return std::find(ownLooks.begin(), ownLooks.end(), role) != ownLooks.end() ? role : "f-" + role;
}

void draw(SvgCanvas& canvas, const ChartSpec& spec, const ChartBars& bars)
{
    constexpr double perLetter = 8.5;
    constexpr double overlap = 0.5; // under the neighbour: no seam
    if (bars.isStack)
        canvas.beginClip();
    for (const ChartBar& bar : bars.bars) {
        double x = canvas.x(bar.xLow);
        double width = canvas.x(bar.xHigh) - x + (bars.isStack && bar.xHigh < spec.x.high ? overlap : 0);
        if (width < bars.leastPixels) {
            x += (width - bars.leastPixels) / 2;
            width = bars.leastPixels;
        }
        const double top = canvas.y(bar.yHigh);
        const double height = canvas.y(bar.yLow) - top;
        canvas.rect(x, top, width, height, fillOf(bar.role));
        if (!bar.text.empty() && width > perLetter * static_cast<double>(bar.text.size()))
            canvas.text(x + width / 2, top + height / 2 + 4, bar.text, "band", "middle");
    }
    if (bars.isStack)
        canvas.endClip();
}

/// The outline of all intervals, for lines.
void drawBand(SvgCanvas& canvas, const ChartSeries& series)
{
    std::vector<std::pair<double, double>> outline;
    for (const ChartPoint& point : series.points)
        if (std::isfinite(point.high))
            outline.emplace_back(canvas.x(point.x), canvas.y(point.high));
    for (auto point = series.points.rbegin(); point != series.points.rend(); ++point)
        if (std::isfinite(point->low))
            outline.emplace_back(canvas.x(point->x), canvas.y(point->low));
    canvas.path(outline, "b-" + series.role);
}

void draw(SvgCanvas& canvas, const ChartSpec&, const ChartSeries& series)
{
    constexpr double dash = 6; // half of one
    if (series.mayLeave)
        canvas.beginClip();
    if (series.shape == ChartSeries::Shape::Line) {
        drawBand(canvas, series);
        std::vector<std::pair<double, double>> path;
        for (const ChartPoint& point : series.points)
            path.emplace_back(canvas.x(point.x), canvas.y(point.y));
        canvas.path(path, series.role);
        if (series.hasDots)
            for (const auto& [x, y] : path)
                canvas.dot(x, y, fillOf(series.role));
    } else {
        for (const ChartPoint& point : series.points) {
            const double x = canvas.x(point.x);
            const double y = canvas.y(point.y);
            if (series.shape == ChartSeries::Shape::Dashes) {
                canvas.line(x - dash, y, x + dash, y, series.role);
                continue;
            }
            if (std::isfinite(point.low) && std::isfinite(point.high))
                canvas.line(x, canvas.y(point.low), x, canvas.y(point.high), "whisker");
            canvas.dot(x, y, fillOf(series.role));
        }
    }
    if (series.mayLeave)
        canvas.endClip();
}

void draw(SvgCanvas& canvas, const ChartSpec&, const ChartRule& rule)
{
    if (rule.along == ChartRule::Along::X) {
        const double y = canvas.y(rule.at);
        canvas.line(canvas.left(), y, canvas.right(), y, rule.role);
        if (!rule.text.empty())
            canvas.text(canvas.left() + 6, y - 5, rule.text, "warn", "start");
    } else {
        const double x = canvas.x(rule.at);
        canvas.line(x, canvas.top(), x, canvas.bottom(), rule.role);
        if (!rule.text.empty())
            canvas.text(x + 3, canvas.top() + 10, rule.text, "tick", "start");
    }
}

void draw(SvgCanvas& canvas, const ChartSpec&, const ChartText& text)
{
    canvas.text(canvas.x(text.x) + text.right, canvas.y(text.y) + text.down, text.text,
        text.isName ? "arm" : "tick", text.anchor == ChartText::Anchor::Start ? "start" : "middle");
}

void drawAll(SvgCanvas& canvas, const ChartSpec& spec, const std::vector<ChartMark>& marks)
{
    for (const ChartMark& mark : marks)
        std::visit([&](const auto& what) { draw(canvas, spec, what); }, mark);
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

std::string chartSvg(const ChartSpec& spec)
{
    SvgCanvas canvas(spec.size, spec.title, spec.description);
    if (!spec.emptyText.empty()) {
        canvas.text((canvas.left() + canvas.right()) / 2, (canvas.top() + canvas.bottom()) / 2,
            spec.emptyText, "tick", "middle");
        return canvas.finish();
    }
    canvas.setX(spec.x.low, spec.x.high);
    canvas.setY(spec.y.low, spec.y.high);
    drawAll(canvas, spec, spec.ground);
    canvas.yAxis(spec.y);
    canvas.xGrid(spec.x);
    drawAll(canvas, spec, spec.marks);
    canvas.xAxis(spec.x);
    std::vector<std::pair<std::string, std::string>> legend;
    for (const ChartKey& key : spec.legend)
        legend.emplace_back(fillOf(key.role), key.title);
    canvas.legend(legend);
    if (!spec.note.empty())
        canvas.text(canvas.right(), 18, spec.note, "tick", "end");
    return canvas.finish();
}

} // namespace mantissa
