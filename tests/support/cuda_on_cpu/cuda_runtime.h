// SPDX-License-Identifier: Apache-2.0
#pragma once

// As much of CUDA as our kernels use, on the CPU: the .cu files compile as they are, blocks run one after the
// other, and the threads of a block are fibers that take turns from one barrier to the next. So a machine
// without a card tests what a kernel computes, its indices and its barriers; not its races, nor its speed.
// Every thread of a block must come to the same barriers (a divergent one ends the program), which is
// stricter than CUDA.

#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <ucontext.h>
#include <vector>

#define __global__
#define __device__
#define __shared__ static // blocks run one after the other

struct dim3 {
    dim3(unsigned ofX = 1)
        : x(ofX)
    {
    }
    unsigned x = 1;
};
struct cudaLaunchConfig_t {
    dim3 gridDim{};
    dim3 blockDim{};
    cudaStream_t stream = nullptr;
};

inline dim3 threadIdx(0), blockIdx(0), blockDim, gridDim;

namespace mantissa::cuda_on_cpu {

/// Blocks of a grid at most: a small number makes threads take several elements in turn, as on large tensors.
inline unsigned mostBlocks = ~0u;

enum class Stop { Ended, Barrier, Vote, Shuffle };

struct Fiber {
    ucontext_t context{};
    std::unique_ptr<char[]> stack = std::make_unique<char[]>(stackBytes);
    Stop stop = Stop::Ended;
    static constexpr std::size_t stackBytes = 64 << 10;
};

inline std::vector<Fiber> fibers; // of the block that runs
inline std::vector<std::uint64_t> slots[2]; // what threads give each other, of this barrier and the last
inline std::size_t barriers = 0;
inline ucontext_t scheduler;
inline std::function<void()> body;

inline void runFiber()
{
    body();
    fibers[threadIdx.x].stop = Stop::Ended;
    swapcontext(&fibers[threadIdx.x].context, &scheduler);
}

/// Waits for the other threads; returns what all gave.
inline const std::vector<std::uint64_t>& meet(Stop stop, std::uint64_t given = 0)
{
    const unsigned thread = threadIdx.x;
    const std::size_t side = barriers % 2;
    slots[side][thread] = given;
    fibers[thread].stop = stop;
    swapcontext(&fibers[thread].context, &scheduler);
    return slots[side];
}

/// All threads of a block from barrier to barrier.
inline void runBlock(unsigned threads)
{
    for (unsigned thread = 0; thread < threads; ++thread) {
        ucontext_t& context = fibers[thread].context;
        getcontext(&context);
        context.uc_stack.ss_sp = fibers[thread].stack.get();
        context.uc_stack.ss_size = Fiber::stackBytes;
        makecontext(&context, &runFiber, 0);
    }
    for (;;) {
        for (unsigned thread = 0; thread < threads; ++thread) {
            threadIdx.x = thread;
            swapcontext(&scheduler, &fibers[thread].context);
            if (fibers[thread].stop != fibers[0].stop) {
                std::fputs("threads of a block stand at different barriers\n", stderr);
                std::abort();
            }
        }
        ++barriers;
        if (fibers[0].stop == Stop::Ended)
            return;
    }
}

inline void runGrid(const cudaLaunchConfig_t& config, std::function<void()> kernel)
{
    blockDim = config.blockDim;
    gridDim = std::min(config.gridDim.x, mostBlocks);
    body = std::move(kernel);
    while (fibers.size() < blockDim.x)
        fibers.emplace_back();
    for (auto& side : slots)
        side.resize(fibers.size());
    for (unsigned block = 0; block < gridDim.x; ++block) {
        blockIdx.x = block;
        runBlock(blockDim.x);
    }
}

} // namespace mantissa::cuda_on_cpu

template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(
    const cudaLaunchConfig_t* config, void (*kernel)(Parameters...), Arguments&&... arguments)
{
    mantissa::cuda_on_cpu::runGrid(*config, [&] { kernel(arguments...); });
    return cudaSuccess;
}

inline void __syncthreads() { mantissa::cuda_on_cpu::meet(mantissa::cuda_on_cpu::Stop::Barrier); }

inline int __syncthreads_or(int predicate)
{
    const auto& all = mantissa::cuda_on_cpu::meet(
        mantissa::cuda_on_cpu::Stop::Vote, static_cast<std::uint64_t>(predicate != 0));
    return std::any_of(all.begin(), all.begin() + blockDim.x, [](std::uint64_t one) { return one != 0; });
}

template <class T> T __shfl_xor_sync(unsigned, T value, int distance)
{
    std::uint64_t given = 0;
    std::memcpy(&given, &value, sizeof value);
    const auto& all = mantissa::cuda_on_cpu::meet(mantissa::cuda_on_cpu::Stop::Shuffle, given);
    std::memcpy(&value, &all[threadIdx.x ^ static_cast<unsigned>(distance)], sizeof value);
    return value;
}

template <class T> T atomicAdd(T* to, T value)
{
    const T before = *to;
    *to += value;
    return before;
}

template <class T> T atomicMax(T* to, T value)
{
    const T before = *to;
    *to = std::max(before, value);
    return before;
}
