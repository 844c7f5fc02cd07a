// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/paper_table.h"

#include "ui/theme/format.h"

#include <QFontMetricsF>
#include <QGuiApplication>
#include <QPainter>

#include <algorithm>
#include <numeric>

namespace mantissa::ui {

namespace {

constexpr int leastPixels = 5; ///< what can still be read on paper
constexpr double widestText = 0.45; ///< of a table, for a column of words
constexpr double cellGap = 8;
constexpr qsizetype longWord = 40; ///< letters of a digest or a path, which breaks anywhere

double widthOf(const QFont& font, const QString& words)
{
    return QFontMetricsF(font).horizontalAdvance(words) + cellGap;
}

double longestWord(const QFont& font, const QString& words)
{
    double longest = cellGap;
    for (const QString& word : words.split(u' '))
        longest = std::max(longest, widthOf(font, word));
    return longest;
}

} // namespace

QFont paper::fontOf(int pixels, bool bold)
{
    QFont font = QGuiApplication::font();
    font.setPixelSize(pixels);
    font.setWeight(bold ? QFont::DemiBold : QFont::Normal);
    font.setHintingPreference(QFont::PreferNoHinting); // the same on paper as on the screen
    return font;
}

PaperTable::PaperTable(const ReportTable& table, double width, std::size_t mostRows)
{
    const auto add = [this](const std::vector<std::string>& cells) {
        m_rows.emplace_back();
        for (const std::string& cell : cells)
            m_rows.back() << text(cell);
    };
    add(table.header);
    for (std::size_t i = 0; i < std::min(mostRows, table.rows.size()); ++i)
        add(table.rows[i]);
    for (std::size_t c = 0; c < table.header.size(); ++c)
        m_isText.push_back(c == 0
            || (m_rows.size() > 1
                && std::all_of(m_rows.begin() + 1, m_rows.end(), [c](const QStringList& row) {
                       const QString cell = row.value(static_cast<qsizetype>(c));
                       return !cell.isEmpty() && cell.front().isLetter();
                   })));
    for (std::size_t c = 0; c < table.header.size(); ++c) {
        m_isLongWord.push_back(std::any_of(m_rows.begin() + 1, m_rows.end(), [c](const QStringList& row) {
            const QString& cell = row.value(static_cast<qsizetype>(c));
            return cell.size() > longWord && !cell.contains(u' ');
        }));
        m_isText[c] = m_isText[c] || m_isLongWord[c];
    }
    chooseWidths(width);
}

int PaperTable::flagsOf(std::size_t r, std::size_t c) const
{
    return (m_isText[c] ? Qt::AlignLeft : Qt::AlignRight) | (r == 0 ? Qt::AlignBottom : Qt::AlignVCenter)
        | (m_isLongWord[c] && r > 0 ? Qt::TextWrapAnywhere : Qt::TextWordWrap);
}

void PaperTable::chooseWidths(double width)
{
    std::vector<double> wanted;
    for (;; --m_pixels) { // smaller until it fits
        wanted.assign(m_isText.size(), 0);
        m_widths.assign(m_isText.size(), 0);
        for (std::size_t r = 0; r < m_rows.size(); ++r)
            for (std::size_t c = 0; c < m_widths.size(); ++c) {
                const QString cell = m_rows[r].value(static_cast<qsizetype>(c));
                wanted[c] = std::max(wanted[c], widthOf(fontOf(r), cell));
                const double least = r == 0 ? longestWord(fontOf(r), cell)
                    : m_isLongWord[c]       ? widthOf(fontOf(r), cell.left(longWord / 2))
                                            : widthOf(fontOf(r), cell);
                m_widths[c] = std::max(m_widths[c], least);
            }
        for (std::size_t c = 0; c < m_widths.size(); ++c)
            if (m_isText[c]) {
                wanted[c] = std::min(wanted[c], widestText * width);
                m_widths[c] = std::min(m_widths[c], widestText * width);
            }
        if (std::accumulate(m_widths.begin(), m_widths.end(), 0.0) <= width || m_pixels == leastPixels)
            break;
    }
    const double least = std::accumulate(m_widths.begin(), m_widths.end(), 0.0);
    const double lack = std::accumulate(wanted.begin(), wanted.end(), 0.0) - least;
    if (const double spare = width - least;
        spare > 0 && lack > 0) // headers on as few lines as there is room for
        for (std::size_t c = 0; c < m_widths.size(); ++c)
            m_widths[c] += std::min(1.0, spare / lack) * (wanted[c] - m_widths[c]);
    const double sum = std::accumulate(m_widths.begin(), m_widths.end(), 0.0);
    const auto widest = std::max_element(m_widths.begin(), m_widths.end());
    if (sum > width) // even so: the widest gives way
        *widest -= std::min(sum - width, *widest / 2);
    else if (*widest >= widestText * width) // words that were held back for numbers which need less
        *widest += width - sum;
}

double PaperTable::rowHeight(std::size_t r) const
{
    constexpr double wrapped = 3; // above and below words
    double height = m_pixels + 5;
    for (std::size_t c = 0; c < m_widths.size(); ++c)
        if (m_isText[c] || r == 0) // words break into lines; numbers stay whole
            height = std::max(height,
                wrapped
                    + QFontMetricsF(fontOf(r))
                          .boundingRect(QRectF(0, 0, m_widths[c] - cellGap + 1, 1e6), flagsOf(r, c),
                              m_rows[r].value(static_cast<qsizetype>(c)))
                          .height());
    return height;
}

void PaperTable::paintRow(QPainter& painter, const QPointF& at, std::size_t r) const
{
    const QFont font = fontOf(r);
    const double height = rowHeight(r);
    painter.setFont(font);
    painter.setPen(r == 0 ? paper::muted : paper::ink);
    double x = at.x();
    for (std::size_t c = 0; c < m_widths.size(); ++c) {
        const QString cell = m_rows[r].value(static_cast<qsizetype>(c));
        const QRectF box(x, at.y(), m_widths[c] - cellGap + 1, height);
        if (m_isText[c] || r == 0)
            painter.drawText(box, flagsOf(r, c), cell);
        else
            painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter,
                QFontMetricsF(font).elidedText(cell, Qt::ElideRight, box.width()));
        x += m_widths[c];
    }
    painter.fillRect(QRectF(at.x(), at.y() + height - 0.4, x - at.x(), 0.4), paper::rule);
}

} // namespace mantissa::ui
