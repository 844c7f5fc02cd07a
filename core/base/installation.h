// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where this program's own files lie: found from the program itself, so that the tree may be moved.

#include <filesystem>

namespace mantissa {

/// Where this program is.
std::filesystem::path programFolder();
/// Of the engine's libraries: lib/mantissa of an installation; beside the program where it was built.
std::filesystem::path engineFolder();
/// Of data that ship with the program: share/mantissa beside the folder of programs.
std::filesystem::path shareFolder();
/// What the user's own files of this program are kept in: $XDG_DATA_HOME/mantissa, else
/// ~/.local/share/mantissa; empty where neither variable is set.
std::filesystem::path userDataFolder();

/// What can be made anew: $XDG_CACHE_HOME/mantissa, else ~/.cache/mantissa; empty as above.
std::filesystem::path userCacheFolder();

} // namespace mantissa
