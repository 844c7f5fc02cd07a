// SPDX-License-Identifier: Apache-2.0
#pragma once

// The exact cast: FP32 <-> a 16-bit tensor that matmuls read, and what is missing from it. Kernels for the
// CPU; no LibTorch. BF16: hi = bits >> 16 rounded half away, lo = the low 16 bits; exact for all 2^32
// patterns. FP16: h = nearest-even FP16; low = bits(w) - bits(float(h)) as int16; where that does not fit, an
// escape keeps the bits.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mantissa {

/// One weight outside FP16's exact range.
struct PairEscape {
    std::int64_t index = 0;
    std::int32_t bits = 0;
};

/// `from` has n floats (as bits), `high` and `low` room for n. Returns how many would not come back equal: 0
/// unless we are wrong.
std::int64_t splitBf16(const float* from, std::uint16_t* high, std::uint16_t* low, std::size_t n);
/// The reverse. Returns how many pairs would not split into themselves again: pairs no split can have made.
std::int64_t joinBf16(const std::uint16_t* high, const std::uint16_t* low, float* to, std::size_t n);

/// Escapes are appended with `base` added to their index. Returns mismatches, escapes taken into account.
std::int64_t splitFp16(const float* from, std::uint16_t* high, std::int16_t* low, std::size_t n,
    std::int64_t base, std::vector<PairEscape>& escapes);
/// Without the escapes, which the caller puts in place afterwards.
void joinFp16(const std::uint16_t* high, const std::int16_t* low, float* to, std::size_t n);

} // namespace mantissa
