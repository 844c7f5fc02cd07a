// SPDX-License-Identifier: Apache-2.0
#include "core/training/early_stop.h"

#include "core/base/units.h"
#include "core/record/best_evaluation.h"

#include <fmt/format.h>

#include <algorithm>

namespace mantissa {

namespace {

constexpr double secondsPerMinute = 60;

std::optional<std::string> outOfPatience(const EarlyStop& limits, const Run& run, std::int64_t step)
{
    const auto& evaluations = run.evaluations();
    if (limits.patience == 0 || evaluations.empty() || evaluations.back().step != step)
        return std::nullopt;
    const Evaluated* best = bestEvaluation(run);
    const auto since = std::count_if(evaluations.begin(), evaluations.end(),
        [&](const Evaluated& evaluated) { return !best || evaluated.step > best->step; });
    if (since < limits.patience)
        return std::nullopt;
    return best ? fmt::format("stopped early: the evaluation loss has not fallen in {} evaluations, and was "
                              "lowest at step {} ({:.4f})",
               since, formatCount(best->step), best->loss)
                : fmt::format("stopped early: the loss was no number in {} evaluations", since);
}

} // namespace

std::optional<std::string> earlyStopOf(
    const EarlyStop& limits, const Run& run, std::int64_t step, double seconds)
{
    if (limits.minutes > 0 && seconds >= limits.minutes * secondsPerMinute)
        return fmt::format("stopped early: {:g} minutes are over", limits.minutes);
    return outOfPatience(limits, run, step);
}

} // namespace mantissa
