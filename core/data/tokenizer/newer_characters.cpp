// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/newer_characters.h"

#include "core/data/tokenizer/characters.h"

#include <algorithm>
#include <array>
#include <bitset>

namespace mantissa {

namespace {

struct NewerRange {
    char32_t first;
    char32_t last;
    utf8proc_category_t category;
};

constexpr NewerRange newerRanges[] = {
// NOLINT(modernize-avoid-c-arrays): as many as the file has
#include "core/data/tokenizer/newer_characters.inc"
};

constexpr char32_t firstOfFour = 0x10000; ///< the first character of four bytes of UTF-8
constexpr char32_t firstOfThree = 0x800;
constexpr std::size_t newerBlockBits = 7;
constexpr std::size_t newerBlocks = 0x110000 >> newerBlockBits;
constexpr std::size_t categories = 32;

/// Blocks of 128 characters in which there is a newer one.
const std::bitset<newerBlocks>& blocksWithNewer()
{
    static const auto made = [] {
        std::bitset<newerBlocks> set;
        for (const NewerRange& range : newerRanges)
            for (char32_t block = range.first >> newerBlockBits; block <= range.last >> newerBlockBits;
                 ++block)
                set.set(block);
        return set;
    }();
    return made;
}

/// The first character of a category from `first` to before `last` that is not newer; 0 where there is none.
char32_t olderOf(utf8proc_category_t category, char32_t first, char32_t last)
{
    for (char32_t code = first; code < last; ++code)
        if (utf8proc_category(static_cast<utf8proc_int32_t>(code)) == category && !categoryOfNewer(code))
            return code;
    return 0;
}

struct Older {
    std::array<std::string, categories> ofThree{};
    std::array<std::string, categories> ofFour{};

    Older()
    {
        for (const NewerRange& range : newerRanges) {
            auto& list = range.first < firstOfFour ? ofThree : ofFour;
            std::string& character = list[range.category];
            if (const char32_t code = !character.empty() ? 0
                    : range.first < firstOfFour          ? olderOf(range.category, firstOfThree, firstOfFour)
                                                         : olderOf(range.category, firstOfFour, 0x110000))
                appendUtf8(character, code);
        }
    }
};

const std::string& olderFor(char32_t code, utf8proc_category_t category)
{
    static const Older older;
    return code < firstOfFour ? older.ofThree[category] : older.ofFour[category];
}

bool isSymbol(utf8proc_category_t category) { return category >= UTF8PROC_CATEGORY_PC; }

} // namespace

std::optional<utf8proc_category_t> categoryOfNewer(char32_t code)
{
    if (!blocksWithNewer()[code >> newerBlockBits])
        return std::nullopt;
    const auto* found = std::lower_bound(std::begin(newerRanges), std::end(newerRanges), code,
        [](const NewerRange& range, char32_t value) { return range.last < value; });
    return found != std::end(newerRanges) && found->first <= code ? std::optional(found->category)
                                                                  : std::nullopt;
}

std::optional<std::string> withOlderCharacters(std::string_view text, bool withSymbols)
{
    std::optional<std::string> made;
    for (std::size_t at = 0; at < text.size();) {
        at += asciiRun(text, at);
        if (at == text.size())
            break;
        const Character character = characterAt(text, at);
        const auto category = categoryOfNewer(character.code);
        if (category && (withSymbols || !isSymbol(*category))) {
            if (!made)
                made = std::string(text);
            if (const std::string& older = olderFor(character.code, *category);
                older.size() == character.bytes)
                made->replace(at, character.bytes, older);
        }
        at += character.bytes;
    }
    return made;
}

} // namespace mantissa
