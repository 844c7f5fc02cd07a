// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A line over ticks: envelope of least and most with the mean, from a Series' pyramid; or marked points with error bars.

#include "core/record/series.h"
#include "ui/plot/plot_layer.h"

#include <QColor>

namespace mantissa::ui {

class LineItem : public PlotLayer {
public:
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

protected:
    void draw(QPainter& painter) const override;

private:
    const Series* m_series = nullptr;
    QColor m_colour{};
};

struct PlotPoint {
    double tick = 0;
    double value = 0;
    double halfWidth = 0; ///< of its interval; 0: none
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
