// SPDX-License-Identifier: Apache-2.0
// The operators of core/torch/kernels/cpu, over all threads. What they sum over rows is summed in pieces
// whose number depends on the shape alone, so that no bit depends on the number of threads.

#include "core/torch/kernels/cpu/cpu_kernels.h"
#include "core/torch/kernels/operator_types.h"
#include "core/torch/operators/optional_tensor.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <optional>

namespace mantissa {

namespace {

constexpr std::int64_t elementsPerTask = 1 << 15;

const CpuKernels& kernels()
{
    const CpuKernels* there = cpuKernels();
    TORCH_CHECK(there, "this processor has no kernels of ours; LibTorch's were to be used");
    return *there;
}

Element elementOf(const at::Tensor& x)
{
    switch (x.scalar_type()) {
    case at::kFloat:
        return Element::Fp32;
    case at::kBFloat16:
        return Element::Bf16;
    case at::kHalf:
        return Element::Fp16;
    default:
        TORCH_CHECK(false, "a kernel was given numbers of format ", x.scalar_type());
    }
}

void* dataOf(const at::Tensor& x) { return const_cast<void*>(x.const_data_ptr()); }
void* dataOf(const Maybe& x) { return x && x->defined() ? dataOf(*x) : nullptr; }
float* floatsOf(const Maybe& x) { return static_cast<float*>(dataOf(x)); }

/// Calls work(first, last) for stretches of rows on all threads.
template <class Work> void forRows(std::int64_t rows, std::int64_t width, const Work& work)
{
    at::parallel_for(
        0, rows, std::max<std::int64_t>(1, elementsPerTask / std::max<std::int64_t>(1, width)), work);
}

HeadRows headsOf(const at::Tensor& x)
{
    TORCH_CHECK(x.dim() == 4 && x.stride(3) == 1, "attention reads rows whose numbers lie side by side");
    return {dataOf(x), x.stride(0), x.stride(1), x.stride(2)};
}

AttentionShape shapeOf(const at::Tensor& query, const at::Tensor& key, double scale, std::int64_t window)
{
    return {.element = elementOf(query),
        .batch = query.size(0),
        .heads = query.size(1),
        .kvHeads = key.size(1),
        .length = query.size(2),
        .width = query.size(3),
        .window = window,
        .scale = static_cast<float>(scale)};
}

/// Calls work(first, last, memory) for pairs of sample and key head.
template <class Work>
void forPairs(const AttentionShape& shape, bool isBackward, const at::Tensor& like, const Work& work)
{
    const auto bytes = static_cast<std::int64_t>(kernels().attentionScratch(shape, isBackward));
    const std::int64_t pairs = shape.batch * shape.kvHeads;
    const std::int64_t threads = std::min<std::int64_t>(at::get_num_threads(), pairs);
    const at::Tensor scratch = at::empty({threads * bytes}, like.options().dtype(at::kByte));
    auto* memory = static_cast<char*>(scratch.mutable_data_ptr());
    at::parallel_for(0, pairs, 1, [&](std::int64_t first, std::int64_t last) {
        work(first, last, memory + at::get_thread_num() * bytes);
    });
}

void attention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const at::Tensor& output, const at::Tensor& logSumExp, double scale, std::int64_t window)
{
    const AttentionForward call{.shape = shapeOf(query, key, scale, window),
        .query = headsOf(query),
        .key = headsOf(key),
        .value = headsOf(value),
        .output = headsOf(output),
        .logSumExp = logSumExp.mutable_data_ptr<float>()};
    forPairs(
        call.shape, /*isBackward*/ false, query, [&](std::int64_t first, std::int64_t last, void* memory) {
            kernels().attentionForward(call, first, last, memory);
        });
}

void attentionBackward(const at::Tensor& toOutput, const at::Tensor& query, const at::Tensor& key,
    const at::Tensor& value, const at::Tensor& output, const at::Tensor& logSumExp, const at::Tensor& toQuery,
    const at::Tensor& toKey, const at::Tensor& toValue, double scale, std::int64_t window)
{
    const AttentionBackward call{.shape = shapeOf(query, key, scale, window),
        .query = headsOf(query),
        .key = headsOf(key),
        .value = headsOf(value),
        .output = headsOf(output),
        .toOutput = headsOf(toOutput),
        .logSumExp = logSumExp.const_data_ptr<float>(),
        .toQuery = headsOf(toQuery),
        .toKey = headsOf(toKey),
        .toValue = headsOf(toValue)};
    forPairs(
        call.shape, /*isBackward*/ true, query, [&](std::int64_t first, std::int64_t last, void* memory) {
            kernels().attentionBackward(call, first, last, memory);
        });
}

ActivationCall activationOf(std::int64_t kind, const at::Tensor& gate, const Maybe& up)
{
    TORCH_CHECK(!up || (up->stride(0) == gate.stride(0) && up->scalar_type() == gate.scalar_type()),
        "an activation reads the gate and what it multiplies by the same steps and format");
    return {.element = elementOf(gate),
        .kind = static_cast<ActivationKind>(kind),
        .width = gate.size(1),
        .gate = dataOf(gate),
        .up = dataOf(up),
        .inputStep = gate.stride(0)};
}

void activation(std::int64_t kind, const at::Tensor& gate, const Maybe& up, const at::Tensor& output)
{
    ActivationCall call = activationOf(kind, gate, up);
    call.output = dataOf(output);
    forRows(gate.size(0), gate.size(1),
        [&](std::int64_t first, std::int64_t last) { kernels().activation(call, first, last); });
}

void activationBackward(std::int64_t kind, const at::Tensor& toOutput, const at::Tensor& gate,
    const Maybe& up, const at::Tensor& toGate, const Maybe& toUp)
{
    ActivationCall call = activationOf(kind, gate, up);
    call.toOutput = dataOf(toOutput);
    call.toGate = dataOf(toGate);
    call.toUp = dataOf(toUp);
    call.gradientStep = toGate.stride(0);
    TORCH_CHECK(!toUp || toUp->stride(0) == call.gradientStep, "gradients of one activation have one step");
    forRows(gate.size(0), gate.size(1),
        [&](std::int64_t first, std::int64_t last) { kernels().activationBackward(call, first, last); });
}

NormCall normOf(const at::Tensor& input, const Maybe& weight, const Maybe& mean, const at::Tensor& factor)
{
    TORCH_CHECK(input.is_contiguous(), "a norm reads dense rows");
    return {.element = elementOf(input),
        .width = input.size(-1),
        .input = dataOf(input),
        .weight = dataOf(weight),
        .mean = floatsOf(mean),
        .factor = factor.mutable_data_ptr<float>()};
}

void norm(const at::Tensor& input, const Maybe& weight, const Maybe& bias, const at::Tensor& output,
    const Maybe& mean, const at::Tensor& factor, double epsilon, double weightOffset)
{
    NormCall call = normOf(input, weight, mean, factor);
    call.epsilon = static_cast<float>(epsilon);
    call.weightOffset = static_cast<float>(weightOffset);
    call.bias = dataOf(bias);
    call.output = dataOf(output);
    forRows(factor.numel(), call.width,
        [&](std::int64_t first, std::int64_t last) { kernels().norm(call, first, last); });
}

void normBackward(const at::Tensor& toOutput, const at::Tensor& input, const Maybe& weight, const Maybe& mean,
    const at::Tensor& factor, const at::Tensor& toInput, const Maybe& toWeight, const Maybe& toBias,
    double weightOffset)
{
    constexpr std::int64_t most = 32; // pieces of the sums over rows
    NormCall call = normOf(input, weight, mean, factor);
    call.weightOffset = static_cast<float>(weightOffset);
    call.toOutput = dataOf(toOutput);
    call.toInput = dataOf(toInput);
    const std::int64_t rows = factor.numel();
    const std::int64_t rowsOfPiece = std::max<std::int64_t>(64, (rows + most - 1) / most);
    const std::int64_t pieces = (rows + rowsOfPiece - 1) / rowsOfPiece;
    const auto sumsFor = [&](const Maybe& gradient) {
        return gradient ? at::zeros({pieces, call.width}, factor.options()) : at::Tensor();
    };
    const at::Tensor weightSums = sumsFor(toWeight);
    const at::Tensor biasSums = sumsFor(toBias);
    const auto of = [&](const at::Tensor& sums, std::int64_t piece) {
        return sums.defined() ? sums.mutable_data_ptr<float>() + piece * call.width : nullptr;
    };
    at::parallel_for(0, pieces, 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t piece = first; piece < last; ++piece)
            kernels().normBackward(call, piece * rowsOfPiece, std::min(rows, (piece + 1) * rowsOfPiece),
                of(weightSums, piece), of(biasSums, piece));
    });
    if (toWeight)
        toWeight->copy_(weightSums.sum(0));
    if (toBias)
        toBias->copy_(biasSums.sum(0));
}

PoolCall poolOf(const at::Tensor& map, const at::Tensor& pooled, const at::Tensor& places)
{
    TORCH_CHECK(map.size(3) <= mostPoolWidth && map.is_contiguous() && pooled.is_contiguous(),
        "pooling reads dense maps of at most ", mostPoolWidth, " columns");
    return {.element = elementOf(map),
        .height = map.size(2),
        .width = map.size(3),
        .map = dataOf(map),
        .pooled = dataOf(pooled),
        .places = static_cast<std::uint8_t*>(dataOf(places))};
}

void pool(const at::Tensor& map, const at::Tensor& pooled, const at::Tensor& places)
{
    const PoolCall call = poolOf(map, pooled, places);
    forRows(map.size(0) * map.size(1), call.height * call.width,
        [&](std::int64_t first, std::int64_t last) { kernels().pool(call, first, last); });
}

void poolBackward(const at::Tensor& toPooled, const at::Tensor& places, const at::Tensor& toMap)
{
    const PoolCall call = poolOf(toMap, toPooled, places);
    forRows(toMap.size(0) * toMap.size(1), call.height * call.width,
        [&](std::int64_t first, std::int64_t last) { kernels().poolBackward(call, first, last); });
}

void rotation(const at::Tensor& input, const at::Tensor& cosine, const at::Tensor& sine,
    const at::Tensor& output, bool turnsBack)
{
    const RotationCall call{.element = elementOf(input),
        .heads = input.size(2),
        .headWidth = input.size(3),
        .width = 2 * cosine.size(1),
        .length = input.size(1),
        .input = dataOf(input),
        .inputStep = input.stride(1),
        .output = dataOf(output),
        .cosine = cosine.const_data_ptr<float>(),
        .sine = sine.const_data_ptr<float>(),
        .turnsBack = turnsBack};
    forRows(input.size(0) * input.size(1), call.heads * call.headWidth,
        [&](std::int64_t first, std::int64_t last) { kernels().rotation(call, first, last); });
}

} // namespace

} // namespace mantissa

TORCH_LIBRARY_IMPL(mantissa, CPU, library)
{
    library.impl("attention_", &mantissa::attention);
    library.impl("attention_backward_", &mantissa::attentionBackward);
    library.impl("activation_", &mantissa::activation);
    library.impl("activation_backward_", &mantissa::activationBackward);
    library.impl("norm_", &mantissa::norm);
    library.impl("norm_backward_", &mantissa::normBackward);
    library.impl("pool_", &mantissa::pool);
    library.impl("pool_backward_", &mantissa::poolBackward);
    library.impl("rotation_", &mantissa::rotation);
}
