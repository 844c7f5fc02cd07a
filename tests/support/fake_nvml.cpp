// SPDX-License-Identifier: Apache-2.0
// Stands in for the driver's libnvidia-ml.so.1: a library of its own, which answers with what a file beside
// it says. FILE.values has a line "key value" for each; a key that is missing is answered as not supported.
// Read at every call, so that a test changes a card while it is watched.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fstream>
#include <string>
#include <unistd.h>

namespace {

constexpr int success = 0;
constexpr int invalidArgument = 2;
constexpr int notSupported = 3;
constexpr int notFound = 6;
constexpr int tooSmall = 7;
constexpr int unknown = 999;
int cards[8]; // what handles point to

std::string valuesFile()
{
    Dl_info info{};
    ::dladdr(reinterpret_cast<void*>(&valuesFile), &info);
    return std::string(info.dli_fname) + ".values";
}

bool lookUp(const std::string& key, std::string& value)
{
    std::ifstream file(valuesFile());
    std::string line;
    while (std::getline(file, line))
        if (line.rfind(key + " ", 0) == 0) {
            value = line.substr(key.size() + 1);
            return true;
        }
    return false;
}

int number(const std::string& key, unsigned long long& value)
{
    std::string text;
    if (!lookUp(key, text))
        return notSupported;
    value = std::strtoull(text.c_str(), nullptr, 10);
    return success;
}

int number(const std::string& key, unsigned* value)
{
    unsigned long long found = 0;
    const int answer = number(key, found);
    *value = static_cast<unsigned>(found);
    return answer;
}

int copy(const std::string& key, char* text, unsigned size)
{
    std::string found;
    if (!lookUp(key, found))
        return notSupported;
    if (found.size() + 1 > size)
        return tooSmall;
    std::memcpy(text, found.c_str(), found.size() + 1);
    return success;
}

/// "0.temperature": of the card that a handle points to.
std::string of(void* card, const char* key)
{
    return std::to_string(static_cast<int*>(card) - cards) + "." + key;
}

struct Memory {
    unsigned long long total, free, used;
};
struct Utilization {
    unsigned gpu, memory;
};
struct Process {
    unsigned pid;
    unsigned long long usedBytes;
    unsigned gpuInstance, computeInstance;
};

} // namespace

extern "C" {

int nvmlInit_v2()
{
    unsigned answer = 0;
    return number("init", &answer) == success ? static_cast<int>(answer) : success;
}
int nvmlShutdown() { return success; }
const char* nvmlErrorString(int error) { return error == unknown ? "Unknown Error" : "Driver Not Loaded"; }
int nvmlSystemGetDriverVersion(char* text, unsigned size) { return copy("driver", text, size); }
int nvmlDeviceGetCount_v2(unsigned* count)
{
    if (number("count", count) != success)
        *count = 0;
    return success;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** card)
{
    unsigned count = 0;
    nvmlDeviceGetCount_v2(&count);
    if (index >= count)
        return invalidArgument;
    *card = &cards[index];
    return success;
}
int nvmlDeviceGetHandleByUUID(const char* uuid, void** card)
{
    unsigned count = 0;
    nvmlDeviceGetCount_v2(&count);
    for (unsigned i = 0; i < count; ++i) {
        std::string known;
        if (lookUp(of(&cards[i], "uuid"), known) && known == uuid) {
            *card = &cards[i];
            return success;
        }
    }
    return notFound;
}
int nvmlDeviceGetName(void* card, char* text, unsigned size) { return copy(of(card, "name"), text, size); }
int nvmlDeviceGetUUID(void* card, char* text, unsigned size) { return copy(of(card, "uuid"), text, size); }
int nvmlDeviceGetMemoryInfo(void* card, Memory* memory)
{
    if (number(of(card, "used"), memory->used) != success
        || number(of(card, "total"), memory->total) != success)
        return notSupported;
    memory->free = memory->total - memory->used;
    return success;
}
int nvmlDeviceGetTemperature(void* card, unsigned, unsigned* value)
{
    return number(of(card, "temperature"), value);
}
int nvmlDeviceGetPowerUsage(void* card, unsigned* value) { return number(of(card, "milliwatts"), value); }
int nvmlDeviceGetEnforcedPowerLimit(void* card, unsigned* value)
{
    return number(of(card, "limit_milliwatts"), value);
}
int nvmlDeviceGetClockInfo(void* card, unsigned kind, unsigned* value)
{
    return number(of(card, kind == 1 ? "clock" : "memory_clock"), value);
}
int nvmlDeviceGetUtilizationRates(void* card, Utilization* load)
{
    load->memory = 0;
    return number(of(card, "load"), &load->gpu);
}
/// "own": bytes of the process that asks; beside it there is always one more.
int nvmlDeviceGetComputeRunningProcesses_v3(void* card, unsigned* count, Process* processes)
{
    unsigned long long own = 0;
    if (number(of(card, "own"), own) != success)
        return notSupported;
    const unsigned room = *count;
    *count = 2;
    if (room < 2)
        return tooSmall;
    processes[0] = {1, ~0ULL, 0, 0};
    processes[1] = {static_cast<unsigned>(::getpid()), own, 0, 0};
    return success;
}

} // extern "C"
