// SPDX-License-Identifier: Apache-2.0
#include "core/precision/phase_title.h"

namespace mantissa {

std::string_view titleOf(Phase phase)
{
    switch (phase) {
    case Phase::Warmup:
        return "Warmup";
    case Phase::Full:
        return "Full";
    case Phase::Predict:
        return "Predict";
    case Phase::Correct:
        return "Correct";
    }
    return {};
}

} // namespace mantissa
