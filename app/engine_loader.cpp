// SPDX-License-Identifier: Apache-2.0
#include "app/engine_loader.h"

#include "core/base/instruction_set.h"

#include <fmt/format.h>

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>

namespace mantissa {

namespace {

constexpr const char* libraryName = "libmantissa_torch.so";

/// Beside the program, or where an installation puts it.
std::filesystem::path libraryPath()
{
    std::error_code error;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    for (const auto& candidate : {folder / libraryName, folder / "../lib/mantissa" / libraryName})
        if (std::filesystem::exists(candidate, error))
            return candidate;
    return libraryName;
}

} // namespace

void prepareEngineEnvironment()
{
    limitLibraries();
    // Sleeping at once costs a wake-up for each parallel region (1.7 x the step time of kjv-gpt on a quiet
    // 2-core machine), spinning for long starves a busy window: a short spin, then sleep. See
    // docs/measurements/2026-11-24-cpu.md.
    constexpr const char* shortSpin = "2000";
    if (!std::getenv("OMP_WAIT_POLICY")
        && !std::getenv("GOMP_SPINCOUNT")) // NOLINT(concurrency-mt-unsafe): first thing in main
        ::setenv("GOMP_SPINCOUNT", shortSpin, 0); // NOLINT(concurrency-mt-unsafe)
    // cards are counted as the driver lists them, so that cuda:0 is the same card to both
    ::setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", /*overwrite*/ 0); // NOLINT(concurrency-mt-unsafe)
    ::setenv("OMP_WAIT_POLICY", "passive", /*overwrite*/ 0); // NOLINT(concurrency-mt-unsafe)
}

Result<const EngineApi*> loadEngine()
{
    static const EngineApi* loaded = nullptr;
    if (loaded)
        return loaded;
    TRY(checkInstructionSet());
    void* library = ::dlopen(libraryPath().c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (!library)
        return fail(fmt::format(
            "the engine cannot be loaded: {}; run ./run once, which fetches what is missing", ::dlerror()));
    using Entry = const EngineApi* (*)();
    const auto entry = reinterpret_cast<Entry>(::dlsym(library, "mantissaEngine"));
    if (!entry)
        return fail(fmt::format("{} is no engine of this program; build again", libraryName));
    loaded = entry();
    return loaded;
}

EngineFactory engineFactory()
{
    return [](const EngineSetup& setup) -> Result<EngineParts> {
        const auto engine = loadEngine();
        if (!engine)
            return fail(engine.error());
        return (*engine)->makeEngine(setup);
    };
}

} // namespace mantissa
