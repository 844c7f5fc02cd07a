// SPDX-License-Identifier: Apache-2.0
#include "core/precision/phase.h"

#include <fmt/format.h>

namespace mantissa {

std::string_view nameOf(Phase phase)
{
    switch (phase) {
    case Phase::Warmup:
        return "warmup";
    case Phase::Full:
        return "full";
    case Phase::Predict:
        return "predict";
    case Phase::Correct:
        return "correct";
    }
    return {};
}

Result<Phase> parsePhase(std::string_view name)
{
    for (const Phase phase : allPhases)
        if (nameOf(phase) == name)
            return phase;
    return fail(
        fmt::format("'{}' is no phase; expected warmup, full, predict or correct", name), ExitCode::Usage);
}

} // namespace mantissa
