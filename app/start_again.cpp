// SPDX-License-Identifier: Apache-2.0
#include "app/start_again.h"

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/auxv.h>
#include <unistd.h>

namespace mantissa {

namespace {

/// From the first start to the second.
constexpr const char* guard = "MANTISSA_STARTED_AGAIN";

bool isTraced()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("TracerPid:"))
            return line.find_first_of("123456789") != std::string::npos;
    return false;
}

} // namespace

bool isMapped(const char* library)
{
    void* handle = ::dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
    if (handle)
        ::dlclose(handle); // only the count of those who ask for it
    return handle != nullptr;
}

// NOLINTBEGIN(concurrency-mt-unsafe): before any thread
bool takeStartedAgain()
{
    const bool isSecond = std::getenv(guard) != nullptr;
    ::unsetenv(guard);
    return isSecond;
}

void startAgain(char** argv)
{
    // started as an argument of a loader, /proc/self/exe is that loader, and none has mapped it
    if (::getauxval(AT_BASE) == 0 || isTraced())
        return;
    // by its own name and not as /proc/self/exe, after which the process would be called
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error || ::setenv(guard, "1", /*overwrite*/ 1) != 0)
        return;
    ::execv(program.c_str(), argv);
    ::unsetenv(guard);
}
// NOLINTEND(concurrency-mt-unsafe)

} // namespace mantissa
