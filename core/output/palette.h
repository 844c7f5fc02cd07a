// SPDX-License-Identifier: Apache-2.0
#pragma once

// The colours of memory classes, phases, formats and kinds of work, the same in every chart and in the
// window.

#include "core/memory/memory_class.h"
#include "core/precision/phase.h"
#include "core/precision/precision.h"
#include "core/record/time_shares.h"

#include <cstddef>
#include <string_view>

namespace mantissa {

/// Colours for light and dark backgrounds, "#rrggbb"; chosen to stay apart for colour-blind eyes.
struct ColourPair {
    std::string_view light;
    std::string_view dark;
};
ColourPair colourOf(MemoryClass memoryClass);
ColourPair colourOf(Phase phase);
ColourPair colourOf(Precision precision);
ColourPair colourOf(WorkKind kind);
/// Of runs beside each other, the baseline apart; the first four differ.
ColourPair seriesColour(std::size_t index);
/// Of the run that others are measured by, in any order of runs.
ColourPair baselineColour();

} // namespace mantissa
