// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/estimate_bars.h"

#include "core/output/titles.h"
#include "core/record/device_limit.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int rowHeight = 38;
constexpr int barHeight = 12;

} // namespace

EstimateBars::EstimateBars(QWidget* parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Estimated peak memory by phase"));
}

QSize EstimateBars::sizeHint() const { return {320, static_cast<int>(m_bars.size()) * rowHeight}; }

void EstimateBars::setConfig(const RunConfig& config)
{
    m_bars.clear();
    m_budget = deviceLimit(config.memory);
    const Estimate fp32 = estimateMemory(baselineOf(config).estimateInput());
    if (const auto& peak = fp32.byPhase[indexOf(fp32.largestPhase())])
        m_bars.push_back({tr("FP32 everywhere"), *peak, false});
    const Estimate own = estimateMemory(config.estimateInput());
    for (const Phase phase : allPhases)
        if (const auto& peak = own.byPhase[indexOf(phase)])
            m_bars.push_back(
                {text(titleOf(phase)) % u" · "_s % text(titleOf(config.choices.table.resolve(phase).compute)),
                    *peak, phase == own.largestPhase()});
    setFixedHeight(sizeHint().height());
    update();
}

void EstimateBars::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!isEnabled()) // of the last set-up that could be trained
        painter.setOpacity(0.35);
    double most = static_cast<double>(m_budget.value_or(1));
    for (const Bar& bar : m_bars)
        most = std::max(most, static_cast<double>(bar.peak.total()));
    int y = 0;
    for (const Bar& bar : m_bars) {
        painter.setPen(theme().muted);
        painter.drawText(QRect(0, y, width(), 18), Qt::AlignLeft | Qt::AlignVCenter,
            bar.isLargest ? bar.title % tr(" · largest") : bar.title);
        painter.setPen(m_budget && bar.peak.total() > *m_budget ? theme().bad : theme().text);
        painter.drawText(QRect(0, y, width(), 18), Qt::AlignRight | Qt::AlignVCenter,
            bytesText(static_cast<double>(bar.peak.total())));
        QPainterPath clip;
        clip.addRoundedRect(QRectF(0, y + 19, width(), barHeight), 4, 4);
        painter.setClipPath(clip);
        painter.fillRect(QRectF(0, y + 19, width(), barHeight), theme().grid);
        double x = 0;
        for (const MemoryClass memoryClass : allMemoryClasses) {
            const double part = static_cast<double>(bar.peak.at(memoryClass)) / most * width();
            painter.fillRect(QRectF(x, y + 19, part, barHeight), theme().of(memoryClass));
            x += part;
        }
        painter.setClipping(false);
        if (m_budget) {
            const double at = static_cast<double>(*m_budget) / most * (width() - 1);
            painter.setPen(QPen(theme().bad, 1.5, Qt::DashLine));
            painter.drawLine(QPointF(at, y + 16), QPointF(at, y + 21 + barHeight));
        }
        y += rowHeight;
    }
}

} // namespace mantissa::ui
