// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/reference_characters.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <vector>

namespace mantissa {

namespace {

struct Range {
    char32_t first;
    char32_t last;
    Trait trait;
};

constexpr Range ranges[] = {
// NOLINT(modernize-avoid-c-arrays): as many as the file has
#include "core/data/tokenizer/reference_characters.inc"
};

constexpr std::size_t blockBits = 7;
constexpr std::size_t blocks = 0x110000 >> blockBits;

/// For each block of 128 characters, a bit for each trait that some of them has.
const std::vector<unsigned char>& traitsOfBlocks()
{
    static const auto made = [] {
        std::vector<unsigned char> traits(blocks);
        for (const Range& range : ranges)
            for (char32_t block = range.first >> blockBits; block <= range.last >> blockBits; ++block)
                traits[block]
                    = static_cast<unsigned char>(traits[block] | 1U << static_cast<unsigned>(range.trait));
        return traits;
    }();
    return made;
}

} // namespace

bool isForTheReference(char32_t code, Trait trait)
{
    if ((traitsOfBlocks()[code >> blockBits] & 1U << static_cast<unsigned>(trait)) == 0)
        return false;
    return std::any_of(std::begin(ranges), std::end(ranges), [&](const Range& range) {
        return range.trait == trait && range.first <= code && code <= range.last;
    });
}

} // namespace mantissa
