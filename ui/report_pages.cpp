// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report_pages.h"

#include "core/output/chart_registry.h"
#include "core/output/svg.h"
#include "ui/paper_table.h"
#include "ui/theme/format.h"

#include <QFontMetricsF>
#include <QGuiApplication>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgRenderer>

#include <algorithm>
#include <memory>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double margin = 45;
constexpr double inside = ReportPages::sheet.width() - 2 * margin;
constexpr double foot = ReportPages::sheet.height() - margin - 14;
constexpr double chartGap = 8;
constexpr double orphanCost = 0.5; ///< of one row alone at the head or foot of a sheet
constexpr std::size_t smallTable = 8; ///< rows of one that is torn only where that saves half a sheet
constexpr std::size_t mostRows = 40; ///< of a table; the HTML report holds all

} // namespace

QByteArray qtSvg(const std::string& svg)
{
    QByteArray text = QByteArray::fromStdString(standaloneSvg(svg));
    for (qsizetype at = text.indexOf("<svg x="); at >= 0; at = text.indexOf("<svg x=", at)) {
        const qsizetype end = text.indexOf("</svg>", at);
        text.replace(end, 6, "</g>");
        text.replace(at, text.indexOf('>', at) + 1 - at, "<g>");
    }
    return text.replace("Inter, sans-serif", "Inter"); // nor a list of fonts
}

ReportPages::ReportPages(const ReportInput& input)
{
    const ReportFacts facts = factsOf(input);
    const Run& run = *input.run;
    addText(text(facts.title), 20, true, 2, true);
    addText(text(facts.outcome) % (run.started() ? u" · "_s % text(run.started()->device) : QString()), 9,
        false, 10, true);
    addFigures(facts.figures);
    for (const std::string& sentence : facts.verdict)
        addText(text(sentence), 9, false, 6);
    for (const ChartSpec& chart : reportCharts(chartInput(run, input.baseline, input.others)))
        addChart(chartSvg(chart));
    for (const ReportTable& table : facts.tables)
        addTable(table);
    addText(QObject::tr("Repeat it"), 12, true, 3, true);
    addText(text(facts.repeatCommand), 9, false, 6);
    if (!input.digest.empty())
        addText(QObject::tr("SHA-256 of the final FP32 weights: %1").arg(text(input.digest)), 8, false, 6);
    m_pages = sheetsOf(m_pieces, foot - margin);
}

void ReportPages::add(const SheetPiece& piece, Paint paint)
{
    m_pieces.push_back(piece);
    m_paints.push_back(std::move(paint));
}

void ReportPages::addText(const QString& words, int pixels, bool bold, double after, bool staysWithNext)
{
    const QFont font = paper::fontOf(pixels, bold);
    constexpr int flags = Qt::AlignLeft | Qt::TextWordWrap;
    const double height = QFontMetricsF(font).boundingRect(QRectF(0, 0, inside, 1e6), flags, words).height();
    add({.height = height + after, .staysWithNext = staysWithNext},
        [=](QPainter& painter, const QPointF& at, double) {
            painter.setFont(font);
            painter.setPen(paper::ink);
            painter.drawText(QRectF(at, QSizeF(inside, height + 1)), flags, words);
        });
    m_words << words;
}

void ReportPages::addFigures(const std::vector<std::pair<std::string, std::string>>& figures)
{
    const double width = inside / static_cast<double>(std::max<std::size_t>(1, figures.size()));
    for (const auto& [label, value] : figures)
        m_words << text(label) << text(value);
    add({.height = 48}, [figures, width](QPainter& painter, const QPointF& at, double) {
        for (std::size_t i = 0; i < figures.size(); ++i) {
            const QPointF corner = at + QPointF(static_cast<double>(i) * width, 0);
            painter.setFont(paper::fontOf(7, false));
            painter.setPen(paper::muted);
            painter.drawText(QRectF(corner, QSizeF(width - 6, 12)), Qt::AlignLeft, text(figures[i].first));
            QFont font = paper::fontOf(14, true);
            const double own = QFontMetricsF(font).horizontalAdvance(text(figures[i].second));
            if (own > width - 6)
                font.setPixelSize(std::max(7, static_cast<int>(14 * (width - 6) / own)));
            painter.setFont(font);
            painter.setPen(paper::ink);
            painter.drawText(QRectF(corner + QPointF(0, 12), QSizeF(width - 6, 20)),
                Qt::AlignLeft | Qt::AlignVCenter, text(figures[i].second));
        }
        painter.fillRect(QRectF(at + QPointF(0, 38), QSizeF(inside, 0.5)), paper::rule);
    });
}

void ReportPages::addChart(const std::string& svg)
{
    auto renderer = std::make_shared<QSvgRenderer>(qtSvg(svg));
    const QRectF box = renderer->viewBoxF();
    const double height = inside * box.height() / std::max(1.0, box.width());
    add({.height = height + chartGap, .shrinks = true},
        [=](QPainter& painter, const QPointF& at, double scale) {
            const QPointF middle(at.x() + 0.5 * (1 - scale) * inside, at.y());
            renderer->render(&painter, QRectF(middle, scale * QSizeF(inside, height)));
        });
}

void ReportPages::addTable(const ReportTable& table)
{
    addText(text(table.title), 12, true, 2, true);
    if (!table.note.empty())
        addText(text(table.note), 8, false, 4, true);
    const auto paper = std::make_shared<const PaperTable>(table, inside, mostRows);
    const std::size_t header = m_pieces.size();
    for (std::size_t r = 0; r < paper->rows(); ++r) {
        SheetPiece row{.height = paper->rowHeight(r), .staysWithNext = r == 0};
        if (r > 0)
            row.header = header;
        if (r == 2 || r + 1 == paper->rows() || paper->rows() <= smallTable)
            row.breakCost = orphanCost;
        add(row,
            [paper, r](QPainter& painter, const QPointF& at, double) { paper->paintRow(painter, at, r); });
        m_words << paper->row(r);
    }
    if (table.rows.size() > mostRows) {
        addText(QObject::tr("… and %1 more rows in the HTML report").arg(table.rows.size() - mostRows), 8,
            false, 0);
        m_pieces.back().breakCost = orphanCost;
    }
    add({.height = 10, .isGap = true}, [](QPainter&, const QPointF&, double) {});
}

double ReportPages::filled(int page) const
{
    const auto& placed = m_pages[static_cast<std::size_t>(page)];
    if (placed.empty())
        return 0;
    return (placed.back().top + placed.back().scale * m_pieces[placed.back().piece].height) / (foot - margin);
}

void ReportPages::paint(QPainter& painter, int page) const
{
    painter.fillRect(QRectF(QPointF(), sheet), Qt::white);
    for (const auto& [top, piece, scale] : m_pages[static_cast<std::size_t>(page)])
        m_paints[piece](painter, {margin, margin + top}, scale);
    painter.setFont(paper::fontOf(7, false));
    painter.setPen(paper::muted);
    const QRectF line(margin, sheet.height() - margin, inside, 12);
    painter.drawText(line, Qt::AlignLeft, m_words.value(0));
    painter.drawText(line, Qt::AlignRight, QObject::tr("%1 of %2").arg(page + 1).arg(count()));
}

Status writePdf(const ReportPages& pages, const QString& title, const QString& file)
{
    QPdfWriter writer(file);
    constexpr int resolution = 288; // dots an inch
    writer.setResolution(resolution);
    writer.setPageSize(QPageSize(ReportPages::sheet, QPageSize::Point));
    writer.setPageMargins({});
    writer.setTitle(title);
    writer.setCreator(u"Mantissa"_s);
    QPainter painter;
    if (!painter.begin(&writer))
        return fail(QObject::tr("cannot write %1; choose another folder").arg(file).toStdString());
    painter.scale(resolution / 72.0, resolution / 72.0);
    for (int page = 0; page < pages.count(); ++page) {
        if (page > 0)
            writer.newPage();
        pages.paint(painter, page);
    }
    if (!painter.end())
        return fail(QObject::tr("cannot write %1; is the disk full?").arg(file).toStdString());
    return {};
}

} // namespace mantissa::ui
