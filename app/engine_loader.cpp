// SPDX-License-Identifier: Apache-2.0
#include "app/engine_loader.h"

#include "app/start_again.h"
#include "core/base/installation.h"
#include "core/base/instruction_set.h"
#include "core/files/libtorch_folder.h"

#include <fmt/format.h>

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>

namespace mantissa {

namespace {

constexpr const char* libraryName = "libmantissa_torch.so";

/// Our libraries name LibTorch's without a folder: those that are here already are taken. They in turn know
/// where their own lie. Not c10 first: what torch_cpu needs is found beside it.
Status mapLibTorch(const LibTorchPlace& place)
{
    const auto library = place.found->libraries() / "libtorch_cpu.so";
    if (!::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL))
        return fail(
            fmt::format("{} (LibTorch of {}) cannot be loaded: {}; set MANTISSA_LIBTORCH to another, or "
                        "fetch one with mantissa-cli fetch-libtorch",
                library.string(), place.name, ::dlerror()));
    return {};
}

} // namespace

// NOLINTBEGIN(concurrency-mt-unsafe): first thing in main
void prepareEngineEnvironment(char** argv)
{
    limitLibraries();
    const bool isOurs = !std::getenv("OMP_WAIT_POLICY") && !std::getenv("GOMP_SPINCOUNT");
    // Sleeping at once costs a wake-up for each parallel region (1.7 x the step time of kjv-gpt on a quiet
    // 2-core machine), spinning for long starves a busy window: a short spin, then sleep. See
    // docs/measurements/2026-11-24-cpu.md.
    constexpr const char* shortSpin = "2000";
    if (isOurs)
        ::setenv("GOMP_SPINCOUNT", shortSpin, 0);
    // cards are counted as the driver lists them, so that cuda:0 is the same card to both
    ::setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", /*overwrite*/ 0);
    ::setenv("OMP_WAIT_POLICY", "passive", /*overwrite*/ 0);
    if (const bool isSecond = takeStartedAgain(); isOurs && !isSecond && isMapped("libgomp.so.1"))
        startAgain(argv);
}
// NOLINTEND(concurrency-mt-unsafe)

Result<const EngineApi*> loadEngine()
{
    static const EngineApi* loaded = nullptr;
    if (loaded)
        return loaded;
    TRY(checkInstructionSet());
    const auto file = engineFolder() / libraryName;
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        return fail(fmt::format("the engine {} is not there; this program was built or installed without it: "
                                "build with MANTISSA_TORCH on, or install again",
            file.string()));
    const auto place = findLibTorch(LibTorchPlaces::ofThisProcess());
    if (!place)
        return fail(place.error());
    TRY(mapLibTorch(*place));
    void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (!library)
        return fail(fmt::format("the engine cannot be loaded: {}; install or build again", ::dlerror()));
    using Entry = const EngineApi* (*)();
    const auto entry = reinterpret_cast<Entry>(::dlsym(library, "mantissaEngine"));
    if (!entry)
        return fail(fmt::format("{} is no engine of this program; build again", libraryName));
    loaded = entry();
    return loaded;
}

EngineFactory engineFactory(Spans* spans)
{
    return [spans](const EngineSetup& setup) -> Result<EngineParts> {
        const auto engine = loadEngine();
        if (!engine)
            return fail(engine.error());
        (*engine)->tellSpansTo(spans);
        return (*engine)->makeEngine(setup);
    };
}

} // namespace mantissa
