// SPDX-License-Identifier: Apache-2.0
#pragma once

// How kernels are laid over elements, and sums within a block. For .cu files alone.

#include "core/torch/cuda/launches.h"

#include <cuda_runtime.h>

namespace mantissa {

constexpr unsigned blockThreads = 256;
constexpr unsigned warpThreads = 32;
constexpr unsigned wholeWarp = 0xFFFFFFFFu;
/// More than any card has room for at once: a larger grid would gain nothing, and each thread takes several
/// elements in turn.
constexpr std::size_t mostBlocks = 1 << 16;

inline unsigned blocksFor(std::size_t n, std::size_t perBlock)
{
    const std::size_t blocks = (n + perBlock - 1) / perBlock;
    return static_cast<unsigned>(blocks < mostBlocks ? blocks : mostBlocks);
}

/// A launch that names its kernel as a function, with its arguments of exactly the kernel's types. Nothing to
/// do is no launch, as CUDA refuses an empty grid.
template <class... Parameters, class... Arguments>
cudaError_t launch(void (*kernel)(Parameters...), unsigned blocks, unsigned threads, cudaStream_t stream,
    Arguments... arguments)
{
    if (blocks == 0)
        return cudaSuccess;
    cudaLaunchConfig_t config{};
    config.gridDim = dim3(blocks);
    config.blockDim = dim3(threads);
    config.stream = stream;
    return cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...);
}

/// The first element of a thread, and how far its next is.
inline __device__ std::size_t firstElement()
{
    return static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}
inline __device__ std::size_t elementStride() { return static_cast<std::size_t>(gridDim.x) * blockDim.x; }

/// Adds what the threads of a block have counted. Every thread of the block must come here.
inline __device__ void addCounted(DeviceCount* to, std::uint32_t counted)
{
    const int any = __syncthreads_or(counted != 0);
    if (any && counted != 0) // hardly ever: what is counted is what should not be
        atomicAdd(to, static_cast<DeviceCount>(counted));
}

} // namespace mantissa
