// SPDX-License-Identifier: Apache-2.0
#pragma once

// Weights as training starts with them.

#include "core/torch/state/parameter.h"

namespace mantissa {

/// Fresh values straight into their form and on the tier where they rest, with zeroed moments where it
/// trains: the same values whatever form, tier and thread count. Uses the threads of at::parallel_for.
Parameter freshParameter(const TensorDescription& tensor, const Placement& placement,
    const StateFormat& format, std::int64_t seed);

} // namespace mantissa
