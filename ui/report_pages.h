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

/// One of core's charts for Qt Svg, which knows no svg inside an svg, by which they clip: what they draw lies
/// inside anyway.
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
    /// Something of a height that stays together.
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
    std::vector<std::vector<std::pair<double, std::size_t>>> m_pages{}; ///< top and block
    QStringList m_words{};
};

/// Writes the sheets as PDF; what to tell the user.
QString writePdf(const ReportPages& pages, const QString& title, const QString& file);

} // namespace mantissa::ui
