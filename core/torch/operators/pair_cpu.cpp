// SPDX-License-Identifier: Apache-2.0
// mantissa::split_, join_ and windows in the CPU's memory: the kernels of pair.h over all threads.

#include "core/torch/kernels/operator_types.h"
#include "core/torch/operators/operators.h"
#include "core/torch/operators/optional_tensor.h"
#include "core/torch/state/pair.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <vector>

namespace mantissa {

namespace {

constexpr std::int64_t grain = 1 << 16; // elements a thread takes at least

const std::uint16_t* bitsOf(const at::Tensor& tensor)
{
    return static_cast<const std::uint16_t*>(tensor.const_data_ptr());
}

void splitOnCpu(const at::Tensor& from, const at::Tensor& high, const at::Tensor& low,
    const at::Tensor& counts, const Maybe& escapes)
{
    std::atomic<std::int64_t> mismatches = 0;
    std::mutex mutex;
    std::vector<PairEscape> all;
    const auto* source = from.const_data_ptr<float>();
    auto* highBits = static_cast<std::uint16_t*>(high.mutable_data_ptr());
    auto* lowBits = low.mutable_data_ptr<std::int16_t>();
    const bool isBf16 = high.scalar_type() == at::kBFloat16;
    at::parallel_for(0, from.numel(), grain, [&](std::int64_t begin, std::int64_t end) {
        const auto n = static_cast<std::size_t>(end - begin);
        if (isBf16) {
            mismatches += splitBf16(
                source + begin, highBits + begin, reinterpret_cast<std::uint16_t*>(lowBits) + begin, n);
            return;
        }
        std::vector<PairEscape> found;
        mismatches += splitFp16(source + begin, highBits + begin, lowBits + begin, n, begin, found);
        const std::lock_guard lock(mutex);
        all.insert(all.end(), found.begin(), found.end());
    });
    auto* count = counts.mutable_data_ptr<std::int64_t>();
    count[ops::mismatchCount] += mismatches;
    if (all.empty())
        return;
    auto* row = escapes ? escapes->mutable_data_ptr<std::int64_t>() : nullptr;
    const std::int64_t room = escapes ? escapes->size(0) : 0;
    for (const PairEscape& escape : all) {
        if (const std::int64_t place = count[ops::escapeCount]++; place < room) {
            row[2 * place] = escape.index;
            row[2 * place + 1] = escape.bits;
        }
    }
}

void joinOnCpu(const at::Tensor& high, const at::Tensor& low, const at::Tensor& to, const at::Tensor& counts)
{
    std::atomic<std::int64_t> mismatches = 0;
    auto* target = to.mutable_data_ptr<float>();
    const bool isBf16 = high.scalar_type() == at::kBFloat16;
    at::parallel_for(0, to.numel(), grain, [&](std::int64_t begin, std::int64_t end) {
        const auto n = static_cast<std::size_t>(end - begin);
        if (isBf16)
            mismatches += joinBf16(bitsOf(high) + begin, bitsOf(low) + begin, target + begin, n);
        else
            joinFp16(bitsOf(high) + begin, low.const_data_ptr<std::int16_t>() + begin, target + begin, n);
    });
    counts.mutable_data_ptr<std::int64_t>()[ops::mismatchCount] += mismatches;
}

/// Elements first … of a tensor as FP32, pairs joined.
void gather(const at::Tensor& from, const Maybe& low, std::int64_t first, std::int64_t n, float* to)
{
    const auto count = static_cast<std::size_t>(n);
    if (low && from.scalar_type() == at::kBFloat16) {
        joinBf16(bitsOf(from) + first, bitsOf(*low) + first, to, count);
    } else if (low) {
        joinFp16(bitsOf(from) + first, low->const_data_ptr<std::int16_t>() + first, to, count);
    } else if (from.scalar_type() == at::kFloat) {
        std::copy_n(from.const_data_ptr<float>() + first, n, to);
    } else if (from.scalar_type() == at::kBFloat16) {
        std::copy_n(from.const_data_ptr<at::BFloat16>() + first, n, to);
    } else {
        std::copy_n(from.const_data_ptr<at::Half>() + first, n, to);
    }
}

at::Tensor windowsOnCpu(
    const at::Tensor& from, const Maybe& low, std::int64_t stretch, std::int64_t window, std::int64_t offset)
{
    const std::int64_t n = from.numel();
    const std::int64_t whole = n / stretch;
    const std::int64_t rest = std::min(window, n % stretch);
    at::Tensor result = at::empty({whole * window + rest}, from.options().dtype(at::kFloat));
    auto* to = result.mutable_data_ptr<float>();
    const auto placeIn
        = [&](std::int64_t length) { return length > window ? offset % (length - window + 1) : 0; };
    for (std::int64_t i = 0; i < whole; ++i)
        gather(from, low, i * stretch + placeIn(stretch), window, to + i * window);
    if (rest > 0)
        gather(from, low, whole * stretch + placeIn(n % stretch), rest, to + whole * window);
    return result;
}

} // namespace

} // namespace mantissa

TORCH_LIBRARY_IMPL(mantissa, CPU, library)
{
    library.impl("split_", static_cast<mantissa::SplitOperator*>(&mantissa::splitOnCpu));
    library.impl("join_", static_cast<mantissa::JoinOperator*>(&mantissa::joinOnCpu));
    library.impl("windows", static_cast<mantissa::WindowsOperator*>(&mantissa::windowsOnCpu));
}
