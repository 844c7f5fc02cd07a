// SPDX-License-Identifier: Apache-2.0
#pragma once

// An SVG being written: a plot area with margins, axes, and the few shapes our charts need.

#include "core/output/chart_spec.h"

#include <string>
#include <utility>
#include <vector>

namespace mantissa {

class SvgCanvas {
public:
    /// `title` and `description` are read to people who cannot see the picture.
    SvgCanvas(ChartSize size, const std::string& title, const std::string& description);

    void setX(double low, double high);
    void setY(double low, double high);
    double x(double value) const;
    double y(double value) const;
    double left() const { return leftMargin; }
    double right() const { return m_size.width - rightMargin; }
    double top() const { return topMargin; }
    double bottom() const { return m_size.height - bottomMargin; }

    void xAxis(const ChartAxis& axis);
    void xGrid(const ChartAxis& axis);
    /// Labels, which are cut where the margin ends, and the grid.
    void yAxis(const ChartAxis& axis);
    void legend(const std::vector<std::pair<std::string, std::string>>& classesAndTitles);
    void rect(double x, double y, double width, double height, const std::string& cssClass);
    void line(double x1, double y1, double x2, double y2, const std::string& cssClass);
    void path(const std::vector<std::pair<double, double>>& points, const std::string& cssClass);
    void dot(double x, double y, const std::string& cssClass);
    /// `anchor`: start, middle or end.
    void text(double x, double y, const std::string& content, const std::string& cssClass,
        const std::string& anchor);
    void beginClip();
    void endClip();
    std::string finish();

private:
    static constexpr double leftMargin = 76;
    static constexpr double rightMargin = 20;
    static constexpr double topMargin = 34;
    static constexpr double bottomMargin = 38;

    static_assert(ChartSize{}.width - leftMargin - rightMargin == chartColumns);

    ChartSize m_size;
    double m_xLow = 0;
    double m_xHigh = 1;
    double m_yLow = 0;
    double m_yHigh = 1;
    std::string m_body;
};

} // namespace mantissa
