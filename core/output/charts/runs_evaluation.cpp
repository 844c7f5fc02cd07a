// SPDX-License-Identifier: Apache-2.0
// Evaluation loss of several runs over each other.

#include "core/output/charts/runs_lines.h"

namespace mantissa {

namespace {

std::optional<ChartSpec> buildRunsEvaluation(const ChartInput& input)
{
    ChartSpec spec = linesOfRuns(input, "Evaluation loss of runs",
        [&](const Repeats& repeats) { return evaluationOverlay(repeats, input.axis); });
    spec.description = "Loss on the evaluation batches";
    for (ChartMark& mark : spec.marks)
        std::get<ChartSeries>(mark).hasDots = true;
    spec.y = axisAround(spec);
    return spec;
}

} // namespace

ChartEntry runsEvaluationChart()
{
    return {"runs-evaluation", "Evaluation loss of runs", "runs-evaluation", ChartNeed::SeveralRuns,
        buildRunsEvaluation};
}

} // namespace mantissa
