// SPDX-License-Identifier: Apache-2.0
#pragma once

// A ZIP archive of a few small files, deflated.

#include "core/base/result.h"

#include <string>
#include <vector>

namespace mantissa {

struct ZipEntry {
    std::string name{}; ///< with "/" between folders
    std::string bytes{};
};
std::string zipOf(const std::vector<ZipEntry>& entries);

} // namespace mantissa
