// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/device_facts.h"

#include "core/base/json.h"
#include "core/record/environment.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <torch/version.h>

#include <cstdlib>

namespace mantissa {

std::string deviceTitle(c10::Device device)
{
    if (!device.is_cpu())
        return device.str();
    return fmt::format("cpu: {}, {} used", cpuName(), at::get_num_threads());
}

bool emulatesFp16(c10::Device device)
{
#if defined(__x86_64__)
    // AVX512-FP16 came after GCC 12's names for __builtin_cpu_supports; ask the processor itself (leaf 7, edx bit 23)
    unsigned a = 7;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return device.is_cpu() && (d >> 23 & 1u) == 0;
#else
    return device.is_cpu();
#endif
}

bool emulates(Precision precision, c10::Device device)
{
    if (precision == Precision::Fp16)
        return emulatesFp16(device);
#if defined(__x86_64__)
    return precision == Precision::Bf16 && device.is_cpu() && !__builtin_cpu_supports("avx512bw");
#else
    return false;
#endif
}

std::string engineEnvironment(c10::Device device)
{
    const auto setting = [](const char* name) {
        const char* value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): set before threads began
        return std::string(value ? value : "default");
    };
    const Json environment = {{"libtorch", TORCH_VERSION}, {"threads", at::get_num_threads()},
        {"omp_wait_policy", setting("OMP_WAIT_POLICY")}, {"gomp_spincount", setting("GOMP_SPINCOUNT")}, {"libtorch_config", at::show_config()},
        {"device", deviceTitle(device)}, {"fp16", emulates(Precision::Fp16, device) ? "emulated" : "native"}, {"bf16", emulates(Precision::Bf16, device) ? "emulated" : "native"}};
    return environment.dump();
}

} // namespace mantissa
