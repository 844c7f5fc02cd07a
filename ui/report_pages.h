// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A report laid out on sheets of paper: what the PDF holds and the preview shows. Facts and charts are
// core's; here they are only placed. Lengths are points (1/72 inch).

#include "core/output/report_facts.h"

#include <QByteArray>
#include <QSizeF>
#include <QStringList>

#include <functional>
#include <vector>

class QPainter;
class QPointF;

namespace mantissa::ui {

/// A chart's SVG as Qt Svg can draw it: charts clip by an <svg> inside the <svg>, which Qt Svg does not know,
/// so that becomes a plain group. Nothing visible lies outside of it.
QByteArray qtSvg(const std::string& svg);

class ReportPages {
public:
    static constexpr QSizeF sheet{595, 842}; ///< A4

    /// Runs outlive the call only.
    explicit ReportPages(const ReportInput& input);

    int count() const { return static_cast<int>(m_pages.size()); }
    /// One sheet at the origin, on white.
    void paint(QPainter& painter, int page) const;
    /// All words in the order of reading; for tests and screen readers.
    const QStringList& words() const { return m_words; }

private:
    /// A piece of the report that is never cut between two sheets.
    struct Block {
        double height = 0;
        std::function<void(QPainter&, const QPointF&)> paint{};
        bool staysWithNext = false;
    };
    void addText(const QString& text, int pixels, bool bold, double after, bool staysWithNext = false);
    void addFigures(const std::vector<std::pair<std::string, std::string>>& figures);
    void addChart(const std::string& svg);
    void addTable(const ReportTable& table);
    void addGap(double height);
    void place();

    std::vector<Block> m_blocks{};
    std::vector<std::vector<std::pair<double, std::size_t>>>
        m_pages{}; ///< of each sheet: y of a block's upper edge, index of the block
    QStringList m_words{};
};

/// Writes the sheets as a PDF file.
Status writePdf(const ReportPages& pages, const QString& title, const QString& file);

} // namespace mantissa::ui
