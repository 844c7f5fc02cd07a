// SPDX-License-Identifier: Apache-2.0
#pragma once

// What somebody who helps needs of a run, without what is none of their business: no weights, no data, no
// names of machines or folders.

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace mantissa {

/// Each absolute path in a text as "…/" and its last part; of a root alone nothing is changed.
std::string withoutPaths(std::string_view text);
/// A ZIP of config, environment, manifest, summary and the end of the log; `facts` goes in as facts.txt.
Result<std::string> diagnosticsZip(const std::filesystem::path& runFolder, const std::string& facts);

} // namespace mantissa
