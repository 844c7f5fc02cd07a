// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a 16-bit product goes through FP32 where the device only emulates the format: the engine makes the
// copies, the estimate counts them.

#include <algorithm>
#include <cstdint>

namespace mantissa {

/// FP32 copies are made of tiles, so that they stay small and in the cache.
inline constexpr std::int64_t tileSide = 512;
inline constexpr std::int64_t tileElements = tileSide * tileSide;

/// The tiles of a product: rows of the left operand at a time, with a panel of the right one that is widened
/// once for all rows. A panel holds 4 MiB, a tile of rows as much at most.
struct ProductTile {
    std::int64_t rows = 0;
    std::int64_t inner = 0;
    std::int64_t columns = 0;
};
constexpr ProductTile productTile(std::int64_t rows, std::int64_t inner, std::int64_t columns)
{
    constexpr std::int64_t panel = 4 * tileElements;
    ProductTile tile{std::min(rows, tileSide), std::min(inner, 4 * tileSide), columns};
    tile.columns = std::min(columns, std::max(tileSide, panel / std::max(tile.inner, tile.rows)));
    return tile;
}

/// Bytes of the FP32 tiles of a product of [rows, inner] by [inner, columns].
constexpr std::int64_t productTileBytes(std::int64_t rows, std::int64_t inner, std::int64_t columns)
{
    const ProductTile tile = productTile(rows, inner, columns);
    return 4 * (tile.rows * tile.inner + tile.inner * tile.columns + tile.rows * tile.columns);
}

/// Attention and convolutions take as many whole heads or samples at once as this many elements hold, at
/// least one.
constexpr std::int64_t wholesAtOnce(std::int64_t elements, std::int64_t available)
{
    return std::clamp<std::int64_t>(tileElements / elements, 1, available);
}

} // namespace mantissa
