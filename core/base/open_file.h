// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where something that is open lies now, whatever it was called when it was opened.

#include <filesystem>

namespace mantissa {

/// Its path today, as the system knows it; empty when it was removed.
inline std::filesystem::path placeOfOpen(int descriptor)
{
    std::error_code error;
    const auto place = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), error);
    return error || !std::filesystem::exists(place, error) ? std::filesystem::path() : place;
}

} // namespace mantissa
