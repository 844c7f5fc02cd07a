// SPDX-License-Identifier: Apache-2.0
#pragma once

// Characters of UTF-8 text and what Unicode says of them (utf8proc's tables, and what the reference knows
// otherwise).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

struct Character {
    char32_t code = 0;
    std::size_t bytes = 1;
};

/// `text` is UTF-8 (withoutBadBytes), and a character begins at `at`.
inline Character characterAt(std::string_view text, std::size_t at)
{
    const auto byte
        = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
    const char32_t first = byte(0);
    if (first < 0x80)
        return {first, 1};
    if (first < 0xE0)
        return {(first & 0x1FU) << 6U | (byte(1) & 0x3FU), 2};
    if (first < 0xF0)
        return {(first & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU), 3};
    return {
        (first & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U | (byte(3) & 0x3FU), 4};
}
/// The one that ends before `at`, which is greater than 0.
Character characterBefore(std::string_view text, std::size_t at);

void appendUtf8(std::string& text, char32_t code);

/// How many bytes from `at` on are ASCII, as far as eight at a time show it.
std::size_t asciiRun(std::string_view text, std::size_t at);

/// The small letter of a capital that has one of one character; anything else as it is.
char32_t smallOf(char32_t code);
bool isWhitespace(char32_t code); ///< White_Space
bool isNumeric(char32_t code); ///< N: digits, Roman numerals, fractions
bool isMark(char32_t code); ///< M, of Unicode 9 as the reference has it
bool isPunctuation(char32_t code); ///< P, of Unicode 8 as the reference has it, and ASCII's symbols
bool isWordCharacter(char32_t code); ///< Unicode's \w: letters, marks, digits, joiners

/// The offset of the first byte that is no UTF-8; none where all of it is.
std::optional<std::size_t> firstBadByte(std::string_view bytes);
/// U+FFFD for each longest beginning of a character that does not go on as one, as Python's errors="replace".
/// `origins`: for each byte of the text, and its end, the offset it came from.
std::string withoutBadBytes(std::string_view bytes, std::vector<std::size_t>* origins = nullptr);

} // namespace mantissa
