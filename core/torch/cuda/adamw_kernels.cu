// SPDX-License-Identifier: Apache-2.0
// AdamW on a card: the elements of core/torch/kernels/adamw_element.h, which are the CPU's, so that finite
// numbers learn the CPU's bits. What is not finite may differ in the bits of its NaN.

#include "core/torch/cuda/grid.h"
#include "core/torch/kernels/adamw_element.h"

namespace mantissa {

namespace {

/// FP32 moments of one element; returns the new value's bits without its sign.
template <class Weights>
__device__ std::uint32_t updateAt(
    Weights weights, float* m, float* v, std::size_t i, float gradient, const AdamwScalars& s)
{
    const FloatUpdate updated = updatedElement(weights.load(i), m[i], v[i], gradient, s);
    m[i] = updated.m;
    v[i] = updated.v;
    weights.store(i, updated.weight);
    return bitsOf(updated.weight) & withoutSign;
}

template <class Weights, class Gradient>
__global__ void denseKernel(Weights weights, float* m, float* v, Gradient gradient, std::size_t n,
    AdamwScalars s, DeviceCount* notFinite)
{
    std::uint32_t largest = 0;
    for (std::size_t i = firstElement(); i < n; i += elementStride()) {
        const std::uint32_t bits = updateAt(weights, m, v, i, gradient(i), s);
        largest = bits > largest ? bits : largest;
    }
    addCounted(notFinite, largest < infinityBits ? 0 : 1);
}

/// The place of `row` in the ascending ids, or `known`.
__device__ std::size_t placeOf(std::size_t row, const GradientRows& rows)
{
    std::size_t begin = 0;
    std::size_t end = rows.known;
    while (begin < end) {
        const std::size_t middle = (begin + end) / 2;
        if (rows.ids[middle] < static_cast<std::int64_t>(row))
            begin = middle + 1;
        else
            end = middle;
    }
    return begin < rows.known && rows.ids[begin] == static_cast<std::int64_t>(row) ? begin : rows.known;
}

/// A block takes rows of a table in turn: one thread looks for the row's gradient, all update. Rows without
/// one decay all the same.
template <class Weights, class Gradient>
__global__ void rowsKernel(Weights weights, float* m, float* v, Gradient gradient, std::size_t tableRows,
    GradientRows rows, AdamwScalars s, DeviceCount* notFinite)
{
    __shared__ std::size_t place;
    std::uint32_t largest = 0;
    for (std::size_t row = blockIdx.x; row < tableRows; row += gridDim.x) {
        __syncthreads(); // nobody reads the last row's place any more
        if (threadIdx.x == 0)
            place = placeOf(row, rows);
        __syncthreads();
        const std::size_t found = place;
        for (std::size_t column = threadIdx.x; column < rows.width; column += blockDim.x) {
            const float g = found < rows.known ? gradient(found * rows.width + column) : 0.0f;
            const std::uint32_t bits = updateAt(weights, m, v, row * rows.width + column, g, s);
            largest = bits > largest ? bits : largest;
        }
    }
    addCounted(notFinite, largest < infinityBits ? 0 : 1);
}

/// The largest of a block's threads, in integers as on the CPU: a maximum of them has no rounding. `shared`
/// is of the block, zero when all threads come.
__device__ std::uint32_t largestOfBlock(std::uint32_t value, std::uint32_t* shared)
{
    for (unsigned distance = warpThreads / 2; distance > 0; distance /= 2) {
        const std::uint32_t other = __shfl_xor_sync(wholeWarp, value, static_cast<int>(distance));
        value = other > value ? other : value;
    }
    if (threadIdx.x % warpThreads == 0)
        atomicMax(shared, value);
    __syncthreads();
    return *shared;
}

struct Int8Moments {
    std::int8_t* m;
    std::uint8_t* v;
    float* mScale;
    float* vScale;
};

/// A CUDA block of 256 threads for each block of 256 moments, which share a scale.
template <class Weights, class Gradient>
__global__ void int8Kernel(Weights weights, Int8Moments moments, Gradient gradient, std::size_t n,
    AdamwScalars s, DeviceCount* notFinite)
{
    __shared__ std::uint32_t largestBits[2];
    const float inverseCorrection = 1.0f / s.rootCorrection;
    const std::size_t blocks = (n + momentBlock - 1) / momentBlock;
    std::uint32_t largest = 0;
    for (std::size_t block = blockIdx.x; block < blocks; block += gridDim.x) {
        const std::size_t i = block * momentBlock + threadIdx.x;
        const float mScale = moments.mScale[block];
        const float vScale = moments.vScale[block];
        Int8Update updated;
        if (i < n) {
            updated = updatedInt8(weights.load(i), decodeM(moments.m[i]) * mScale,
                decodeRoot(moments.v[i]) * vScale, gradient(i), s, inverseCorrection);
            weights.store(i, updated.weight);
            const std::uint32_t bits = bitsOf(updated.weight) & withoutSign;
            largest = bits > largest ? bits : largest;
        }
        if (threadIdx.x < 2)
            largestBits[threadIdx.x] = 0;
        __syncthreads(); // the scales are read and the maxima are zero
        const float mLargest = floatOf(largestOfBlock(bitsOf(updated.m) & withoutSign, &largestBits[0]));
        const float vLargest = floatOf(largestOfBlock(bitsOf(updated.root), &largestBits[1]));
        if (i < n) {
            moments.m[i] = encodeM(updated.m, inverseScale(mLargest));
            moments.v[i] = encodeRoot(updated.root, inverseScale(vLargest), leastRootCode(vLargest));
        }
        if (threadIdx.x == 0) {
            moments.mScale[block] = mLargest;
            moments.vScale[block] = vLargest;
        }
        __syncthreads(); // the maxima are read
    }
    addCounted(notFinite, largest < infinityBits ? 0 : 1);
}

/// One launch, with the forms of weights and gradient decided.
struct Launch {
    const AdamwSlice& slice;
    const AdamwScalars& scalars;
    const GradientRows& rows;
    DeviceCount* notFinite;
    cudaStream_t stream;

    template <class Weights, class Gradient> cudaError_t with(Weights weights, Gradient gradient) const
    {
        if (slice.m8)
            return launch(int8Kernel<Weights, Gradient>, blocksFor(slice.n, momentBlock), momentBlock, stream,
                weights, Int8Moments{slice.m8, slice.v8, slice.mScale, slice.vScale}, gradient, slice.n,
                scalars, notFinite);
        if (!rows.ids)
            return launch(denseKernel<Weights, Gradient>, blocksFor(slice.n, blockThreads), blockThreads,
                stream, weights, slice.m, slice.v, gradient, slice.n, scalars, notFinite);
        const std::size_t tableRows = rows.width > 0 ? slice.n / rows.width : 0;
        return launch(rowsKernel<Weights, Gradient>, blocksFor(tableRows, 1), blockThreads, stream, weights,
            slice.m, slice.v, gradient, tableRows, rows, scalars, notFinite);
    }
    template <class Weights> cudaError_t with(Weights weights) const
    {
        return slice.gradient ? with(weights, FloatGradient{slice.gradient})
                              : with(weights, Bf16Gradient{slice.gradient16});
    }
};

} // namespace

cudaError_t launchAdamw(const AdamwSlice& slice, const AdamwScalars& scalars, const GradientRows& rows,
    DeviceCount* notFinite, cudaStream_t stream)
{
    const Launch one{slice, scalars, rows, notFinite, stream};
    if (slice.value)
        return one.with(FloatWeights{slice.value});
    if (slice.low)
        return one.with(PairWeights{slice.high, slice.low});
    if (slice.isStochastic)
        return one.with(StochasticWeights{slice.high, foldedNoise(slice.noise), slice.first});
    return one.with(RoundedWeights{slice.high});
}

} // namespace mantissa
