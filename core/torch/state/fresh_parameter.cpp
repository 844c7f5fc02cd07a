// SPDX-License-Identifier: Apache-2.0
#include "core/torch/state/fresh_parameter.h"

#include "core/torch/memory/tier_scope.h"
#include "core/torch/models/model.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>

namespace mantissa {

namespace {

// elements: fresh values pass through a buffer of this size on their way into pairs
constexpr std::int64_t fillChunk = 1 << 18;

/// Fills chunk after chunk; one FP16 chunk's escapes come back.
std::vector<PairEscape> fillChunkOf(const TensorDescription& tensor, const ValueSource& values,
    std::int64_t first, at::Tensor& value, at::Tensor& low, std::vector<float>& exact,
    std::vector<std::int16_t>& spare)
{
    const std::int64_t count = std::min(fillChunk, tensor.elements() - first);
    std::vector<PairEscape> escapes;
    if (value.scalar_type() == at::kFloat) {
        values(tensor, first, value.mutable_data_ptr<float>() + first, count);
        return escapes;
    }
    values(tensor, first, exact.data(), count);
    auto* high = static_cast<std::uint16_t*>(value.mutable_data_ptr()) + first;
    auto* rest = spare.empty() ? low.mutable_data_ptr<std::int16_t>() + first : spare.data();
    const auto n = static_cast<std::size_t>(count);
    if (value.scalar_type() == at::kBFloat16)
        splitBf16(exact.data(), high, reinterpret_cast<std::uint16_t*>(rest), n);
    else
        splitFp16(exact.data(), high, rest, n, first, escapes);
    return escapes;
}

} // namespace

ValueSource initialValues(std::int64_t seed)
{
    return [seed](const TensorDescription& tensor, std::int64_t first, float* to, std::int64_t n) {
        fillInitial(tensor, seed, first, to, n);
    };
}

Parameter freshParameter(const TensorDescription& tensor, const Placement& placement,
    const StateFormat& format, const ValueSource& values)
{
    Parameter parameter{.spec = tensor, .at = placement};
    const bool isFp32 = placement.form == Precision::Fp32;
    const auto onCpu = at::TensorOptions().device(at::kCPU);
    const std::int64_t n = tensor.elements();
    at::Tensor value;
    at::Tensor low;
    {
        const PurposeScope purpose(format.pairTier(placement.weights), MemoryClass::Weights);
        value = at::empty(tensor.sizes, onCpu.dtype(scalarTypeOf(placement.form)));
    }
    if (!isFp32) {
        const PurposeScope purpose(format.pairTier(placement.remainder), MemoryClass::Remainder);
        low = at::empty(format.master == Master::Exact ? tensor.sizes : std::vector<std::int64_t>{0},
            onCpu.dtype(at::kShort));
    }
    std::vector<std::vector<PairEscape>> escapes(static_cast<std::size_t>((n + fillChunk - 1) / fillChunk));
    at::parallel_for(
        0, static_cast<std::int64_t>(escapes.size()), 1, [&](std::int64_t begin, std::int64_t end) {
            std::vector<float> exact(isFp32 ? 0 : static_cast<std::size_t>(std::min(n, fillChunk)));
            std::vector<std::int16_t> spare(!isFp32 && low.numel() == 0 ? exact.size() : 0);
            for (std::int64_t chunk = begin; chunk < end; ++chunk)
                escapes[static_cast<std::size_t>(chunk)]
                    = fillChunkOf(tensor, values, chunk * fillChunk, value, low, exact, spare);
        });
    for (const auto& part : escapes)
        parameter.escapes.insert(parameter.escapes.end(), part.begin(), part.end());
    {
        const PurposeScope purpose(memoryTier(placement.weights), MemoryClass::Weights);
        parameter.value = value.to(format.deviceOf(placement.weights));
    }
    if (low.defined() && low.numel() > 0) {
        const PurposeScope purpose(memoryTier(placement.remainder), MemoryClass::Remainder);
        parameter.low = low.to(format.deviceOf(placement.remainder));
    }
    if (!tensor.trains)
        return parameter;
    const PurposeScope purpose(memoryTier(placement.moments), MemoryClass::Moments);
    parameter.moments = makeMoments(
        tensor.sizes, momentsFormatOf(tensor, format.moments), format.deviceOf(placement.moments));
    return parameter;
}

} // namespace mantissa
