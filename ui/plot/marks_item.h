// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What happened at a tick, over a plot: losses that are no number (a cross), refused updates (a triangle at
// the foot), warnings (a triangle at the top). One mark a pixel, however many ticks it stands for.

#include "core/record/run.h"
#include "ui/plot/plot_layer.h"

namespace mantissa::ui {

class MarksItem : public PlotLayer {
public:
    explicit MarksItem(QGraphicsItem* parent)
        : PlotLayer(parent)
    {
    }
    void setRun(const Run* run)
    {
        m_run = run;
        markChanged();
    }

protected:
    void draw(QPainter& painter) const override;

private:
    const Run* m_run = nullptr;
};

} // namespace mantissa::ui
