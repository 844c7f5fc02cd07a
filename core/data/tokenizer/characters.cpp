// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/characters.h"

#include "core/data/tokenizer/newer_characters.h"
#include "core/data/tokenizer/reference_characters.h"

#include <utf8proc.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace mantissa {

namespace {

utf8proc_category_t categoryOf(char32_t code)
{
    const auto newer = categoryOfNewer(code);
    return newer ? *newer : utf8proc_category(static_cast<utf8proc_int32_t>(code));
}

/// Capitals that are newer than utf8proc's tables, and how far their small letters are.
struct Capitals {
    char32_t first;
    char32_t last;
    std::int32_t toSmall;
};
constexpr std::array<Capitals, 10> newerCapitals = {{{0x1C89, 0x1C89, 1}, {0xA7CB, 0xA7CB, 0x264 - 0xA7CB},
    {0xA7CC, 0xA7CC, 1}, {0xA7CE, 0xA7CE, 1}, {0xA7D2, 0xA7D2, 1}, {0xA7D4, 0xA7D4, 1}, {0xA7DA, 0xA7DA, 1},
    {0xA7DC, 0xA7DC, 0x19B - 0xA7DC}, {0x10D50, 0x10D65, 32}, {0x16EA0, 0x16EB8, 27}}};

bool isBetween(unsigned char byte, unsigned char least, unsigned char most)
{
    return byte >= least && byte <= most;
}

/// Bytes at `at` that can begin a character, and whether they are a whole one (Unicode 15, table 3-7).
struct Beginning {
    std::size_t bytes = 1;
    bool isWhole = false;
};

Beginning beginningAt(std::string_view bytes, std::size_t at)
{
    const auto first = static_cast<unsigned char>(bytes[at]);
    if (first < 0x80)
        return {1, true};
    const std::size_t length = isBetween(first, 0xC2, 0xDF) ? 2
        : isBetween(first, 0xE0, 0xEF)                      ? 3
        : isBetween(first, 0xF0, 0xF4)                      ? 4
                                                            : 0;
    if (length == 0)
        return {};
    for (std::size_t i = 1; i < length; ++i) {
        if (at + i >= bytes.size())
            return {i, false};
        const unsigned char least = i > 1 ? 0x80 : first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        const unsigned char most = i > 1 ? 0xBF : first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (!isBetween(static_cast<unsigned char>(bytes[at + i]), least, most))
            return {i, false};
    }
    return {length, true};
}

} // namespace

std::size_t asciiRun(std::string_view bytes, std::size_t at)
{
    constexpr std::uint64_t highBits = 0x8080808080808080U;
    const std::size_t begin = at;
    for (std::uint64_t eight = 0; at + sizeof(eight) <= bytes.size(); at += sizeof(eight)) {
        std::memcpy(&eight, bytes.data() + at, sizeof(eight));
        if ((eight & highBits) != 0)
            break;
    }
    return at - begin;
}

Character characterBefore(std::string_view text, std::size_t at)
{
    std::size_t begin = at - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U)
        --begin;
    return characterAt(text, begin);
}

void appendUtf8(std::string& text, char32_t code)
{
    utf8proc_uint8_t bytes[4]; // NOLINT(modernize-avoid-c-arrays): what utf8proc fills
    const auto count = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes);
    text.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
}

bool isWhitespace(char32_t code)
{
    if (code < 0x80)
        return code == ' ' || (code >= '\t' && code <= '\r');
    return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A)
        || code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

char32_t smallOf(char32_t code)
{
    for (const Capitals& capitals : newerCapitals)
        if (capitals.first <= code && code <= capitals.last)
            return static_cast<char32_t>(static_cast<std::int32_t>(code) + capitals.toSmall);
    return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code)));
}

bool isNumeric(char32_t code)
{
    if (code < 0x80)
        return code >= '0' && code <= '9';
    const auto category = categoryOf(code);
    return category == UTF8PROC_CATEGORY_ND || category == UTF8PROC_CATEGORY_NL
        || category == UTF8PROC_CATEGORY_NO || isForTheReference(code, Trait::Numeric);
}

bool isMark(char32_t code)
{
    const auto category = categoryOf(code);
    const bool isOfToday = category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC
        || category == UTF8PROC_CATEGORY_ME;
    return isOfToday ? !isForTheReference(code, Trait::NoMark) : isForTheReference(code, Trait::Mark);
}

bool isPunctuation(char32_t code)
{
    if (code < 0x80)
        return code > ' ' && code < 0x7F && !((code | 0x20U) >= 'a' && (code | 0x20U) <= 'z')
            && !isNumeric(code);
    const auto category = categoryOf(code);
    return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO
        ? !isForTheReference(code, Trait::NoPunctuation)
        : isForTheReference(code, Trait::Punctuation);
}

bool isWordCharacter(char32_t code)
{
    const auto category = categoryOf(code);
    if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NL) // L, M, Nd, Nl
        return true;
    const bool isJoiner = category == UTF8PROC_CATEGORY_PC || code == 0x200C || code == 0x200D;
    // symbols that are Alphabetic: letters in circles and squares
    const bool isEnclosed = (code >= 0x24B6 && code <= 0x24E9) || (code >= 0x1F130 && code <= 0x1F149)
        || (code >= 0x1F150 && code <= 0x1F169) || (code >= 0x1F170 && code <= 0x1F189);
    return isJoiner || isEnclosed;
}

std::optional<std::size_t> firstBadByte(std::string_view bytes)
{
    for (std::size_t at = 0; at < bytes.size();) {
        at += asciiRun(bytes, at);
        if (at == bytes.size())
            break;
        const Beginning found = beginningAt(bytes, at);
        if (!found.isWhole)
            return at;
        at += found.bytes;
    }
    return std::nullopt;
}

std::string withoutBadBytes(std::string_view bytes, std::vector<std::size_t>* origins)
{
    std::string text;
    text.reserve(bytes.size());
    for (std::size_t at = 0; at < bytes.size();) {
        const Beginning found = beginningAt(bytes, at);
        text += found.isWhole ? bytes.substr(at, found.bytes) : std::string_view("\uFFFD");
        while (origins && origins->size() < text.size())
            origins->push_back(at);
        at += found.bytes;
    }
    if (origins)
        origins->push_back(bytes.size());
    return text;
}

} // namespace mantissa
