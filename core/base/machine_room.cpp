// SPDX-License-Identifier: Apache-2.0
#include "core/base/machine_room.h"

#include "core/base/units.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/resource.h>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t unlimited = INT64_MAX;

/// The first number after a name in a file of "name value" or "name: value" lines; -1: not there.
std::int64_t fieldOf(const fs::path& file, std::string_view name)
{
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);)
        if (line.starts_with(name) && line.size() > name.size()
            && (line[name.size()] == ' ' || line[name.size()] == ':')) {
            std::istringstream value(line.substr(name.size() + 1));
            std::int64_t number = -1;
            return value >> number ? number : -1;
        }
    return -1;
}

/// A file that holds one number; "max", and one that is not there, is no limit.
std::int64_t numberIn(const fs::path& file)
{
    std::ifstream stream(file);
    std::int64_t number = 0;
    return stream >> number && number >= 0 ? number : unlimited;
}

/// What one control group leaves; of what it uses, files that are not in use can be given up.
std::int64_t leftOf(const fs::path& group, const char* limitName, const char* usedName, const char* idleName)
{
    const std::int64_t limit = numberIn(group / limitName);
    const std::int64_t used = numberIn(group / usedName);
    if (limit == unlimited || used == unlimited)
        return unlimited;
    const std::int64_t idle = std::clamp<std::int64_t>(fieldOf(group / "memory.stat", idleName), 0, used);
    return std::max<std::int64_t>(0, limit - (used - idle));
}

/// The least that a group and those above it leave.
template <class Left> std::int64_t leastUpwards(const fs::path& top, const fs::path& group, Left left)
{
    std::int64_t least = left(top);
    fs::path at = top;
    for (const fs::path& part : group.relative_path()) {
        at /= part; // inside a container a group's own path may not be there: nothing limits then
        least = std::min(least, left(at));
    }
    return least;
}

std::int64_t leftOfControlGroups(const fs::path& root)
{
    const fs::path groups = root / "sys/fs/cgroup";
    const auto second = [](const fs::path& group) {
        return leftOf(group, "memory.max", "memory.current", "inactive_file");
    };
    const auto first = [](const fs::path& group) {
        return leftOf(group, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
    };
    std::int64_t least = std::min(second(groups), first(groups / "memory"));
    std::ifstream stream(root / "proc/self/cgroup"); // "0::/group", "4:memory:/group"
    for (std::string line; std::getline(stream, line);) {
        const auto controllers = line.find(':');
        const auto path = line.find(':', controllers + 1);
        if (controllers == std::string::npos || path == std::string::npos)
            continue;
        const std::string names = line.substr(controllers + 1, path - controllers - 1);
        if (names.empty())
            least = std::min(least, leastUpwards(groups, line.substr(path + 1), second));
        else if (names.find("memory") != std::string::npos)
            least = std::min(least, leastUpwards(groups / "memory", line.substr(path + 1), first));
    }
    return least;
}

/// What `ulimit -v` and `ulimit -d` leave.
std::int64_t leftOfProcessLimits()
{
    std::int64_t least = unlimited;
    for (const auto& [resource, used] : {std::pair{RLIMIT_AS, "VmSize"}, std::pair{RLIMIT_DATA, "VmData"}}) {
        rlimit limit{};
        if (::getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
            continue;
        const std::int64_t taken = std::max<std::int64_t>(0, fieldOf("/proc/self/status", used)) * kibibyte;
        least = std::min(least, std::max<std::int64_t>(0, static_cast<std::int64_t>(limit.rlim_cur) - taken));
    }
    return least;
}

} // namespace

std::int64_t availableMemoryBytes(const fs::path& root)
{
    const std::int64_t available = fieldOf(root / "proc/meminfo", "MemAvailable");
    return std::min(available < 0 ? unlimited : available * kibibyte, leftOfControlGroups(root));
}

std::int64_t availableMemoryBytes() { return std::min(availableMemoryBytes("/"), leftOfProcessLimits()); }

std::optional<std::int64_t> freeDiskBytes(fs::path folder)
{
    std::error_code error;
    folder = fs::absolute(folder, error);
    while (!folder.empty() && !fs::exists(folder, error) && folder.has_relative_path())
        folder = folder.parent_path();
    const fs::space_info space = fs::space(folder, error);
    if (error || space.available == static_cast<std::uintmax_t>(-1))
        return std::nullopt;
    return static_cast<std::int64_t>(std::min<std::uintmax_t>(space.available, INT64_MAX));
}

} // namespace mantissa
