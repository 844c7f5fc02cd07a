// SPDX-License-Identifier: Apache-2.0
#include "core/torch/state/split.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <mutex>

namespace mantissa {

namespace {

constexpr std::int64_t grain = 1 << 16; // elements a thread takes at least

std::int64_t splitOnCpu(
    const at::Tensor& from, at::Tensor& high, at::Tensor& low, std::vector<PairEscape>& escapes)
{
    std::atomic<std::int64_t> mismatches = 0;
    std::mutex mutex;
    const auto* source = from.const_data_ptr<float>();
    auto* highBits = static_cast<std::uint16_t*>(high.mutable_data_ptr());
    auto* lowBits = static_cast<std::uint16_t*>(low.mutable_data_ptr());
    const bool isBf16 = high.scalar_type() == at::kBFloat16;
    at::parallel_for(0, from.numel(), grain, [&](std::int64_t begin, std::int64_t end) {
        const auto n = static_cast<std::size_t>(end - begin);
        if (isBf16) {
            mismatches += splitBf16(source + begin, highBits + begin, lowBits + begin, n);
            return;
        }
        std::vector<PairEscape> found;
        mismatches += splitFp16(source + begin, highBits + begin,
            reinterpret_cast<std::int16_t*>(lowBits) + begin, n, begin, found);
        const std::lock_guard lock(mutex);
        escapes.insert(escapes.end(), found.begin(), found.end());
    });
    std::sort(escapes.begin(), escapes.end(),
        [](const PairEscape& a, const PairEscape& b) { return a.index < b.index; });
    return mismatches;
}

std::int64_t joinOnCpu(const at::Tensor& high, const at::Tensor& low, at::Tensor& to)
{
    std::atomic<std::int64_t> mismatches = 0;
    const auto* highBits = static_cast<const std::uint16_t*>(high.const_data_ptr());
    const auto* lowBits = static_cast<const std::uint16_t*>(low.const_data_ptr());
    auto* target = to.mutable_data_ptr<float>();
    const bool isBf16 = high.scalar_type() == at::kBFloat16;
    at::parallel_for(0, to.numel(), grain, [&](std::int64_t begin, std::int64_t end) {
        const auto n = static_cast<std::size_t>(end - begin);
        if (isBf16)
            mismatches += joinBf16(highBits + begin, lowBits + begin, target + begin, n);
        else
            joinFp16(
                highBits + begin, reinterpret_cast<const std::int16_t*>(lowBits) + begin, target + begin, n);
    });
    return mismatches;
}

/// The bits of FP32 as int32, the pair's halves as int16: the same arithmetic as pair.cpp, in stock
/// operations.
at::Tensor joinedBits(const at::Tensor& high, const at::Tensor& low)
{
    if (high.scalar_type() == at::kBFloat16) {
        const at::Tensor lo = low.view(at::kShort).to(at::kInt).bitwise_and(0xFFFF);
        const at::Tensor hi = high.view(at::kShort).to(at::kInt).bitwise_and(0xFFFF);
        return (hi - lo.bitwise_right_shift(15)).bitwise_left_shift(16).bitwise_or(lo);
    }
    return high.to(at::kFloat).view(at::kInt) + low.to(at::kInt);
}

std::int64_t splitOnDevice(
    const at::Tensor& from, at::Tensor& high, at::Tensor& low, std::vector<PairEscape>& escapes)
{
    const at::Tensor bits = from.view(at::kInt);
    if (high.scalar_type() == at::kBFloat16) {
        const at::Tensor lo = bits.bitwise_and(0xFFFF);
        low.copy_(lo.to(at::kShort));
        const at::Tensor hi = bits.bitwise_right_shift(16).bitwise_and(0xFFFF) + lo.bitwise_right_shift(15);
        high.view(at::kShort).copy_(hi.to(at::kShort));
        return (joinedBits(high, low) != bits).sum().item<std::int64_t>();
    }
    high.copy_(from);
    const at::Tensor difference = bits - high.to(at::kFloat).view(at::kInt);
    low.copy_(difference.to(at::kShort));
    const at::Tensor outside = (low.to(at::kInt) != difference).flatten().nonzero().flatten();
    const at::Tensor indices = outside.cpu();
    const at::Tensor values = bits.flatten().index_select(0, outside).cpu();
    for (std::int64_t i = 0; i < indices.numel(); ++i)
        escapes.push_back(
            {indices.const_data_ptr<std::int64_t>()[i], values.const_data_ptr<std::int32_t>()[i]});
    return (joinedBits(high, low) != bits).sum().item<std::int64_t>() - indices.numel();
}

} // namespace

std::int64_t splitTensor(
    const at::Tensor& from, at::Tensor& high, at::Tensor& low, std::vector<PairEscape>& escapes)
{
    escapes.clear();
    return from.is_cpu() ? splitOnCpu(from, high, low, escapes) : splitOnDevice(from, high, low, escapes);
}

std::int64_t joinTensor(
    const at::Tensor& high, const at::Tensor& low, const std::vector<PairEscape>& escapes, at::Tensor& to)
{
    std::int64_t mismatches = 0;
    if (to.is_cpu())
        mismatches = joinOnCpu(high, low, to);
    else
        to.view(at::kInt).copy_(joinedBits(high, low));
    if (escapes.empty())
        return mismatches;
    at::Tensor indices = at::empty({static_cast<std::int64_t>(escapes.size())}, at::kLong);
    at::Tensor values = at::empty({static_cast<std::int64_t>(escapes.size())}, at::kInt);
    for (std::size_t i = 0; i < escapes.size(); ++i) {
        indices.mutable_data_ptr<std::int64_t>()[i] = escapes[i].index;
        values.mutable_data_ptr<std::int32_t>()[i] = escapes[i].bits;
    }
    to.view(at::kInt).flatten().index_copy_(0, indices.to(to.device()), values.to(to.device()));
    return mismatches;
}

} // namespace mantissa
