// SPDX-License-Identifier: Apache-2.0
#pragma once

// Random numbers by counter: element i of a stream is a pure function of both, so any stretch of a tensor can
// be made alone, in any order, on any thread, with the same bits. No LibTorch.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mantissa {

/// A stream for a named tensor: it depends on its name and not on its place.
std::uint64_t randomStream(std::int64_t seed, std::string_view name);

/// Elements first … first + n - 1, standard normal times `scale`. The inverse error function is Giles's
/// single-precision one (M. Giles, "Approximating the erfinv function", 2010); |value| <= 5.3 * scale.
void fillNormal(float* to, std::size_t n, std::uint64_t stream, std::uint64_t first, float scale);
/// Uniform in (-scale, scale).
void fillUniform(float* to, std::size_t n, std::uint64_t stream, std::uint64_t first, float scale);

} // namespace mantissa
