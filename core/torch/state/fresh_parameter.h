// SPDX-License-Identifier: Apache-2.0
#pragma once

// Weights as training starts with them.

#include "core/torch/state/parameter.h"

#include <functional>

namespace mantissa {

/// Gives elements first … first + n - 1 of a tensor in FP32, on any thread: random ones, or a file's.
using ValueSource
    = std::function<void(const TensorDescription& tensor, std::int64_t first, float* to, std::int64_t n)>;
/// Random ones of this seed.
ValueSource initialValues(std::int64_t seed);

/// Values straight into their form and on the tier where they rest, with zeroed moments where it trains: the
/// same values whatever form, tier and thread count. Uses the threads of at::parallel_for.
Parameter freshParameter(const TensorDescription& tensor, const Placement& placement,
    const StateFormat& format, const ValueSource& values);

} // namespace mantissa
