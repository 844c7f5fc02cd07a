// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Device memory by class: one column of opaque rectangles for each pixel. With several ticks in a pixel, the
// one with the largest total shows its own parts; far (more than a segment in two pixels), the mean stack
// with the peak line above it.

#include "core/record/run.h"
#include "ui/plot/plot_layer.h"
#include "ui/plot/tick_bucket.h"

#include <bitset>

namespace mantissa::ui {

/// By indexOf(MemoryClass).
using ClassSet = std::bitset<allMemoryClasses.size()>;

/// What one pixel column shows. Parts sum to the total of the tick (near) or to the mean (far).
struct StackColumn {
    std::array<double, allMemoryClasses.size()> parts{};
    double peak = 0; ///< largest total in the column
    double reserved = 0; ///< largest reserved
    bool isMean = false;
};

/// What a column of the stack shows of its ticks.
enum class StackMode { EveryTick, Largest, Mean };
StackMode stackModeOf(const Run& run, const TickColumns& columns);

/// A column for each pixel; one without a tick is empty. Cost follows pixels.
std::vector<StackColumn> stackColumns(const Run& run, const TickColumns& columns);

class StackItem : public PlotLayer {
public:
    explicit StackItem(QGraphicsItem* parent)
        : PlotLayer(parent)
    {
    }
    void setRun(const Run* run)
    {
        m_run = run;
        markChanged();
    }
    /// Classes left out of the stack; the line over it is then what is left.
    void setHidden(ClassSet hidden)
    {
        m_hidden = hidden;
        markChanged();
    }
    ClassSet hidden() const { return m_hidden; }

protected:
    void draw(QPainter& painter) const override;

private:
    const Run* m_run = nullptr;
    ClassSet m_hidden{};
};

} // namespace mantissa::ui
