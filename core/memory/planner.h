// SPDX-License-Identifier: Apache-2.0
#pragma once

// The ladder of what makes a run smaller, and how far a budget makes it climb. Exact rungs leave every bit as
// it was and are climbed by themselves; the others change arithmetic and are only ever proposed.

#include "core/memory/estimate.h"

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace mantissa {

/// In the order of what they cost in time.
enum class Rung {
    Recompute,
    Release,
    OffloadMoments,
    OffloadRemainder,
    Layerwise,
    Disk,
    LossChunk,
    Bf16,
    Int8Moments
};

inline constexpr std::array exactRungs{Rung::Recompute, Rung::Release, Rung::OffloadMoments,
    Rung::OffloadRemainder, Rung::Layerwise, Rung::Disk};
inline constexpr std::array proposedRungs{Rung::LossChunk, Rung::Bf16, Rung::Int8Moments};

std::string_view nameOf(Rung rung);
/// What it does, for people.
std::string_view titleOf(Rung rung);
constexpr bool isExact(Rung rung) { return rung < Rung::LossChunk; }

/// The choices one rung up; nothing when they have it already.
std::optional<PresetChoices> climbed(const PresetChoices& choices, Rung rung);

/// A way to run, with the peak it is estimated to need.
struct FittedChoices {
    PresetChoices choices{};
    std::vector<Rung> taken{};
    std::int64_t peakDeviceBytes = 0; ///< Estimate
    bool fits = false;
};

/// Takes exact rungs from the first on until the Estimate fits; one that saves nothing is left out. May not
/// fit in the end.
FittedChoices fitExactly(EstimateInput input, std::int64_t budgetBytes);
/// The next exact rungs, together the fewest that lower the Estimate; nothing taken when there are none.
FittedChoices climbOnce(EstimateInput input);

/// One line of a plan: the choices so far and one rung more.
struct PlanLine {
    std::optional<Rung> rung{}; ///< nothing: as configured
    PresetChoices choices{};
    std::int64_t peakDeviceBytes = 0; ///< Estimate
    bool keepsBits = true; ///< with all rungs before it
};
/// All rungs that lower the Estimate, one on top of the other: exact ones first.
std::vector<PlanLine> planLadder(EstimateInput input);

} // namespace mantissa
