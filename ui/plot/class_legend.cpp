// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/class_legend.h"

#include "core/output/chart_spec.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int rowHeight = 18;
constexpr int square = 10;
constexpr int squareGap = 5; ///< between a square and its word
constexpr int entryGap = 12;

} // namespace

ClassLegend::ClassLegend(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"classLegend"_s);
    setFont(smallFont());
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    QStringList names;
    for (const MemoryClass memoryClass : allMemoryClasses)
        names << text(titleOf(memoryClass));
    setAccessibleName(tr("Memory classes"));
    setAccessibleDescription(names.join(u", "_s));
}

int ClassLegend::entryWidth(MemoryClass memoryClass) const
{
    return square + squareGap + QFontMetrics(smallFont()).horizontalAdvance(text(titleOf(memoryClass)));
}

int ClassLegend::oneRowWidth() const
{
    int width = -entryGap;
    for (const MemoryClass memoryClass : allMemoryClasses)
        width += entryWidth(memoryClass) + entryGap;
    return width;
}

std::array<QRect, allMemoryClasses.size()> ClassLegend::entriesFor(int width) const
{
    std::array<QRect, allMemoryClasses.size()> entries;
    std::size_t first = 0; // of the row
    int x = 0;
    int y = 0;
    const auto flushRight = [&](std::size_t end) {
        for (std::size_t i = first; i < end; ++i)
            entries[i].translate(std::max(0, width - (x - entryGap)), 0);
    };
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const int own = entryWidth(allMemoryClasses[entries.size() - 1 - i]);
        if (x > 0 && x + own > width) {
            flushRight(i);
            first = i;
            x = 0;
            y += rowHeight;
        }
        entries[i] = QRect(x, y, own, rowHeight);
        x += own + entryGap;
    }
    flushRight(entries.size());
    return entries;
}

QSize ClassLegend::sizeHint() const { return {oneRowWidth(), rowHeight}; }

QSize ClassLegend::minimumSizeHint() const
{
    int widest = 0;
    for (const MemoryClass memoryClass : allMemoryClasses)
        widest = std::max(widest, entryWidth(memoryClass));
    return {widest, rowHeight};
}

int ClassLegend::heightForWidth(int width) const { return entriesFor(width).back().bottom() + 1; }

void ClassLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setFont(smallFont());
    const auto entries = entriesFor(width());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const MemoryClass memoryClass = allMemoryClasses[entries.size() - 1 - i];
        const QRect& entry = entries[i];
        painter.fillRect(entry.left(), entry.top() + (rowHeight - square) / 2, square, square, theme().of(memoryClass));
        painter.setPen(theme().muted);
        painter.drawText(entry.adjusted(square + squareGap, 0, 1, 0), Qt::AlignLeft | Qt::AlignVCenter, text(titleOf(memoryClass)));
    }
}

} // namespace mantissa::ui
