// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/comparison.h"

#include "core/record/device_choice.h"
#include "core/record/plans_that_ran.h"
#include "core/record/settings_history.h"

#include <fmt/format.h>

#include <cmath>

namespace mantissa {

namespace {

std::optional<double> ratio(double value, double reference)
{
    return value > 0 && reference > 0 ? std::optional(value / reference) : std::nullopt; // 0: not known
}

ComparisonRow rowOf(const Run& run, const Run* baseline)
{
    ComparisonRow row{.title = run.title(),
        .isBaseline = &run == baseline,
        .steps = run.steps(),
        .isForeign = run.isForeign(),
        .isUnknown = run.ticks() == 0,
        .peakDeviceBytes = run.peakDeviceBytes(),
        .meanDeviceBytes = run.meanDeviceBytes(),
        .evalLoss = run.evaluations().empty() ? NAN : run.evaluations().back().loss,
        .tokensPerSecond = run.tokensPerSecond(),
        .casts = run.casts(),
        .castSeconds = run.castSeconds(),
        .castMismatches = run.castMismatches(),
        .skippedSteps = run.skippedSteps()};
    if (!baseline)
        return row;
    row.peakRatio
        = ratio(static_cast<double>(row.peakDeviceBytes), static_cast<double>(baseline->peakDeviceBytes()));
    row.meanRatio = ratio(row.meanDeviceBytes, baseline->meanDeviceBytes());
    if (!unevenSteps(run) && !unevenSteps(*baseline))
        row.speedRatio = ratio(row.tokensPerSecond, baseline->tokensPerSecond());
    if (const auto points = qualityDelta(run, *baseline); !points.empty())
        row.last = points.back();
    return row;
}

} // namespace

std::optional<std::string> unevenSteps(const Run& run)
{
    constexpr double mostSpread = 2;
    const double spread = run.stepTimeSpread();
    if (spread <= mostSpread)
        return std::nullopt;
    return fmt::format("steps took {:.1f} times their median on average, so other work had the processor and "
                       "the speed says little",
        spread);
}

MemoryComposition peakComposition(const Run& run)
{
    MemoryComposition peak;
    for (const Phase phase : allPhases)
        if (const auto& candidate = run.peakOf(phase);
            candidate && candidate->memory.devicePeak.total() > peak.total())
            peak = candidate->memory.devicePeak;
    return peak;
}

Comparison compareRuns(const std::vector<const Run*>& runs, std::optional<std::size_t> baseline)
{
    Comparison comparison;
    const Run* reference = baseline ? runs[*baseline] : nullptr;
    for (const Run* run : runs) {
        comparison.rows.push_back(rowOf(*run, reference));
        if (run->ticks() == 0)
            comparison.warnings.push_back(
                fmt::format("{} has no step that could be read: nothing was measured", run->title()));
        if (!reference || run == reference)
            continue;
        if (const std::string why = whyNotComparable(*run, *reference); !why.empty()) {
            comparison.rows.back().last.reset();
            comparison.warnings.push_back(run->isForeign() || reference->isForeign()
                    ? why + ": its losses are shown, and no quality delta"
                    : fmt::format(
                        "{} and the baseline {} differ in more than precision and memory: no quality delta "
                        "is shown for them ({})",
                        run->title(), reference->title(), why));
        } else if (const std::string rounding = otherRounding(*run, *reference); !rounding.empty()) {
            comparison.warnings.push_back(fmt::format("{} and the baseline {} may round sums differently: {}",
                run->title(), reference->title(), rounding));
        } else if (!comparison.rows.back().last && run->ticks() > 0 && reference->ticks() > 0) {
            comparison.warnings.push_back(
                fmt::format("{} and the baseline {} have no evaluation at the same trained tokens",
                    run->title(), reference->title()));
        }
    }
    for (const Run* run : runs) {
        if (run->isForeign()) // its seconds are those between two records
            continue;
        if (const auto uneven = unevenSteps(*run))
            comparison.warnings.push_back(fmt::format("{}: {}", run->title(), *uneven));
        if (const std::string why = whyNoSpeed(run->config()); !why.empty())
            comparison.warnings.push_back(fmt::format("{}: {}", run->title(), why));
    }
    if (const std::string why = reference && reference->ticks() > 0 ? whyNoBaseline(*reference) : "";
        !why.empty())
        comparison.warnings.push_back(fmt::format("{} is no FP32 baseline: {}", reference->title(), why));
    return comparison;
}

std::optional<std::size_t> guessBaseline(const std::vector<const Run*>& runs)
{
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (runs[i]->ticks() > 0 && whyNoBaseline(*runs[i]).empty())
            return i;
    return std::nullopt;
}

} // namespace mantissa
