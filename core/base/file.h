// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whole files in and out: what is replaced stays whole, what is no ordinary file is written to as it is.

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace mantissa {

Result<std::string> readFile(const std::filesystem::path& file);

/// Replaces the file in one step: a temporary one beside it, fsync, rename, fsync of the folder. A link is
/// written through, and the mode of a file that is there stays. A pipe, a device, /dev/stdout or /dev/fd/N is
/// written to.
Status writeFileAtomically(const std::filesystem::path& file, std::string_view text);

/// The same for what the user named as output: "-" is stdout.
Status writeOutput(const std::string& where, std::string_view text);
/// "-", or a name of stdout: nothing else may be printed there then.
bool isStandardOutput(const std::string& where);

/// The one name of a place, however it is said (relative, ".", through links, with a slash at the end):
/// absolute, without links as far as it is there.
std::filesystem::path placeOf(const std::filesystem::path& path);
/// Whether a name that stands in a file can name something in one folder alone: no slash, not "." or "..", no
/// control character, not longer than file systems take with an ending of ours.
bool isPlainName(std::string_view name);

/// So that names made or removed in a folder outlive a crash. A file system that syncs no folders is no
/// error.
Status syncFolder(const std::filesystem::path& folder);

} // namespace mantissa
