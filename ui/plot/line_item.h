// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A line over ticks: envelope of least and most with the mean, from a Series' pyramid; or marked points with
// error bars.

#include "core/record/series.h"
#include "ui/plot/plot_layer.h"
#include "ui/plot/plot_point.h"

#include <QColor>

namespace mantissa::ui {

class LineItem : public PlotLayer {
public:
    /// Alone: the line and its envelope. Behind: the same in pale, with another line over it. Smooth: that
    /// other line, without an envelope.
    enum class Style { Alone, Behind, Smooth };

    explicit LineItem(QGraphicsItem* parent)
        : PlotLayer(parent)
    {
    }
    void setSeries(const Series* series)
    {
        m_series = series;
        markChanged();
    }
    void setColour(const QColor& colour)
    {
        m_colour = colour;
        markChanged();
    }
    /// A value holds until the next: no slope leads from one to the other.
    void setStepped(bool stepped)
    {
        m_isStepped = stepped;
        markChanged();
    }
    void setStyle(Style style)
    {
        m_style = style;
        markChanged();
    }

protected:
    void draw(QPainter& painter) const override;

private:
    const Series* m_series = nullptr;
    QColor m_colour{};
    Style m_style = Style::Alone;
    bool m_isStepped = false;
};

class PointsItem : public PlotLayer {
public:
    explicit PointsItem(QGraphicsItem* parent)
        : PlotLayer(parent)
    {
    }
    void setPoints(std::vector<PlotPoint> points)
    {
        m_points = std::move(points);
        markChanged();
    }
    void setColour(const QColor& colour)
    {
        m_colour = colour;
        markChanged();
    }
    const std::vector<PlotPoint>& points() const { return m_points; }
    /// A band around zero that a claim allows; 0: none.
    void setBand(double reach)
    {
        m_band = reach;
        markChanged();
    }
    /// Whether a line joins the points.
    void setJoined(bool joined)
    {
        m_joined = joined;
        markChanged();
    }

protected:
    void draw(QPainter& painter) const override;

private:
    std::vector<PlotPoint> m_points{};
    QColor m_colour{};
    double m_band = 0;
    bool m_joined = true;
};

} // namespace mantissa::ui
