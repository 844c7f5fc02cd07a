// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/what_if_bars.h"

#include "core/output/titles.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int titleHeight = 18;
constexpr int costBarHeight = 10;
constexpr int costRowHeight = titleHeight + 2 * (costBarHeight + 2) + 6;

bool isShown(const WhatIfPhase& row) { return row.recorded || row.predicted; }

QString formatsOf(const WhatIfPhase& row)
{
    const QString before = row.recordedPlan ? text(titleOf(row.recordedPlan->compute)) : u"–"_s;
    const QString after = row.plan ? text(titleOf(row.plan->compute)) : u"–"_s;
    return before == after ? before : before % u" → "_s % after;
}

} // namespace

WhatIfBars::WhatIfBars(QWidget* parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Recorded and predicted peak memory by phase"));
}

QSize WhatIfBars::sizeHint() const
{
    return {520, costRowHeight * static_cast<int>(std::ranges::count_if(m_result.phases, isShown))};
}

void WhatIfBars::showResult(const WhatIf& result)
{
    m_result = result;
    setFixedHeight(sizeHint().height());
    QStringList words;
    for (const WhatIfPhase& row : result.phases)
        if (row.recorded && row.predicted)
            words << tr("%1: %2, then %3")
                         .arg(text(titleOf(row.phase)), bytesText(static_cast<double>(row.recorded->total())),
                             bytesText(static_cast<double>(row.predicted->total())));
    setAccessibleDescription(words.join(u"; "_s));
    update();
}

void WhatIfBars::paintBar(
    QPainter& painter, int y, const MemoryComposition& peak, double most, bool isMeasured) const
{
    painter.fillRect(QRectF(0, y, width(), costBarHeight), theme().grid);
    double x = 0;
    for (const MemoryClass memoryClass : allMemoryClasses) {
        const double part = static_cast<double>(peak.at(memoryClass)) / most * width();
        painter.fillRect(QRectF(x, y, part, costBarHeight), theme().of(memoryClass));
        x += part;
    }
    if (!isMeasured)
        painter.fillRect(QRectF(0, y, x, costBarHeight), QBrush(theme().grid, Qt::BDiagPattern));
}

void WhatIfBars::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const auto most = static_cast<double>(std::max<std::int64_t>({1, m_result.recordedPeak, m_result.peak}));
    int y = 0;
    for (const WhatIfPhase& row : m_result.phases) {
        if (!isShown(row))
            continue;
        painter.setPen(theme().muted);
        painter.drawText(QRect(0, y, width(), titleHeight), Qt::AlignLeft | Qt::AlignVCenter,
            text(titleOf(row.phase)) % u" · "_s % formatsOf(row));
        const QString before
            = row.recorded ? bytesText(static_cast<double>(row.recorded->total())) : tr("did not run");
        const QString after = !row.predicted ? tr("would not run")
                                             : bytesText(static_cast<double>(row.predicted->total()))
                % (row.source == WhatIfSource::Measured         ? tr(" measured")
                        : row.source == WhatIfSource::Predicted ? tr(" predicted")
                                                                : tr(" estimate"));
        painter.setPen(theme().text);
        painter.drawText(
            QRect(0, y, width(), titleHeight), Qt::AlignRight | Qt::AlignVCenter, before % u" → "_s % after);
        if (row.recorded)
            paintBar(painter, y + titleHeight, *row.recorded, most, true);
        if (row.predicted)
            paintBar(painter, y + titleHeight + costBarHeight + 2, *row.predicted, most,
                row.source == WhatIfSource::Measured);
        y += costRowHeight;
    }
}

} // namespace mantissa::ui
