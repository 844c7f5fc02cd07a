// SPDX-License-Identifier: Apache-2.0
#pragma once

// The number formats that tensors can have.

#include "core/base/result.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace mantissa {

enum class Precision { Fp32, Bf16, Fp16 };

inline constexpr std::array allPrecisions{Precision::Fp32, Precision::Bf16, Precision::Fp16};

constexpr std::size_t bytesPerElement(Precision precision) { return precision == Precision::Fp32 ? 4 : 2; }

/// "fp32", "bf16", "fp16": in files and on the command line.
std::string_view nameOf(Precision precision);
/// Whether this CPU has no products of the format of its own: FP16 without AVX512-FP16, and BF16 without
/// AVX-512.
bool emulatedOnThisCpu(Precision precision);
/// Also takes the names other trainers use: float32, bfloat16, F16, 16-true …
Result<Precision> parsePrecision(std::string_view name);

} // namespace mantissa
