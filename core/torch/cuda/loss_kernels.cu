// SPDX-License-Identifier: Apache-2.0
// Softmax cross-entropy of rows of logits, which become their gradient in place: no second tensor of their
// size. Row by row in FP32; rows are added in double.

#include "core/torch/cuda/grid.h"

#include <cmath>

namespace mantissa {

namespace {

constexpr unsigned lossThreads = 512;
constexpr unsigned lossWarps = lossThreads / warpThreads;
/// Blocks at most, each of which takes rows in turn and leaves one partial sum: 4 KiB of them. A card runs
/// fewer at once.
constexpr std::size_t mostPartials = 512;

struct Larger {
    __device__ float operator()(float a, float b) const { return a > b ? a : b; }
};
struct Sum {
    __device__ float operator()(float a, float b) const { return a + b; }
};

/// One number of all threads of a block, in an order that the thread's place alone decides. `shared` holds
/// one for each warp.
template <class Combine> __device__ float ofBlock(float value, float* shared, Combine combine)
{
    for (unsigned distance = warpThreads / 2; distance > 0; distance /= 2)
        value = combine(value, __shfl_xor_sync(wholeWarp, value, static_cast<int>(distance)));
    __syncthreads(); // what was here before is read
    if (threadIdx.x % warpThreads == 0)
        shared[threadIdx.x / warpThreads] = value;
    __syncthreads();
    value = shared[0];
    for (unsigned warp = 1; warp < lossWarps; ++warp)
        value = combine(value, shared[warp]);
    return value;
}

/// NaN in a row is never the larger, but makes the row's sum NaN.
__device__ float lossOfRow(float* logits, std::int64_t target, const LossRows& rows, float* shared)
{
    float largest = -INFINITY;
    for (std::size_t i = threadIdx.x; i < rows.vocab; i += blockDim.x)
        largest = Larger{}(logits[i], largest);
    largest = ofBlock(largest, shared, Larger{});
    float sum = 0;
    for (std::size_t i = threadIdx.x; i < rows.vocab; i += blockDim.x)
        sum += expf(logits[i] - largest);
    sum = ofBlock(sum, shared, Sum{});
    const bool isKnown = target >= 0 && target < static_cast<std::int64_t>(rows.vocab);
    const float chosen = isKnown ? logits[target] - largest : NAN;
    if (rows.gradient) {
        __syncthreads(); // the chosen logit is read
        for (std::size_t i = threadIdx.x; i < rows.vocab; i += blockDim.x) {
            const float probability = expf(logits[i] - largest) / sum;
            const bool isTarget = static_cast<std::int64_t>(i) == target;
            logits[i] = (isTarget ? probability - 1.0f : probability) * rows.scale;
        }
    }
    return logf(sum) - chosen;
}

__global__ void lossKernel(LossRows rows, double* partials)
{
    __shared__ float shared[lossWarps];
    double sum = 0;
    for (std::size_t row = blockIdx.x; row < rows.rows; row += gridDim.x)
        sum += static_cast<double>(
            lossOfRow(rows.logits + row * rows.vocab, rows.targets[row], rows, shared));
    if (threadIdx.x == 0)
        partials[blockIdx.x] = sum;
}

/// One thread: there are few, and their order must not change.
__global__ void addPartialsKernel(const double* partials, std::size_t count, double* loss)
{
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i)
        sum += partials[i];
    *loss += sum;
}

} // namespace

std::size_t lossPartials(std::size_t rows) { return rows < mostPartials ? rows : mostPartials; }

cudaError_t launchLossRows(const LossRows& rows, double* partials, double* loss, cudaStream_t stream)
{
    const std::size_t count = lossPartials(rows.rows);
    const cudaError_t launched
        = launch(lossKernel, static_cast<unsigned>(count), lossThreads, stream, rows, partials);
    if (launched != cudaSuccess)
        return launched;
    return launch(addPartialsKernel, count > 0 ? 1 : 0, 1, stream, partials, count, loss);
}

} // namespace mantissa
