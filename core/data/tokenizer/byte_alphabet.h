// SPDX-License-Identifier: Apache-2.0
#pragma once

// GPT-2's alphabet: a visible character for each byte, so that a vocabulary of bytes can be written as text.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mantissa {

/// UTF-8 of the character that stands for a byte.
const std::string& visibleByte(std::uint8_t byte);
std::string visibleBytes(std::string_view bytes);
/// The byte that a character stands for.
std::optional<std::uint8_t> byteOfVisible(char32_t code);

} // namespace mantissa
