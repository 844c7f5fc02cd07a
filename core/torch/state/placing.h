// SPDX-License-Identifier: Apache-2.0
#pragma once

// Casts and moves of one weight. Each builds the new form before it lets go of the old one, so that a weight
// is whole in one form or another whatever runs out of memory; Parameter::at says which.

#include "core/torch/state/parameter.h"
#include "core/torch/state/returning_moments.h"

#include <cstdint>
#include <vector>

namespace mantissa {

struct CastReport {
    std::int64_t tensors = 0;
    std::int64_t bytes = 0; ///< read and written
    double seconds = 0;
    std::int64_t mismatches = 0;
    std::int64_t escapes = 0;
};

struct MoveReport {
    std::int64_t tensors = 0;
    std::int64_t bytes = 0;
    double seconds = 0;
};

struct PlaceReport {
    CastReport casts{};
    MoveReport moves{};
};

/// To `to` as far as memory goes: what is to rest on Disk is in the right form afterwards, and stays where it
/// is in memory. Moments that come from Host to Device get their room and are added to `transfers`: their
/// bytes follow. All parts of the weight are in memory (views of a staging buffer will do).
void placeInMemory(Parameter& parameter, const Placement& to, const StateFormat& format, PlaceReport& report,
    std::vector<MomentsTransfer>& transfers);

} // namespace mantissa
