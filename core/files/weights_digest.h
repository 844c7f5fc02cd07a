// SPDX-License-Identifier: Apache-2.0
#pragma once

// One number for all weights: SHA-256 over the FP32 tensors of a safetensors file in byte order of their
// names (name, NUL, little-endian bytes). Equal numbers mean equal bits.

#include "core/base/result.h"

#include <filesystem>
#include <string>

namespace mantissa {

/// 64 hexadecimal digits.
Result<std::string> weightsDigest(const std::filesystem::path& safetensorsFile);

} // namespace mantissa
