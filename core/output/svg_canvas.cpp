// SPDX-License-Identifier: Apache-2.0
#include "core/output/svg_canvas.h"

#include "core/output/svg.h"

#include <fmt/format.h>

namespace mantissa {

SvgCanvas::SvgCanvas(ChartSize size, const std::string& title, const std::string& description)
    : m_size(size)
{
    m_body = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {} {}\" "
                         "role=\"img\">\n<title>{}</title>\n"
                         "<desc>{}</desc>\n",
        size.width, size.height, escaped(title), escaped(description));
    text(leftMargin, 18, title, "title", "start");
}

void SvgCanvas::setX(double low, double high)
{
    m_xLow = low;
    m_xHigh = high > low ? high : low + 1;
}

void SvgCanvas::setY(double low, double high)
{
    m_yLow = low;
    m_yHigh = high > low ? high : low + 1;
}

double SvgCanvas::x(double value) const
{
    return left() + (value - m_xLow) / (m_xHigh - m_xLow) * (right() - left());
}
double SvgCanvas::y(double value) const
{
    return bottom() - (value - m_yLow) / (m_yHigh - m_yLow) * (bottom() - top());
}

void SvgCanvas::xAxis(const ChartAxis& axis)
{
    for (const Tick& tick : axis.ticks) {
        line(x(tick.value), bottom(), x(tick.value), bottom() + 4, "axis");
        text(x(tick.value), bottom() + 16, tick.label, "tick", "middle");
    }
    line(left(), bottom(), right(), bottom(), "axis");
    text(right(), bottom() + 31, axis.label, "tick", "end");
}

void SvgCanvas::xGrid(const ChartAxis& axis)
{
    if (axis.hasGrid)
        for (const Tick& tick : axis.ticks)
            line(x(tick.value), top(), x(tick.value), bottom(), "grid");
}

void SvgCanvas::yAxis(const ChartAxis& axis)
{
    constexpr std::size_t mostLetters = 10; // that the margin has room for
    for (const Tick& tick : axis.ticks) {
        if (axis.hasGrid)
            line(left(), y(tick.value), right(), y(tick.value), "grid");
        text(left() - 8, y(tick.value) + 4,
            tick.label.size() <= mostLetters ? tick.label : tick.label.substr(0, mostLetters - 1) + "…",
            "tick", "end");
    }
}

void SvgCanvas::legend(const std::vector<std::pair<std::string, std::string>>& classesAndTitles)
{
    constexpr double perLetter = 6.6;
    double at = right();
    for (auto entry = classesAndTitles.rbegin(); entry != classesAndTitles.rend(); ++entry) {
        at -= static_cast<double>(entry->second.size()) * perLetter;
        text(at, 18, entry->second, "tick", "start");
        at -= 15;
        rect(at, 9, 10, 10, entry->first);
        at -= 14;
    }
}

void SvgCanvas::rect(double x, double y, double width, double height, const std::string& cssClass)
{
    m_body
        += fmt::format("<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" class=\"{}\"/>\n",
            x, y, width, height, cssClass);
}

void SvgCanvas::line(double x1, double y1, double x2, double y2, const std::string& cssClass)
{
    m_body += fmt::format("<line x1=\"{:.2f}\" y1=\"{:.2f}\" x2=\"{:.2f}\" y2=\"{:.2f}\" class=\"{}\"/>\n",
        x1, y1, x2, y2, cssClass);
}

void SvgCanvas::path(const std::vector<std::pair<double, double>>& points, const std::string& cssClass)
{
    if (points.empty())
        return;
    m_body += fmt::format("<path class=\"{}\" d=\"", cssClass);
    for (std::size_t i = 0; i < points.size(); ++i)
        m_body += fmt::format("{}{:.2f} {:.2f}", i == 0 ? "M" : "L", points[i].first, points[i].second);
    m_body += "\"/>\n";
}

void SvgCanvas::dot(double x, double y, const std::string& cssClass)
{
    m_body += fmt::format("<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"3.5\" class=\"{}\"/>\n", x, y, cssClass);
}

void SvgCanvas::text(
    double x, double y, const std::string& content, const std::string& cssClass, const std::string& anchor)
{
    m_body += fmt::format("<text x=\"{:.2f}\" y=\"{:.2f}\" class=\"{}\" text-anchor=\"{}\">{}</text>\n", x, y,
        cssClass, anchor, escaped(content));
}

void SvgCanvas::beginClip()
{
    // a nested svg clips without an id, so several charts can share a page
    m_body += fmt::format("<svg x=\"{0:.2f}\" y=\"{1:.2f}\" width=\"{2:.2f}\" height=\"{3:.2f}\" "
                          "viewBox=\"{0:.2f} {1:.2f} {2:.2f} {3:.2f}\">\n",
        left(), top(), right() - left(), bottom() - top());
}

void SvgCanvas::endClip() { m_body += "</svg>\n"; }

std::string SvgCanvas::finish() { return m_body + "</svg>\n"; }

} // namespace mantissa
