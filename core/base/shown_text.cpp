// SPDX-License-Identifier: Apache-2.0
#include "core/base/shown_text.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <cstdint>

namespace mantissa {

namespace {

constexpr std::size_t escapeLength = 4; // \xNN

/// Bytes of the character that `bytes` begins with; 0 where they are no UTF-8 (RFC 3629: no surrogates, no
/// overlong forms, nothing past U+10FFFF).
std::size_t characterLength(std::string_view bytes)
{
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    const std::uint8_t first = at(0);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xC2 && first < 0xE0 ? 2
        : first >= 0xE0 && first < 0xF0                      ? 3
        : first >= 0xF0 && first < 0xF5                      ? 4
                                                             : 0;
    if (length == 0 || bytes.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((at(i) & 0xC0U) != 0x80U)
            return 0;
    const std::uint8_t second = at(1);
    const bool isOverlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool isOutside = (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
    return isOverlong || isOutside ? 0 : length;
}

bool isEscape(std::string_view text)
{
    return text.size() >= escapeLength && text.starts_with("\\x")
        && std::isxdigit(static_cast<unsigned char>(text[2])) != 0
        && std::isxdigit(static_cast<unsigned char>(text[3])) != 0;
}

/// `isPlain` is asked of each whole character.
template <class IsPlain> std::string escaped(std::string_view bytes, IsPlain isPlain)
{
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t length = characterLength(bytes);
        if (length > 0 && isPlain(bytes)) {
            text += bytes.substr(0, length);
            bytes.remove_prefix(length);
            continue;
        }
        text += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(bytes.front()));
        bytes.remove_prefix(1);
    }
    return text;
}

} // namespace

bool isUtf8(std::string_view bytes)
{
    while (!bytes.empty()) {
        const std::size_t length = characterLength(bytes);
        if (length == 0)
            return false;
        bytes.remove_prefix(length);
    }
    return true;
}

std::string shown(std::string_view bytes)
{
    constexpr unsigned char firstPrintable = 0x20;
    constexpr unsigned char deleted = 0x7F;
    return escaped(bytes, [](std::string_view rest) {
        const auto c = static_cast<unsigned char>(rest.front());
        return c >= firstPrintable && c != deleted;
    });
}

std::string asUtf8(std::string_view bytes)
{
    return escaped(bytes, [](std::string_view) { return true; });
}

std::string escapedPath(std::string_view bytes)
{
    return escaped(bytes, [](std::string_view rest) { return !isEscape(rest); });
}

std::string bytesOf(std::string_view text)
{
    std::string bytes;
    bytes.reserve(text.size());
    while (!text.empty()) {
        std::size_t taken = 1;
        char byte = text.front();
        if (isEscape(text)) {
            std::uint8_t value = 0;
            constexpr int hexadecimal = 16;
            std::from_chars(text.data() + 2, text.data() + escapeLength, value, hexadecimal);
            byte = static_cast<char>(value);
            taken = escapeLength;
        }
        bytes += byte;
        text.remove_prefix(taken);
    }
    return bytes;
}

} // namespace mantissa
