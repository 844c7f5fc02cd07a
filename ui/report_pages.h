// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A report laid out on sheets of paper: what the PDF holds and the preview shows. Facts and charts are
// core's; here they are only placed. Lengths are points (1/72 inch).

#include "core/output/report_facts.h"
#include "ui/sheet_breaks.h"

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
    /// The share of a sheet's height that is used.
    double filled(int page) const;
    /// All words in the order of reading; for tests and screen readers.
    const QStringList& words() const { return m_words; }

private:
    /// Paints a piece with its upper left corner at a point, in its size times the scale.
    using Paint = std::function<void(QPainter&, const QPointF&, double scale)>;
    void add(const SheetPiece& piece, Paint paint);
    void addText(const QString& text, int pixels, bool bold, double after, bool staysWithNext = false);
    void addFigures(const std::vector<std::pair<std::string, std::string>>& figures);
    void addChart(const std::string& svg);
    void addTable(const ReportTable& table);

    std::vector<SheetPiece> m_pieces{};
    std::vector<Paint> m_paints{}; ///< of the pieces
    std::vector<std::vector<PlacedPiece>> m_pages{};
    QStringList m_words{};
};

/// Writes the sheets as a PDF file.
Status writePdf(const ReportPages& pages, const QString& title, const QString& file);

} // namespace mantissa::ui
