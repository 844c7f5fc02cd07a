// SPDX-License-Identifier: Apache-2.0
#pragma once

// What marks a function of one element that loops of the CPU and kernels of a card share: both compile this
// one source, so what the CPU's tests show of its bits holds on a card as well. No LibTorch.

#include <cstdint>
#include <cstring>

// Inlining is forced on the CPU, where a call would stand between the loop and its vectors, and where the
// function must take on the instruction set of the loop around it (core/torch/state/kernel_dispatch.h).
#if defined(__CUDACC__)
#define MANTISSA_HOST_DEVICE inline __host__ __device__
#else
#define MANTISSA_HOST_DEVICE inline __attribute__((always_inline))
#endif

namespace mantissa {

MANTISSA_HOST_DEVICE float floatOf(std::uint32_t bits)
{
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

MANTISSA_HOST_DEVICE std::uint32_t bitsOf(float value)
{
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

} // namespace mantissa
