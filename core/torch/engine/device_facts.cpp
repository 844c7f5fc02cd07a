// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/device_facts.h"

#include "core/base/instruction_set.h"
#include "core/record/environment.h"
#include "core/torch/kernels/cpu/cpu_kernels.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <fmt/format.h>
#include <torch/version.h>

#include <cstdlib>

namespace mantissa {

std::string deviceTitle(c10::Device device)
{
    if (device.type() == c10::DeviceType::PrivateUse1)
        return "simulated card on " + deviceTitle(c10::DeviceType::CPU);
    if (!device.is_cpu())
        return device.str();
    return fmt::format("cpu: {}, {} used", cpuName(), at::get_num_threads());
}

bool emulates(Precision precision, c10::Device device)
{
    // a simulated card runs the CPU's kernels
    const bool isOnCpu = device.is_cpu() || device.type() == c10::DeviceType::PrivateUse1;
    return isOnCpu && emulatedOnThisCpu(precision);
}

std::vector<EnvironmentFact> engineEnvironment(c10::Device device)
{
    const auto setting = [](const char* name) {
        const char* value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): set before threads began
        return std::string(value ? value : "default");
    };
    return {{"libtorch", TORCH_VERSION}, {"threads", std::int64_t{at::get_num_threads()}},
        {"omp_wait_policy", setting("OMP_WAIT_POLICY")}, {"gomp_spincount", setting("GOMP_SPINCOUNT")},
        {"libtorch_config", at::show_config()}, {"device", deviceTitle(device)},
        {"instruction_set", std::string(nameOf(usableInstructionSet()))},
        {"cpu_kernels", std::string(cpuKernels() ? cpuKernels()->name : "LibTorch's")},
        {"fp16", std::string(emulates(Precision::Fp16, device) ? "emulated" : "native")},
        {"bf16", std::string(emulates(Precision::Bf16, device) ? "emulated" : "native")}};
}

} // namespace mantissa
