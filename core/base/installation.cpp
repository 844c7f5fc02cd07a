// SPDX-License-Identifier: Apache-2.0
#include "core/base/installation.h"

#include <cstdlib>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

fs::path programFolder()
{
    std::error_code error;
    return fs::read_symlink("/proc/self/exe", error).parent_path();
}

/// The specification wants relative folders to be ignored.
fs::path absoluteFolder(const char* variable)
{
    const char* value = std::getenv(variable); // NOLINT(concurrency-mt-unsafe): nobody sets it
    fs::path folder = value ? value : "";
    return folder.is_absolute() ? folder : fs::path();
}

} // namespace

fs::path engineFolder()
{
    std::error_code error;
    const fs::path programs = programFolder();
    return fs::exists(programs / "libmantissa_torch.so", error) ? programs
                                                                : programs.parent_path() / "lib/mantissa";
}

fs::path shareFolder() { return programFolder().parent_path() / "share/mantissa"; }

fs::path userDataFolder()
{
    if (const fs::path data = absoluteFolder("XDG_DATA_HOME"); !data.empty())
        return data / "mantissa";
    const fs::path home = absoluteFolder("HOME");
    return home.empty() ? home : home / ".local/share/mantissa";
}

} // namespace mantissa
