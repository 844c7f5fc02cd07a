// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/tip_box.h"

#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <numeric>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int lineHeight = 18;
constexpr int padding = 10;
constexpr int square = 10;
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
    resize(width + 2 * padding, lineHeight * static_cast<int>(m_lines.size()) + padding);
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
    const int inside = width() - 2 * padding;
    int y = padding / 2;
    for (const TipLine& line : m_lines) {
        const int indent = indentOf(line);
        if (line.colour.isValid())
            painter.fillRect(padding, y + (lineHeight - square) / 2, square, square, line.colour);
        painter.setPen(theme().text);
        painter.drawText(
            QRect(padding + indent, y, inside - indent, lineHeight), Qt::AlignVCenter, line.cells.front());
        int right = inside; // columns are flush with the right edge
        for (qsizetype i = line.cells.size() - 1; i > 0; --i) {
            painter.drawText(
                QRect(padding, y, right, lineHeight), Qt::AlignVCenter | Qt::AlignRight, line.cells[i]);
            right -= m_widths[static_cast<std::size_t>(i)];
        }
        y += lineHeight;
    }
}

} // namespace mantissa::ui
