// SPDX-License-Identifier: Apache-2.0
// The elements that statistics look at, gathered into one tensor, so that a look is one copy from the card.

#include "core/torch/cuda/grid.h"
#include "core/torch/kernels/pair_element.h"

namespace mantissa {

namespace {

/// The element `i` of what is looked at. Windows of all stretches but the last are whole.
MANTISSA_HOST_DEVICE std::size_t elementOf(std::size_t i, const WindowLook& look)
{
    const std::size_t first = i / look.window * look.stretch;
    const std::size_t rest = look.n - first;
    const std::size_t length = rest < look.stretch ? rest : look.stretch;
    const std::size_t begin = length > look.window ? look.offset % (length - look.window + 1) : 0;
    return first + begin + i % look.window;
}

MANTISSA_HOST_DEVICE float valueOf(std::size_t element, const WindowLook& look)
{
    if (look.format == ElementFormat::Fp32)
        return static_cast<const float*>(look.from)[element];
    const std::uint16_t high = static_cast<const std::uint16_t*>(look.from)[element];
    if (look.format == ElementFormat::Bf16)
        return look.low ? floatOf(joinedBf16(high, look.low[element])) : bf16Value(high);
    return look.low ? floatOf(joinedFp16(halfValue(high), static_cast<std::int16_t>(look.low[element])))
                    : halfValue(high);
}

__global__ void windowsKernel(WindowLook look, float* to, std::size_t count)
{
    for (std::size_t i = firstElement(); i < count; i += elementStride())
        to[i] = valueOf(elementOf(i, look), look);
}

} // namespace

std::size_t elementsLookedAt(const WindowLook& look)
{
    const std::size_t last = look.n % look.stretch;
    return look.n / look.stretch * look.window + (last < look.window ? last : look.window);
}

cudaError_t launchWindows(const WindowLook& look, float* to, cudaStream_t stream)
{
    const std::size_t count = elementsLookedAt(look);
    return launch(windowsKernel, blocksFor(count, blockThreads), blockThreads, stream, look, to, count);
}

} // namespace mantissa
