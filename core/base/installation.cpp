// SPDX-License-Identifier: Apache-2.0
#include "core/base/installation.h"

#include <cstdlib>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

/// The specification wants relative folders to be ignored.
fs::path absoluteFolder(const char* variable)
{
    const char* value = std::getenv(variable); // NOLINT(concurrency-mt-unsafe): nobody sets it
    fs::path folder = value ? value : "";
    return folder.is_absolute() ? folder : fs::path();
}

/// Ours, below the folder that a variable names, or where that is in a home.
fs::path userFolder(const char* variable, const char* inHome)
{
    if (const fs::path named = absoluteFolder(variable); !named.empty())
        return named / "mantissa";
    const fs::path home = absoluteFolder("HOME");
    return home.empty() ? home : home / inHome / "mantissa";
}

} // namespace

fs::path programFolder()
{
    std::error_code error;
    return fs::read_symlink("/proc/self/exe", error).parent_path();
}

fs::path engineFolder()
{
    std::error_code error;
    const fs::path programs = programFolder();
    return fs::exists(programs / "libmantissa_torch.so", error) ? programs
                                                                : programs.parent_path() / "lib/mantissa";
}

fs::path shareFolder() { return programFolder().parent_path() / "share/mantissa"; }

fs::path userDataFolder() { return userFolder("XDG_DATA_HOME", ".local/share"); }

fs::path userCacheFolder() { return userFolder("XDG_CACHE_HOME", ".cache"); }

} // namespace mantissa
