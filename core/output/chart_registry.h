// SPDX-License-Identifier: Apache-2.0
#pragma once

// All charts there are. Reports, picture files, the command line and the Export menu go through this list and
// have no other. A new chart is a file charts/new_name.cpp that defines `ChartEntry newNameChart()`, and a
// line in core/CMakeLists.txt, which makes the list.

#include "core/evidence/experiment.h"
#include "core/evidence/overlay.h"
#include "core/output/chart_spec.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

/// A run and what it is called in a legend.
struct ChartRun {
    const Run* run = nullptr;
    std::string title{};
};

/// What charts are made from; each takes what it needs. Pointers outlive the call only.
struct ChartInput {
    std::vector<ChartRun> runs{}; ///< the first is the one that the chart is about
    const Run* baseline = nullptr; ///< may be null, and need not be among the runs
    OverlayAxis axis{}; ///< of charts that lay several runs over each other
    const ExperimentResult* experiment = nullptr;
};

/// Which of them a series shows, and its look: other runs look alike wherever the baseline stands.
SeriesRuns runsOf(const ChartInput& input, std::size_t first, std::size_t count = 1);
ChartRole roleOf(const SeriesRuns& runs);

enum class ChartNeed { Run, Baseline, SeveralRuns, Experiment };

struct ChartEntry {
    std::string_view name{}; ///< on the command line
    std::string_view title{}; ///< for people
    std::string_view fileStem{}; ///< of the file that is proposed
    ChartNeed need = ChartNeed::Run;
    /// Nothing where there is nothing to show: a run without jumps.
    std::optional<ChartSpec> (*build)(const ChartInput&) = nullptr;
};

/// In the order in which reports show them.
const std::vector<ChartEntry>& allCharts();
/// Those that one run, with or without a baseline, can have.
std::vector<ChartEntry> chartsOfARun();
const ChartEntry* findChart(std::string_view name);

/// A run with its baseline, which may be null, and further runs beside it.
ChartInput chartInput(const Run& run, const Run* baseline, const std::vector<const Run*>& others = {});
/// Runs that a run of the input can be compared with: its baseline first, then those with the same choices,
/// among which repeats find that of their seed.
std::vector<const Run*> baselinesOf(const ChartInput& input);
/// The charts of a report: all that have something to show. Those of several runs where there are more than
/// a run and its baseline, of which the others show as much.
std::vector<ChartSpec> reportCharts(const ChartInput& input);

} // namespace mantissa
