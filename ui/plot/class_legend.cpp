// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/class_legend.h"

#include "core/output/titles.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int legendRowHeight = 18;
constexpr int legendSquare = 10;
constexpr int squareGap = 5; ///< between a square and its word
constexpr int entryGap = 12;

/// From the top of the stack.
MemoryClass classOf(std::size_t entry) { return allMemoryClasses[allMemoryClasses.size() - 1 - entry]; }

} // namespace

ClassLegend::ClassLegend(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"classLegend"_s);
    setFont(smallFont());
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setToolTip(tr("A click hides a class and shows it again"));
    setAccessibleName(tr("Memory classes"));
    describe();
}

void ClassLegend::describe()
{
    QStringList names;
    for (const MemoryClass memoryClass : allMemoryClasses)
        names << (m_hidden[indexOf(memoryClass)] ? tr("%1 (hidden)").arg(text(titleOf(memoryClass)))
                                                 : text(titleOf(memoryClass)));
    setAccessibleDescription(names.join(u", "_s));
}

void ClassLegend::toggle(std::size_t entry)
{
    m_hidden.flip(indexOf(classOf(entry)));
    describe();
    update();
    Q_EMIT hiddenChanged(m_hidden);
}

void ClassLegend::mousePressEvent(QMouseEvent* event)
{
    const auto entries = entriesFor(width());
    for (std::size_t i = 0; i < entries.size(); ++i)
        if (entries[i].contains(event->position().toPoint())) {
            m_current = i;
            toggle(i);
        }
}

void ClassLegend::keyPressEvent(QKeyEvent* event)
{
    const std::size_t count = allMemoryClasses.size();
    if (event->key() == Qt::Key_Right)
        m_current = (m_current + 1) % count;
    else if (event->key() == Qt::Key_Left)
        m_current = (m_current + count - 1) % count;
    else if (event->key() == Qt::Key_Space)
        toggle(m_current);
    else
        return event->ignore();
    update();
}

int ClassLegend::entryWidth(MemoryClass memoryClass) const
{
    return legendSquare + squareGap + QFontMetrics(smallFont()).horizontalAdvance(text(titleOf(memoryClass)));
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
        const int own = entryWidth(classOf(i));
        if (x > 0 && x + own > width) {
            flushRight(i);
            first = i;
            x = 0;
            y += legendRowHeight;
        }
        entries[i] = QRect(x, y, own, legendRowHeight);
        x += own + entryGap;
    }
    flushRight(entries.size());
    return entries;
}

QSize ClassLegend::sizeHint() const { return {oneRowWidth(), legendRowHeight}; }

QSize ClassLegend::minimumSizeHint() const
{
    int widest = 0;
    for (const MemoryClass memoryClass : allMemoryClasses)
        widest = std::max(widest, entryWidth(memoryClass));
    return {widest, legendRowHeight};
}

int ClassLegend::heightForWidth(int width) const { return entriesFor(width).back().bottom() + 1; }

void ClassLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const auto entries = entriesFor(width());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const MemoryClass memoryClass = classOf(i);
        const QRect& entry = entries[i];
        const bool hidden = m_hidden[indexOf(memoryClass)];
        const QRect box(
            entry.left(), entry.top() + (legendRowHeight - legendSquare) / 2, legendSquare, legendSquare);
        painter.setPen(theme().of(memoryClass));
        painter.setBrush(hidden ? QBrush(Qt::NoBrush) : QBrush(theme().of(memoryClass)));
        painter.drawRect(box.adjusted(0, 0, -1, -1));
        QFont font = smallFont();
        font.setStrikeOut(hidden);
        painter.setFont(font);
        painter.setPen(hasFocus() && i == m_current ? theme().accent : theme().muted);
        painter.drawText(entry.adjusted(legendSquare + squareGap, 0, 1, 0), Qt::AlignLeft | Qt::AlignVCenter,
            text(titleOf(memoryClass)));
    }
}

} // namespace mantissa::ui
