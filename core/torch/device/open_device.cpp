// SPDX-License-Identifier: Apache-2.0
#include "core/torch/device/open_device.h"

#include "core/base/units.h"
#include "core/record/device_choice.h"
#include "core/record/device_limit.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/torch_backend.h"

#include <c10/core/Allocator.h>
#include <c10/core/AllocatorConfig.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>

namespace mantissa {

namespace {

std::string problem; // why CUDA is off; written once by loadCuda()

constexpr const char* cardLibrary = "libmantissa_card.so";
constexpr const char* cudaLibrary = "libmantissa_cuda.so";
void* cudaPlugin = nullptr; // null: the program was built without it

/// Beside the engine's own library.
std::filesystem::path besideEngine(const char* name)
{
    Dl_info here{};
    if (::dladdr(reinterpret_cast<const void*>(&mantissaEngine), &here) == 0 || !here.dli_fname)
        return name;
    return std::filesystem::path(here.dli_fname).parent_path() / name;
}

/// LibTorch's libraries lie together, wherever the loader has found them.
std::filesystem::path besideLibTorch(const char* name)
{
    Dl_info here{};
    if (::dladdr(reinterpret_cast<const void*>(&c10::SetAllocator), &here) == 0 || !here.dli_fname)
        return name;
    return std::filesystem::path(here.dli_fname).parent_path() / name;
}

/// A function of the plugin; null where there is no plugin.
template <class Function> Function* inPlugin(const char* name)
{
    return cudaPlugin ? reinterpret_cast<Function*>(::dlsym(cudaPlugin, name)) : nullptr;
}

/// What the allocator of a card may take: the budget, or what is free beside an allowance.
Status limitCard(c10::Device card, const MemoryConfig& memory)
{
    const auto setFraction = inPlugin<const char*(double, int)>("mantissaCudaSetMemoryFraction");
    if (!setFraction)
        return memory.budgetBytes
            ? fail("memory.budget on a card needs the program's CUDA kernels, and it was "
                   "built without them; build it where nvcc is, or leave the budget out",
                ExitCode::Usage)
            : Status{};
    const auto [free, total] = c10::getDeviceAllocator(card.type())->getMemoryInfo(card.index());
    const auto usable = static_cast<std::int64_t>(free) - cardAllowance(static_cast<std::int64_t>(total));
    const std::int64_t limit = std::min(usable, memory.budgetBytes.value_or(usable));
    if (limit <= 0)
        return fail(
            fmt::format("memory.device is '{}', of which only {} are free; end what else uses the card",
                memory.device, formatBytes(static_cast<std::int64_t>(free))),
            ExitCode::OutOfMemory);
    if (const char* why = setFraction(static_cast<double>(limit) / static_cast<double>(total), card.index()))
        return fail(
            fmt::format("memory.device is '{}' and its memory cannot be limited: {}", memory.device, why));
    return {};
}

Result<c10::Device> openCard(const DeviceChoice& choice, const MemoryConfig& memory)
{
    const std::string name = nameOf(choice);
    if (!problem.empty())
        return fail(fmt::format("memory.device is '{}' and there is no such device here ({}); use cpu, or "
                                "simulated:8GiB to see what would happen on a card",
                        name, problem),
            ExitCode::Usage);
    const int count = cardCount();
    if (choice.index >= count)
        return fail(fmt::format("memory.device is '{}' and there {}; count from 0", name,
                        count == 1 ? "is one card, cuda:0" : fmt::format("are {} cards", count)),
            ExitCode::Usage);
    const c10::Device card(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(choice.index));
    if (const auto capability = inPlugin<int(int)>("mantissaCudaCapability"))
        if (const std::string why = whyTooOld(capability(choice.index)); !why.empty())
            return fail(fmt::format("memory.device is '{}', {}", name, why), ExitCode::Usage);
    TRY(limitCard(card, memory));
    return card;
}

/// Where LibTorch is loaded and finds no card.
std::string whyNoCard()
{
    const auto versionOf = [](const char* name) {
        const auto ask = inPlugin<const char*()>(name);
        return ask ? std::strtod(ask(), nullptr) : 0;
    };
    const double driver = versionOf("mantissaCudaDriverVersion");
    const double runtime = versionOf("mantissaCudaRuntimeVersion");
    if (driver > 0 && driver < runtime)
        return fmt::format(
            "the driver serves CUDA {:.1f} and LibTorch is built for {:.1f}; install a newer driver", driver,
            runtime);
    return "libtorch_cuda.so is loaded and finds no device; look at nvidia-smi";
}

Result<c10::Device> openSimulated(const MemoryConfig& memory)
{
    const auto api = loadSimulatedCard();
    if (!api)
        return fail(api.error());
    const std::int64_t limit = *deviceLimit(memory);
    (*api)->setCapacity(static_cast<std::size_t>(limit), limit == memory.budgetBytes);
    return c10::Device(c10::DeviceType::PrivateUse1, 0);
}

} // namespace

void loadCuda()
{
    // comes with the driver: without it the reason is never one of LibTorch's libraries
    if (!::dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL)) {
        problem = "no NVIDIA driver";
        return;
    }
    // registers itself with LibTorch when it can be loaded
    if (!::dlopen(besideLibTorch("libtorch_cuda.so").c_str(), RTLD_NOW | RTLD_GLOBAL)) {
        const char* reason = ::dlerror();
        problem = reason ? reason : "libtorch_cuda.so cannot be loaded";
        return;
    }
    // Casts and tiers change the sizes of blocks: segments that grow and shrink by a card's smallest page
    // keep what is reserved close to what is used.
    if (!std::getenv("PYTORCH_ALLOC_CONF")
        && !std::getenv("PYTORCH_CUDA_ALLOC_CONF")) // NOLINT(concurrency-mt-unsafe): before other threads
        c10::CachingAllocator::setAllocatorSettings("expandable_segments:True,large_segment_size_mb:2");
    cudaPlugin = ::dlopen(besideEngine(cudaLibrary).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (cardCount() == 0)
        problem = whyNoCard();
}

const std::string& cudaProblem() { return problem; }

int cardCount()
{
    constexpr auto cuda = c10::DeviceType::CUDA;
    return c10::impl::hasDeviceGuardImpl(cuda) ? c10::impl::getDeviceGuardImpl(cuda)->deviceCount() : 0;
}

std::string cardUuid(c10::Device device)
{
    const auto ask = device.is_cuda() ? inPlugin<const char*(int)>("mantissaCudaUuid") : nullptr;
    return ask ? ask(device.index()) : "";
}

std::string whyTooOld(int capability)
{
    constexpr int least
        = 80; // the first with BF16 products, and the oldest that core/torch/cuda has code for
    if (capability == 0 || capability >= least)
        return {};
    return fmt::format(
        "a card of compute capability {}.{}, which has no BF16 products and no code of this "
        "program; it needs 8.0 (Ampere) or newer: use cpu, or simulated:8GiB to see what would "
        "happen on a newer one",
        capability / 10, capability % 10);
}

Result<const SimulatedCardApi*> loadSimulatedCard()
{
    static const SimulatedCardApi* loaded = nullptr;
    if (loaded)
        return loaded;
    void* library = ::dlopen(besideEngine(cardLibrary).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return fail(fmt::format("the simulated card cannot be loaded: {}; build again", ::dlerror()));
    const auto entry
        = reinterpret_cast<const SimulatedCardApi* (*)()>(::dlsym(library, "mantissaSimulatedCard"));
    if (!entry)
        return fail(fmt::format("{} is no simulated card of this program; build again", cardLibrary));
    entry()->start(/*capacity*/ 0);
    entry()->setListener(
        [](void* data, std::int64_t bytes) { CountedAllocator::instance().noteDevice(data, bytes); });
    loaded = entry();
    return loaded;
}

Result<c10::Device> openDevice(const MemoryConfig& memory)
{
    const auto choice = parseDevice(memory.device);
    if (!choice)
        return fail("memory.device: " + choice.error().message, ExitCode::Usage);
    switch (choice->kind) {
    case DeviceKind::Cpu:
        break;
    case DeviceKind::Card:
        return openCard(*choice, memory);
    case DeviceKind::Simulated:
        return openSimulated(memory);
    }
    return c10::Device(c10::DeviceType::CPU);
}

} // namespace mantissa
