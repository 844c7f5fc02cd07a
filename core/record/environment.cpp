// SPDX-License-Identifier: Apache-2.0
#include "core/record/environment.h"

#include "core/base/units.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>
#include <sstream>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

namespace mantissa {

namespace {

/// The text after "name" and a colon in a file of such lines, or empty.
std::string fieldOf(const char* file, std::string_view name)
{
    std::ifstream stream(file);
    std::string line;
    while (std::getline(stream, line))
        if (line.starts_with(name))
            if (const auto colon = line.find(':'); colon != std::string::npos) {
                const auto start = line.find_first_not_of(" \t", colon + 1);
                return start == std::string::npos ? "" : line.substr(start);
            }
    return {};
}

std::int64_t kibibytesOf(const char* file, std::string_view name)
{
    std::istringstream text(fieldOf(file, name));
    std::int64_t value = 0;
    text >> value;
    return value * kibibyte;
}

std::vector<std::string> usefulCpuFlags()
{
    std::vector<std::string> found;
    std::istringstream flags(fieldOf("/proc/cpuinfo", "flags"));
    for (std::string flag; flags >> flag;)
        for (const char* known :
            {"avx2", "fma", "avx512f", "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_fp16"})
            if (flag == known)
                found.push_back(flag);
    return found;
}

} // namespace

std::string programVersion() { return MANTISSA_VERSION; }

std::string cpuName()
{
    std::string model = fieldOf("/proc/cpuinfo", "model name");
    return fmt::format("{}, {} threads", model.empty() ? "CPU" : model, std::thread::hardware_concurrency());
}

std::int64_t peakResidentBytes() { return kibibytesOf("/proc/self/status", "VmHWM"); }

std::int64_t totalMemoryBytes()
{
    return static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES))
        * static_cast<std::int64_t>(::sysconf(_SC_PAGESIZE));
}

double unixNow()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Json machineEnvironment()
{
    utsname system{};
    ::uname(&system);
    std::string os;
    std::ifstream release("/etc/os-release");
    for (std::string line; std::getline(release, line);)
        if (line.starts_with("PRETTY_NAME=\"") && line.size() > 14)
            os = line.substr(13, line.size() - 14);
    return {{"mantissa", programVersion()}, {"compiler", __VERSION__}, {"os", os}, {"kernel", system.release},
        {"machine", system.machine}, {"host", system.nodename}, {"cpu", cpuName()},
        {"cpu_flags", usefulCpuFlags()}, {"memory_bytes", kibibytesOf("/proc/meminfo", "MemTotal")}};
}

} // namespace mantissa
