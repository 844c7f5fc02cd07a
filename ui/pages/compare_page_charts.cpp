// SPDX-License-Identifier: GPL-3.0-or-later
// What the compare page shows of its runs: charts above, tables below; what can be chosen is in
// compare_page.cpp.

#include "core/evidence/comparison.h"
#include "core/output/titles.h"
#include "ui/models/text_table_model.h"
#include "ui/pages/card_head.h"
#include "ui/pages/compare_page.h"
#include "ui/plot/static_charts.h"
#include "ui/theme/format.h"

#include <QComboBox>
#include <QGridLayout>

#include <map>

namespace mantissa::ui {

void ComparePage::showCharts(const std::vector<ChartRun>& charted)
{
    OverlayAxis axis{static_cast<AxisUnit>(m_axis->currentData().toInt()), {}};
    if (const int phase = m_since->currentData().toInt(); phase >= 0)
        axis.since = static_cast<Phase>(phase);
    const ChartInput input{
        .runs = charted, .baseline = m_baseline ? charted[*m_baseline].run : nullptr, .axis = axis};
    const auto specOf = [&](std::string_view name) { return *findChart(name)->build(input); };
    auto show = [this, place = 0](const QString& title, const QString& caption, QWidget* chart) mutable {
        m_cards.push_back(cardOf(new CardHead(title, caption, nullptr, this), chart, this));
        m_grid->addWidget(m_cards.back(), place / 2, place % 2);
        ++place;
    };
    const std::string lines = m_lines->currentData().toString().toStdString();
    const std::map<std::string, std::pair<QString, QString>> words{
        {memoryLines, {tr("Device memory"), tr("measured, the largest in each part")}},
        {"runs-loss", {tr("Training loss"), tr("mean of each part")}},
        {"runs-evaluation", {tr("Evaluation loss"), tr("on the batches that no run trains on")}},
        {"runs-gradient", {tr("Gradient norm"), tr("mean of each part, before clipping")}},
        {"runs-rate", {tr("Learning rate"), tr("at the end of each part")}},
        {"runs-speed", {tr("Throughput"), tr("tokens or images a second, in each part")}}};
    const auto& [title, caption] = words.at(lines);
    show(title, caption, linesChart(specOf(lines), input, this));
    show(
        tr("Peak by class"), tr("measured, at the peak instant"), classBarsChart(specOf("runs-peaks"), this));
    show(tr("Quality delta against the baseline"), tr("% of its evaluation loss; dashed: the limit, 0.5 %"),
        linesChart(specOf("runs-quality"), input, this));
    show(tr("Memory against quality"),
        tr("last quality delta, %, over peak memory; dashed: none is better in both"),
        tradeoffChart(specOf("runs-tradeoff"), input, this));
}

void ComparePage::showTables(const std::vector<ChartRun>& charted)
{
    QStringList header{tr("Key")};
    QStringList peakHeader{tr("At the peak instant, measured")};
    for (const ChartRun& run : charted) {
        header << text(run.title);
        peakHeader << text(run.title);
    }
    std::vector<QStringList> rows;
    for (const ConfigDifference& difference : configDifferences(runs())) {
        rows.push_back({text(difference.key)});
        for (const std::string& value : difference.values)
            rows.back() << text(value);
    }
    m_differences->setTable(header, std::move(rows));
    std::vector<QStringList> peaks;
    std::vector<MemoryComposition> compositions;
    for (const ChartRun& run : charted)
        compositions.push_back(peakComposition(*run.run));
    for (auto c = allMemoryClasses.rbegin(); c != allMemoryClasses.rend(); ++c) {
        peaks.push_back({text(titleOf(*c))});
        for (const MemoryComposition& peak : compositions)
            peaks.back() << bytesText(static_cast<double>(peak.at(*c)));
    }
    peaks.push_back({tr("Total")});
    for (const MemoryComposition& peak : compositions)
        peaks.back() << bytesText(static_cast<double>(peak.total()));
    m_peaks->setTable(peakHeader, std::move(peaks));
}

} // namespace mantissa::ui
