// SPDX-License-Identifier: Apache-2.0
#include "core/torch/cuda/cuda_door.h"

#include <ATen/Context.h>
#include <c10/cuda/CUDACachingAllocator.h>

#include <cstdio>
#include <cuda_runtime_api.h>
#include <exception>
#include <string>

namespace {

using VersionText = char[16];

/// CUDA writes 13.0 as 13000.
const char* writeVersion(VersionText& text, cudaError_t error, int version)
{
    text[0] = '\0';
    if (error == cudaSuccess && version > 0)
        std::snprintf(text, sizeof text, "%d.%d", version / 1000, version % 1000 / 10);
    return text;
}

} // namespace

const char* mantissaCudaSetMemoryFraction(double fraction, int device)
{
    thread_local std::string problem;
    try {
        at::globalContext().lazyInitDevice(at::kCUDA); // there is no allocator before
        c10::cuda::CUDACachingAllocator::setMemoryFraction(fraction, static_cast<c10::DeviceIndex>(device));
        return nullptr;
    } catch (const c10::Error& error) {
        problem = error.what_without_backtrace();
    } catch (const std::exception& error) {
        problem = error.what();
    }
    return problem.c_str();
}

int mantissaCudaCapability(int device)
{
    int major = 0;
    int minor = 0;
    if (cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device) != cudaSuccess
        || cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device) != cudaSuccess)
        return 0;
    return 10 * major + minor;
}

const char* mantissaCudaUuid(int device)
{
    thread_local char text[48];
    text[0] = '\0';
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, device) != cudaSuccess)
        return text;
    std::string uuid = "GPU";
    for (std::size_t i = 0; i < sizeof properties.uuid.bytes; ++i) { // 8-4-4-4-12 hexadecimal digits
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(properties.uuid.bytes[i]));
        uuid += (i == 0 || i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "") + std::string(digits);
    }
    std::snprintf(text, sizeof text, "%s", uuid.c_str());
    return text;
}

const char* mantissaCudaDriverVersion()
{
    thread_local VersionText text;
    int version = 0;
    const cudaError_t error = cudaDriverGetVersion(&version);
    return writeVersion(text, error, version);
}

const char* mantissaCudaRuntimeVersion()
{
    thread_local VersionText text;
    int version = 0;
    const cudaError_t error = cudaRuntimeGetVersion(&version);
    return writeVersion(text, error, version);
}
