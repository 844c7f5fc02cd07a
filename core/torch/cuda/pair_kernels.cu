// SPDX-License-Identifier: Apache-2.0
// The exact cast on a card: the elements of core/torch/kernels/pair_element.h, one thread each.

#include "core/torch/cuda/grid.h"
#include "core/torch/kernels/pair_element.h"

namespace mantissa {

namespace {

__global__ void splitBf16Kernel(
    const float* from, std::uint16_t* high, std::uint16_t* low, std::size_t n, DeviceCount* counts)
{
    std::uint32_t mismatches = 0;
    for (std::size_t i = firstElement(); i < n; i += elementStride()) {
        const std::uint32_t bits = bitsOf(from[i]);
        const std::uint32_t hi = bf16High(bits);
        const std::uint32_t lo = bf16Low(bits);
        high[i] = static_cast<std::uint16_t>(hi);
        low[i] = static_cast<std::uint16_t>(lo);
        mismatches += joinedBf16(hi, lo) != bits ? 1 : 0;
    }
    addCounted(counts, mismatches);
}

__global__ void joinBf16Kernel(
    const std::uint16_t* high, const std::uint16_t* low, float* to, std::size_t n, DeviceCount* counts)
{
    std::uint32_t mismatches = 0;
    for (std::size_t i = firstElement(); i < n; i += elementStride()) {
        const std::uint32_t hi = high[i];
        const std::uint32_t lo = low[i];
        const std::uint32_t bits = joinedBf16(hi, lo);
        to[i] = floatOf(bits);
        mismatches += splitsAgainBf16(bits, hi, lo) ? 0 : 1;
    }
    addCounted(counts, mismatches);
}

__global__ void splitFp16Kernel(const float* from, std::uint16_t* high, std::int16_t* low, std::size_t n,
    DeviceCount* counts, EscapeList escapes)
{
    std::uint32_t mismatches = 0;
    for (std::size_t i = firstElement(); i < n; i += elementStride()) {
        const std::uint32_t bits = bitsOf(from[i]);
        const std::uint16_t half = halfBits(from[i]);
        const float value = halfValue(half);
        const std::int32_t rest = halfRemainder(bits, value);
        high[i] = half;
        low[i] = static_cast<std::int16_t>(rest);
        if (escapesFromHalf(rest) == 0) {
            mismatches += joinedFp16(value, static_cast<std::int16_t>(rest)) != bits ? 1 : 0;
            continue;
        }
        const DeviceCount place = atomicAdd(counts + 1, DeviceCount{1});
        if (place < escapes.capacity) {
            escapes.entries[2 * place] = static_cast<std::int64_t>(i);
            escapes.entries[2 * place + 1] = static_cast<std::int32_t>(bits);
        }
    }
    addCounted(counts, mismatches);
}

__global__ void joinFp16Kernel(const std::uint16_t* high, const std::int16_t* low, float* to, std::size_t n)
{
    for (std::size_t i = firstElement(); i < n; i += elementStride())
        to[i] = floatOf(joinedFp16(halfValue(high[i]), low[i]));
}

} // namespace

cudaError_t launchSplitBf16(const float* from, std::uint16_t* high, std::uint16_t* low, std::size_t n,
    DeviceCount* counts, cudaStream_t stream)
{
    return launch(
        splitBf16Kernel, blocksFor(n, blockThreads), blockThreads, stream, from, high, low, n, counts);
}

cudaError_t launchJoinBf16(const std::uint16_t* high, const std::uint16_t* low, float* to, std::size_t n,
    DeviceCount* counts, cudaStream_t stream)
{
    return launch(joinBf16Kernel, blocksFor(n, blockThreads), blockThreads, stream, high, low, to, n, counts);
}

cudaError_t launchSplitFp16(const float* from, std::uint16_t* high, std::int16_t* low, std::size_t n,
    DeviceCount* counts, EscapeList escapes, cudaStream_t stream)
{
    return launch(splitFp16Kernel, blocksFor(n, blockThreads), blockThreads, stream, from, high, low, n,
        counts, escapes);
}

cudaError_t launchJoinFp16(
    const std::uint16_t* high, const std::int16_t* low, float* to, std::size_t n, cudaStream_t stream)
{
    return launch(joinFp16Kernel, blocksFor(n, blockThreads), blockThreads, stream, high, low, to, n);
}

} // namespace mantissa
