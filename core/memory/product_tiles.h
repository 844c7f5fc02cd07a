// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a 16-bit product goes through FP32 where the device only emulates the format: the engine makes the
// copies, the estimate counts them.

#include <algorithm>
#include <cstdint>

namespace mantissa {

/// FP32 copies are made of tiles, so that they stay small and in the cache: a megabyte for each operand and
/// for the result.
inline constexpr std::int64_t tileSide = 512;
inline constexpr std::int64_t tileElements = tileSide * tileSide;

/// Bytes of the FP32 tiles of a product of [rows, inner] by [inner, columns].
constexpr std::int64_t productTileBytes(std::int64_t rows, std::int64_t inner, std::int64_t columns)
{
    rows = std::min(rows, tileSide);
    inner = std::min(inner, tileSide);
    columns = std::min(columns, tileSide);
    return 4 * (rows * inner + inner * columns + rows * columns);
}

/// Attention and convolutions take as many whole heads or samples at once as this many elements hold, at
/// least one.
constexpr std::int64_t wholesAtOnce(std::int64_t elements, std::int64_t available)
{
    return std::clamp<std::int64_t>(tileElements / elements, 1, available);
}

} // namespace mantissa
