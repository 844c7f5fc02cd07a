// SPDX-License-Identifier: Apache-2.0
#include "core/card/nvml.h"

#include <fmt/format.h>

#include <array>
#include <dlfcn.h>
#include <unistd.h>

namespace mantissa {

namespace {

// As NVIDIA documents the interface (NVML API reference, "Device Queries"); it is kept stable by the version
// in a function's name.
using Answer = int;
constexpr Answer success = 0;
constexpr Answer tooSmall = 7; // the list that was offered; its length is told
constexpr unsigned onDie = 0; // the sensor of a temperature
constexpr unsigned processorClock = 1;
constexpr unsigned memoryClock = 2;
constexpr unsigned long long notAvailable = ~0ULL; // of a process' memory

using Handle = Nvml::Handle;

} // namespace

struct Nvml::Library {
    struct Memory {
        unsigned long long total = 0;
        unsigned long long free = 0;
        unsigned long long used = 0;
    };
    struct Utilization {
        unsigned gpu = 0;
        unsigned memory = 0;
    };
    struct Process {
        unsigned pid = 0;
        unsigned long long usedBytes = 0;
        unsigned gpuInstance = 0;
        unsigned computeInstance = 0;
    };

    void* file = nullptr;
    bool isInitialized = false;
    Answer (*initialize)() = nullptr;
    Answer (*shutDown)() = nullptr;
    const char* (*errorString)(Answer) = nullptr;
    Answer (*driverVersion)(char*, unsigned) = nullptr;
    Answer (*count)(unsigned*) = nullptr;
    Answer (*handleByIndex)(unsigned, Handle*) = nullptr;
    Answer (*handleByUuid)(const char*, Handle*) = nullptr;
    Answer (*name)(Handle, char*, unsigned) = nullptr;
    Answer (*uuid)(Handle, char*, unsigned) = nullptr;
    Answer (*memory)(Handle, Memory*) = nullptr;
    Answer (*temperature)(Handle, unsigned, unsigned*) = nullptr;
    Answer (*power)(Handle, unsigned*) = nullptr;
    Answer (*powerLimit)(Handle, unsigned*) = nullptr;
    Answer (*clock)(Handle, unsigned, unsigned*) = nullptr;
    Answer (*utilization)(Handle, Utilization*) = nullptr;
    Answer (*processes)(Handle, unsigned*, Process*) = nullptr;

    Library() = default;
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    ~Library()
    {
        if (isInitialized && shutDown)
            shutDown();
        if (file)
            ::dlclose(file);
    }
    template <class Function> void find(Function& function, const char* symbol)
    {
        function = reinterpret_cast<Function>(::dlsym(file, symbol));
    }
    void findAll()
    {
        find(initialize, "nvmlInit_v2");
        find(shutDown, "nvmlShutdown");
        find(errorString, "nvmlErrorString");
        find(driverVersion, "nvmlSystemGetDriverVersion");
        find(count, "nvmlDeviceGetCount_v2");
        find(handleByIndex, "nvmlDeviceGetHandleByIndex_v2");
        find(handleByUuid, "nvmlDeviceGetHandleByUUID");
        find(name, "nvmlDeviceGetName");
        find(uuid, "nvmlDeviceGetUUID");
        find(memory, "nvmlDeviceGetMemoryInfo");
        find(temperature, "nvmlDeviceGetTemperature");
        find(power, "nvmlDeviceGetPowerUsage");
        find(powerLimit, "nvmlDeviceGetEnforcedPowerLimit");
        find(clock, "nvmlDeviceGetClockInfo");
        find(utilization, "nvmlDeviceGetUtilizationRates");
        find(processes, "nvmlDeviceGetComputeRunningProcesses_v3");
    }
};

namespace {

template <std::size_t size, class Ask> std::string textFrom(Ask ask)
{
    std::array<char, size> text{};
    return ask(text.data(), static_cast<unsigned>(text.size())) == success ? std::string(text.data()) : "";
}

/// A number in units of `unit`, from a function that an old driver may lack.
template <class Function, class... Arguments>
std::optional<double> numberFrom(double unit, Function function, Arguments... arguments)
{
    unsigned value = 0;
    if (!function || function(arguments..., &value) != success)
        return std::nullopt;
    return static_cast<double>(value) * unit;
}

/// What this process holds of the card; nothing where the list is not to be had, or does not name it.
template <class Library> std::optional<std::int64_t> ownBytes(const Library& library, Handle card)
{
    constexpr unsigned room = 64;
    std::vector<typename Library::Process> list(room);
    auto count = room;
    if (!library.processes)
        return std::nullopt;
    Answer answer = library.processes(card, &count, list.data());
    if (answer == tooSmall) {
        list.resize(count + room);
        count = static_cast<unsigned>(list.size());
        answer = library.processes(card, &count, list.data());
    }
    if (answer != success)
        return std::nullopt;
    for (unsigned i = 0; i < count && i < list.size(); ++i)
        if (list[i].pid == static_cast<unsigned>(::getpid()) && list[i].usedBytes != notAvailable)
            return static_cast<std::int64_t>(list[i].usedBytes);
    return std::nullopt;
}

} // namespace

Result<Nvml> Nvml::open(const std::string& name)
{
    auto library = std::make_shared<Library>();
    library->file = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library->file)
        return fail(fmt::format("no NVIDIA driver answers here: {} cannot be loaded", name));
    library->findAll();
    if (!library->initialize || !library->count || !library->handleByIndex || !library->memory)
        return fail(
            fmt::format("{} lacks functions that every driver since 2014 has; install a newer one", name));
    if (const Answer answer = library->initialize(); answer != success)
        return fail(fmt::format("the NVIDIA driver does not answer: {}",
            library->errorString ? library->errorString(answer) : fmt::format("error {}", answer)));
    library->isInitialized = true;
    return Nvml(std::move(library));
}

std::string Nvml::driverVersion() const
{
    constexpr std::size_t longest = 96;
    return m_library->driverVersion ? textFrom<longest>(m_library->driverVersion) : "";
}

std::vector<Handle> Nvml::handles() const
{
    unsigned count = 0;
    std::vector<Handle> handles;
    if (m_library->count(&count) != success)
        return handles;
    for (unsigned i = 0; i < count; ++i)
        if (Handle card = nullptr; m_library->handleByIndex(i, &card) == success)
            handles.push_back(card);
    return handles;
}

Result<Handle> Nvml::handleOf(const std::string& uuid) const
{
    Handle card = nullptr;
    if (!m_library->handleByUuid || m_library->handleByUuid(uuid.c_str(), &card) != success)
        return fail(fmt::format("the NVIDIA driver knows no card {}", uuid));
    return card;
}

std::string Nvml::nameOf(Handle card) const
{
    constexpr std::size_t longest = 128;
    return m_library->name
        ? textFrom<longest>([&](char* text, unsigned size) { return m_library->name(card, text, size); })
        : "";
}

std::string Nvml::uuidOf(Handle card) const
{
    constexpr std::size_t longest = 128;
    return m_library->uuid
        ? textFrom<longest>([&](char* text, unsigned size) { return m_library->uuid(card, text, size); })
        : "";
}

CardReading Nvml::read(Handle card) const
{
    constexpr double milli = 1e-3; // power is told in milliwatts
    CardReading reading{.celsius = numberFrom(1, m_library->temperature, card, onDie),
        .watts = numberFrom(milli, m_library->power, card),
        .limitWatts = numberFrom(milli, m_library->powerLimit, card),
        .megahertz = numberFrom(1, m_library->clock, card, processorClock),
        .memoryMegahertz = numberFrom(1, m_library->clock, card, memoryClock)};
    if (Library::Utilization load; m_library->utilization && m_library->utilization(card, &load) == success)
        reading.loadPercent = load.gpu;
    if (Library::Memory memory; m_library->memory(card, &memory) == success) {
        reading.totalBytes = static_cast<std::int64_t>(memory.total);
        reading.usedBytes = static_cast<std::int64_t>(memory.used);
        if (const auto own = ownBytes(*m_library, card))
            reading.othersBytes = std::max<std::int64_t>(0, *reading.usedBytes - *own);
    }
    return reading;
}

} // namespace mantissa
