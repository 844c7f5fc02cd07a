// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A table of a report laid out for paper: columns as wide as they need, words broken into lines, the type
// smaller until it fits. Lengths are points.

#include "core/output/report_facts.h"

#include <QColor>
#include <QFont>
#include <QStringList>

#include <vector>

class QPainter;
class QPointF;

namespace mantissa::ui {

namespace paper {
inline const QColor ink(0x1b222c);
inline const QColor muted(0x5b6675);
inline const QColor rule(0xd5dae1);
QFont fontOf(int pixels, bool bold);
} // namespace paper

class PaperTable {
public:
    PaperTable(const ReportTable& table, double width, std::size_t mostRows);

    /// With the header, which is the first.
    std::size_t rows() const { return m_rows.size(); }
    const QStringList& row(std::size_t r) const { return m_rows[r]; }
    double rowHeight(std::size_t r) const;
    /// Of its letters.
    int pixels() const { return m_pixels; }
    double columnWidth(std::size_t c) const { return m_widths[c]; }
    void paintRow(QPainter& painter, const QPointF& at, std::size_t r) const;

private:
    void chooseWidths(double width);
    /// Of how a cell is aligned, and broken into lines.
    int flagsOf(std::size_t r, std::size_t c) const;
    QFont fontOf(std::size_t r) const { return paper::fontOf(m_pixels, r == 0); }

    std::vector<QStringList> m_rows{};
    std::vector<bool> m_isLongWord{}; ///< columns that break within a word: digests, paths
    std::vector<bool> m_isText{}; ///< columns that read from the left, and give way where they are long
    std::vector<double> m_widths{};
    int m_pixels = 8;
};

} // namespace mantissa::ui
