// SPDX-License-Identifier: Apache-2.0
#include "core/output/chart_registry.h"

#include "core/output/chart_list.h"

#include <algorithm>
#include <iterator>

namespace mantissa {

const std::vector<ChartEntry>& allCharts() { return chartList(); }

std::vector<ChartEntry> chartsOfARun()
{
    std::vector<ChartEntry> charts;
    std::copy_if(
        allCharts().begin(), allCharts().end(), std::back_inserter(charts), [](const ChartEntry& chart) {
            return chart.need == ChartNeed::Run || chart.need == ChartNeed::Baseline;
        });
    return charts;
}

const ChartEntry* findChart(std::string_view name)
{
    const auto found = std::find_if(
        allCharts().begin(), allCharts().end(), [&](const ChartEntry& chart) { return chart.name == name; });
    return found == allCharts().end() ? nullptr : &*found;
}

ChartInput chartInput(const Run& run, const Run* baseline, const std::vector<const Run*>& others)
{
    ChartInput input{.runs = {{&run, run.title()}}, .baseline = baseline};
    if (baseline)
        input.runs.push_back({baseline, baseline->title()});
    for (const Run* other : others)
        input.runs.push_back({other, other->title()});
    return input;
}

SeriesRuns runsOf(const ChartInput& input, std::size_t first, std::size_t count)
{
    const auto isBaseline = [&](const ChartRun& run) { return run.run == input.baseline; };
    const auto at = input.runs.begin() + static_cast<std::ptrdiff_t>(first);
    return {.first = first,
        .count = count,
        .hasBaseline = isBaseline(*at),
        .look = first - static_cast<std::size_t>(std::count_if(input.runs.begin(), at, isBaseline))};
}

ChartRole roleOf(const SeriesRuns& runs) { return runs.hasBaseline ? "baseline" : seriesRole(runs.look); }

std::vector<const Run*> baselinesOf(const ChartInput& input)
{
    std::vector<const Run*> baselines;
    if (input.baseline)
        baselines.push_back(input.baseline);
    for (const ChartRun& run : input.runs)
        if (input.baseline && run.run != input.baseline
            && run.run->config().choices == input.baseline->config().choices)
            baselines.push_back(run.run);
    return baselines;
}

std::vector<ChartSpec> reportCharts(const ChartInput& input)
{
    std::vector<ChartSpec> specs;
    const std::size_t pair = input.baseline ? 2 : 1;
    for (const ChartEntry& chart : allCharts()) {
        if (chart.need == ChartNeed::Experiment ? !input.experiment : input.runs.empty())
            continue;
        if (chart.need == ChartNeed::SeveralRuns && input.runs.size() <= pair)
            continue;
        if (auto spec = chart.build(input))
            specs.push_back(std::move(*spec));
    }
    return specs;
}

} // namespace mantissa
