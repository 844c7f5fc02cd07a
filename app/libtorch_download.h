// SPDX-License-Identifier: Apache-2.0
#pragma once

// From wheels on a server to libraries in a folder, by curl and unzip (or python3).

#include "core/files/wheel_index.h"

#include <filesystem>
#include <vector>

namespace mantissa {

/// Downloads each with its progress on stderr, compares its SHA-256 and unpacks what is needed into `folder`,
/// which a first call makes: it is whole or not there. Goes on where an earlier call was interrupted. Errors:
/// network, another digest, no room.
Status downloadWheels(const std::vector<WheelFile>& files, const std::filesystem::path& folder);

} // namespace mantissa
