// SPDX-License-Identifier: GPL-3.0-or-later
// What the compare page shows of its runs: charts above, tables below; what can be chosen is in
// compare_page.cpp.

#include "core/output/chart_spec.h"
#include "ui/models/text_table_model.h"
#include "ui/pages/card_head.h"
#include "ui/pages/compare_page.h"
#include "ui/plot/static_charts.h"
#include "ui/theme/format.h"

#include <QComboBox>
#include <QGridLayout>

#include <algorithm>

namespace mantissa::ui {

namespace {

constexpr int mostPoints = 400; ///< of a line

} // namespace

void ComparePage::showCharts(const std::vector<ChartRun>& charted)
{
    OverlayAxis axis{static_cast<AxisUnit>(m_axis->currentData().toInt()), {}};
    if (const int phase = m_since->currentData().toInt(); phase >= 0)
        axis.since = static_cast<Phase>(phase);
    const auto kind = static_cast<LineKind>(m_lines->currentData().toInt());
    std::vector<const Run*> baselines; // the chosen one first; repeats find that of their seed
    if (m_baseline) {
        baselines.push_back(charted[*m_baseline].run);
        for (const ChartRun& run : charted)
            if (run.run != baselines.front()
                && run.run->config().choices == baselines.front()->config().choices)
                baselines.push_back(run.run);
    }
    std::vector<ChartLine> lines;
    std::vector<ChartLine> quality;
    for (const Repeats& repeats : repeatsOf(runs())) {
        const auto first = std::find_if(
            charted.begin(), charted.end(), [&](const ChartRun& run) { return run.run == repeats.front(); });
        const QString title
            = repeats.size() > 1 ? tr("%1 × %2 seeds").arg(first->title).arg(repeats.size()) : first->title;
        const bool isBaseline
            = m_baseline && std::find(repeats.begin(), repeats.end(), baselines.front()) != repeats.end();
        const ChartLine line{.title = title,
            .index = static_cast<int>(first - charted.begin()),
            .hasBand = repeats.size() > 1};
        lines.push_back(line);
        lines.back().title += isBaseline ? tr(" (baseline)") : QString();
        lines.back().points = kind == LineKind::Memory ? memoryOverlay(repeats, axis, mostPoints)
                                                       : lossOverlay(repeats, axis, mostPoints);
        quality.push_back(lines.back());
        quality.back().points = qualityOverlay(repeats, baselines, axis);
    }
    auto show = [this, place = 0](const QString& title, const QString& caption, QWidget* chart) mutable {
        m_cards.push_back(cardOf(new CardHead(title, caption, nullptr, this), chart, this));
        m_grid->addWidget(m_cards.back(), place / 2, place % 2);
        ++place;
    };
    const bool isMemory = kind == LineKind::Memory;
    show(isMemory ? tr("Device memory") : tr("Training loss"),
        isMemory ? tr("measured, the largest in each part") : tr("mean of each part"),
        overlayChart(kind, axis, lines, this));
    show(tr("Peak by class"), tr("measured, at the peak instant"), peakBarsChart(charted, this));
    show(tr("Quality delta against the baseline"), tr("% of its evaluation loss; dashed: the claim of 0.5 %"),
        overlayChart(LineKind::Quality, axis, quality, this));
    show(tr("Memory against quality"), tr("last quality delta, %; dashed: no other is better in both"),
        memoryQualityChart(charted, baselines, this));
}

void ComparePage::showTables(const std::vector<ChartRun>& charted)
{
    QStringList header{tr("Key")};
    QStringList peakHeader{tr("At the peak instant, measured")};
    for (const ChartRun& run : charted) {
        header << run.title;
        peakHeader << run.title;
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
