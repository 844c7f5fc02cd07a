// SPDX-License-Identifier: Apache-2.0
#pragma once

// The phases a run goes through.

#include "core/base/result.h"

#include <array>
#include <string_view>

namespace mantissa {

enum class Phase { Warmup, Full, Predict, Correct };

inline constexpr std::array allPhases{Phase::Warmup, Phase::Full, Phase::Predict, Phase::Correct};

constexpr std::size_t indexOf(Phase phase) { return static_cast<std::size_t>(phase); }

/// "warmup", "full", "predict", "correct".
std::string_view nameOf(Phase phase);
Result<Phase> parsePhase(std::string_view name);

} // namespace mantissa
