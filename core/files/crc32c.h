// SPDX-License-Identifier: Apache-2.0
#pragma once

// CRC-32C (Castagnoli), as records of TensorBoard carry it.

#include <cstdint>
#include <string_view>

namespace mantissa {

std::uint32_t crc32c(std::string_view bytes);

/// Rotated and offset, so that a checksum of bytes that hold checksums stays one (TensorFlow's record
/// format).
std::uint32_t maskedCrc32c(std::string_view bytes);

} // namespace mantissa
