// SPDX-License-Identifier: Apache-2.0
#include "core/files/crc32c.h"

#include <array>

namespace mantissa {

namespace {

constexpr std::array<std::uint32_t, 256> table = [] {
    constexpr std::uint32_t polynomial = 0x82F63B78; // reflected
    std::array<std::uint32_t, 256> entries{};
    for (std::uint32_t byte = 0; byte < entries.size(); ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1U) != 0 ? (value >> 1U) ^ polynomial : value >> 1U;
        entries[byte] = value;
    }
    return entries;
}();

} // namespace

std::uint32_t crc32c(std::string_view bytes)
{
    std::uint32_t value = ~std::uint32_t{0};
    for (const char byte : bytes)
        value = (value >> 8U) ^ table[(value ^ static_cast<unsigned char>(byte)) & 0xFFU];
    return ~value;
}

std::uint32_t maskedCrc32c(std::string_view bytes)
{
    constexpr std::uint32_t offset = 0xA282EAD8;
    const std::uint32_t value = crc32c(bytes);
    return ((value >> 15U) | (value << 17U)) + offset;
}

} // namespace mantissa
