// SPDX-License-Identifier: Apache-2.0
#pragma once

// What becomes of two neighbours: a table of a fixed number of pairs, open addressing, at most half full.

#include "core/data/tokenizer.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mantissa {

struct Merge {
    std::uint32_t rank = 0; ///< the lowest is done first
    TokenId made = 0;
};

class PairTable {
public:
    explicit PairTable(std::size_t pairs = 0)
        : m_slots(std::bit_ceil(2 * pairs + 2))
    {
    }
    /// The last of two counts.
    void add(TokenId left, TokenId right, Merge merge)
    {
        Slot& slot = m_slots[placeOf(keyOf(left, right))];
        slot = {keyOf(left, right), merge};
    }
    const Merge* find(TokenId left, TokenId right) const
    {
        const Slot& slot = m_slots[placeOf(keyOf(left, right))];
        return slot.key == none ? nullptr : &slot.merge;
    }

private:
    struct Slot {
        std::uint64_t key = none;
        Merge merge{};
    };
    static constexpr std::uint64_t none = UINT64_MAX;

    static std::uint64_t keyOf(TokenId left, TokenId right)
    {
        return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32U
            | static_cast<std::uint32_t>(right);
    }
    std::size_t placeOf(std::uint64_t key) const
    {
        constexpr std::uint64_t spread = 0x9E3779B97F4A7C15U; // 2^64 by the golden ratio
        const std::size_t mask = m_slots.size() - 1;
        std::size_t at = (key * spread >> 32U) & mask;
        while (m_slots[at].key != none && m_slots[at].key != key)
            at = (at + 1) & mask;
        return at;
    }

    std::vector<Slot> m_slots;
};

} // namespace mantissa
