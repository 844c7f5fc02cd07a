// SPDX-License-Identifier: Apache-2.0
// A Feistel network over the next power of four, walked until it lands inside (cycle walking, Black and
// Rogaway 2002): a bijection whose places are computed one by one.

#include "core/data/rows/row_order.h"

#include <bit>
#include <cassert>
#include <cmath>

namespace mantissa {

namespace {

constexpr int rounds = 6; // four make a network pseudo-random (Luby and Rackoff), small ones like two more

/// The finalizer of splitmix64 (Steele, Lea and Flood 2014).
std::uint64_t mixed(std::uint64_t x)
{
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
}

} // namespace

Permutation::Permutation(std::int64_t size, std::uint64_t seed, std::uint64_t stream)
    : m_size(static_cast<std::uint64_t>(size))
    , m_key(mixed(mixed(seed) ^ stream))
{
    assert(size >= 1);
    const int bits = static_cast<int>(std::bit_width(m_size - 1));
    m_halfBits = bits < 2 ? 1 : (bits + 1) / 2;
}

std::uint64_t Permutation::scrambled(std::uint64_t value) const
{
    const auto half = static_cast<unsigned>(m_halfBits);
    const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
    std::uint64_t left = value >> half;
    std::uint64_t right = value & mask;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const std::uint64_t next = left ^ (mixed(m_key + (round << 56U) + right) & mask);
        left = right;
        right = next;
    }
    return (left << half) | right;
}

std::int64_t Permutation::at(std::int64_t place) const
{
    assert(place >= 0 && static_cast<std::uint64_t>(place) < m_size);
    std::uint64_t value = scrambled(static_cast<std::uint64_t>(place));
    while (value >= m_size)
        value = scrambled(value);
    return static_cast<std::int64_t>(value);
}

std::int64_t RowOrder::rowAt(std::int64_t consumed) const
{
    const auto epoch = static_cast<std::uint64_t>(consumed / m_rows);
    return Permutation(m_rows, static_cast<std::uint64_t>(m_seed), epoch).at(consumed % m_rows);
}

std::int64_t RowOrder::rowsOf(double epochs) const
{
    return static_cast<std::int64_t>(std::ceil(epochs * static_cast<double>(m_rows)));
}

} // namespace mantissa
