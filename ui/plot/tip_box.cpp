// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/tip_box.h"

#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <numeric>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int tipLineHeight = 18;
constexpr int tipPadding = 10;
constexpr int tipSquare = 10;
constexpr int squareIndent = 16;
constexpr int columnGap = 14;
constexpr int distance = 14; ///< from the crosshair

int indentOf(const TipLine& line) { return line.colour.isValid() ? squareIndent : 0; }

} // namespace

TipBox::TipBox(QWidget* window)
    : QWidget(window)
{
    setObjectName(u"tip"_s);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void TipBox::measure()
{
    const QFontMetrics metrics(font());
    m_widths.clear();
    int alone = 0; // the widest row of one cell
    for (const TipLine& line : m_lines) {
        if (line.cells.size() == 1)
            alone = std::max(alone, indentOf(line) + metrics.horizontalAdvance(line.cells.front()));
        for (qsizetype i = 0; line.cells.size() > 1 && i < line.cells.size(); ++i) {
            m_widths.resize(std::max(m_widths.size(), static_cast<std::size_t>(i + 1)));
            int& width = m_widths[static_cast<std::size_t>(i)];
            width = std::max(
                width, metrics.horizontalAdvance(line.cells[i]) + (i == 0 ? indentOf(line) : columnGap));
        }
    }
    const int width = std::max(alone, std::accumulate(m_widths.begin(), m_widths.end(), 0));
    resize(width + 2 * tipPadding, tipLineHeight * static_cast<int>(m_lines.size()) + tipPadding);
}

void TipBox::showLines(std::vector<TipLine> lines, const QPoint& crosshair)
{
    m_lines = std::move(lines);
    if (m_lines.empty()) {
        hide();
        return;
    }
    measure();
    const QRect all = parentWidget()->rect();
    int x = crosshair.x() + distance;
    if (x + width() > all.right())
        x = crosshair.x() - distance - width(); // to the other side
    move(x, std::clamp(crosshair.y(), 0, std::max(0, all.bottom() - height())));
    raise();
    show();
    update();
}

void TipBox::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(theme().grid);
    painter.setBrush(theme().panel);
    painter.drawRoundedRect(rect().adjusted(0, 0, -1, -1), 6, 6);
    const int inside = width() - 2 * tipPadding;
    int y = tipPadding / 2;
    for (const TipLine& line : m_lines) {
        const int indent = indentOf(line);
        if (line.colour.isValid())
            painter.fillRect(
                tipPadding, y + (tipLineHeight - tipSquare) / 2, tipSquare, tipSquare, line.colour);
        painter.setPen(theme().text);
        painter.drawText(QRect(tipPadding + indent, y, inside - indent, tipLineHeight), Qt::AlignVCenter,
            line.cells.front());
        int right = inside; // columns are flush with the right edge
        for (qsizetype i = line.cells.size() - 1; i > 0; --i) {
            painter.drawText(
                QRect(tipPadding, y, right, tipLineHeight), Qt::AlignVCenter | Qt::AlignRight, line.cells[i]);
            right -= m_widths[static_cast<std::size_t>(i)];
        }
        y += tipLineHeight;
    }
}

} // namespace mantissa::ui
