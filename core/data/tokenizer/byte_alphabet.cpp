// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/byte_alphabet.h"

#include "core/data/tokenizer/characters.h"

namespace mantissa {

namespace {

constexpr std::size_t byteCount = 256;
constexpr char32_t firstStandIn = 256;

/// Printable characters of Latin-1 stand for themselves, the 68 others for those from 256 on.
constexpr bool standsForItself(std::size_t byte)
{
    return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
}

struct Alphabet {
    std::array<std::string, byteCount> characters{};
    std::array<std::uint8_t, byteCount> standIns{}; ///< the bytes of 256, 257, …
    std::size_t standInCount = 0;

    Alphabet()
    {
        for (std::size_t byte = 0; byte < byteCount; ++byte) {
            char32_t code = static_cast<char32_t>(byte);
            if (!standsForItself(byte)) {
                code = firstStandIn + static_cast<char32_t>(standInCount);
                standIns[standInCount++] = static_cast<std::uint8_t>(byte);
            }
            appendUtf8(characters[byte], code);
        }
    }
};

const Alphabet& alphabet()
{
    static const Alphabet made;
    return made;
}

} // namespace

const std::string& visibleByte(std::uint8_t byte) { return alphabet().characters[byte]; }

std::string visibleBytes(std::string_view text)
{
    std::string visible;
    visible.reserve(text.size() + text.size() / 4);
    for (const char byte : text)
        visible += visibleByte(static_cast<std::uint8_t>(byte));
    return visible;
}

std::optional<std::uint8_t> byteOfVisible(char32_t code)
{
    if (code < byteCount && standsForItself(code))
        return static_cast<std::uint8_t>(code);
    if (code >= firstStandIn && code - firstStandIn < alphabet().standInCount)
        return alphabet().standIns[code - firstStandIn];
    return std::nullopt;
}

} // namespace mantissa
