// SPDX-License-Identifier: Apache-2.0
#pragma once

// IDX files of images and labels (the MNIST family), plain or gzip, read with suspicion.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace mantissa {

/// Unsigned bytes with their sizes, the first varying slowest.
struct IdxArray {
    std::vector<std::int64_t> sizes;
    std::vector<std::uint8_t> bytes;
};

/// Errors: not there, not IDX, not unsigned bytes, shorter or longer than its header says, larger than 4 GiB.
Result<IdxArray> readIdx(const std::filesystem::path& file);
/// The same from memory; `what` names it in messages.
Result<IdxArray> parseIdx(const std::vector<std::uint8_t>& bytes, const std::string& what);

} // namespace mantissa
