// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the divergence monitor can find, and how the trainer can answer.

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace mantissa {

enum class DivergenceLevel { Normal, Caution, Warning, Critical };
enum class DivergenceSignal { NotFinite, Loss, GradientNorm, Oscillation };
/// Told: nothing else was done. FullForced: Predict is left, Full lasts twice as long.
enum class DivergenceAnswer { Told, FullForced, RolledBack, Stopped };

std::string_view nameOf(DivergenceLevel level);
std::string_view nameOf(DivergenceSignal signal);
std::string_view nameOf(DivergenceAnswer answer);
Result<DivergenceLevel> parseDivergenceLevel(std::string_view name);
Result<DivergenceSignal> parseDivergenceSignal(std::string_view name);
Result<DivergenceAnswer> parseDivergenceAnswer(std::string_view name);

struct DivergenceFinding {
    DivergenceLevel level = DivergenceLevel::Normal;
    DivergenceSignal signal = DivergenceSignal::NotFinite;
    double value = 0; ///< sigmas above the trend; times the usual norm; autocorrelation of neighbours; NaN
                      ///< for not finite
    double limit = 0; ///< what it has passed
    friend bool operator==(const DivergenceFinding&, const DivergenceFinding&) = default;
};

/// "the loss is 7.1 σ above its trend (limit 6.0)".
std::string sentenceOf(const DivergenceFinding& finding);

} // namespace mantissa
