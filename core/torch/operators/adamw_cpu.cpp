// SPDX-License-Identifier: Apache-2.0
// mantissa::adamw_ in the CPU's memory: our kernels in place, over all threads.

#include "core/torch/kernels/operator_types.h"
#include "core/torch/operators/optional_tensor.h"
#include "core/torch/optim/adamw_kernel.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <vector>

namespace mantissa {

namespace {

constexpr std::int64_t blocksPerTask = 64;

/// The stretch [first, first + n) of a slice; `first` is a multiple of 256.
AdamwSlice part(AdamwSlice slice, std::int64_t first, std::int64_t n)
{
    const auto advance = [&](auto*& pointer, std::int64_t by) {
        if (pointer)
            pointer += by;
    };
    advance(slice.value, first);
    advance(slice.high, first);
    advance(slice.low, first);
    advance(slice.m, first);
    advance(slice.v, first);
    advance(slice.m8, first);
    advance(slice.v8, first);
    advance(slice.mScale, first / static_cast<std::int64_t>(momentBlock));
    advance(slice.vScale, first / static_cast<std::int64_t>(momentBlock));
    advance(slice.gradient, first);
    advance(slice.gradient16, first);
    slice.first += static_cast<std::uint64_t>(first);
    slice.n = static_cast<std::size_t>(n);
    return slice;
}

bool updateDense(AdamwSlice slice, const at::Tensor& gradient, const AdamwScalars& scalars)
{
    if (gradient.scalar_type() == at::kFloat)
        slice.gradient = gradient.const_data_ptr<float>();
    else
        slice.gradient16 = static_cast<const std::uint16_t*>(gradient.const_data_ptr());
    const std::int64_t n = gradient.numel();
    constexpr auto block = static_cast<std::int64_t>(momentBlock);
    std::atomic<bool> isFinite = true;
    at::parallel_for(0, (n + block - 1) / block, blocksPerTask, [&](std::int64_t begin, std::int64_t end) {
        if (!updateAdamw(part(slice, begin * block, std::min(n, end * block) - begin * block), scalars))
            isFinite = false;
    });
    return isFinite;
}

/// FP32 moments only: a table's rows without a gradient decay all the same.
bool updateRows(const AdamwSlice& slice, const at::Tensor& gradient, const at::Tensor& rows,
    std::int64_t count, const AdamwScalars& scalars)
{
    const std::int64_t width = gradient.size(1);
    const std::vector<std::uint32_t> zeros(static_cast<std::size_t>(width)); // reads as zero in both formats
    const auto* ids = rows.const_data_ptr<std::int64_t>();
    const std::int64_t known = rows.numel();
    std::atomic<bool> isFinite = true;
    at::parallel_for(0, count, 16, [&](std::int64_t begin, std::int64_t end) {
        std::int64_t next = std::lower_bound(ids, ids + known, begin) - ids;
        for (std::int64_t row = begin; row < end; ++row) {
            AdamwSlice one = part(slice, row * width, width);
            const bool hasGradient = next < known && ids[next] == row;
            const void* from = zeros.data();
            if (hasGradient)
                from = static_cast<const char*>(gradient.const_data_ptr())
                    + next * width * gradient.element_size();
            if (gradient.scalar_type() == at::kFloat)
                one.gradient = static_cast<const float*>(from);
            else
                one.gradient16 = static_cast<const std::uint16_t*>(from);
            next += hasGradient ? 1 : 0;
            if (!updateAdamw(one, scalars))
                isFinite = false;
        }
    });
    return isFinite;
}

void adamwOnCpu(const Maybe& value, const Maybe& high, const Maybe& low, const at::Tensor& m,
    const at::Tensor& v, const Maybe& mScale, const Maybe& vScale, const at::Tensor& gradient,
    const Maybe& rows, c10::ArrayRef<double> c, bool isStochastic, std::int64_t noise,
    const at::Tensor& notFinite)
{
    TORCH_CHECK(!rows || !mScale, "int8 moments take no gradient of rows; make it dense");
    AdamwSlice slice;
    if (value)
        slice.value = value->mutable_data_ptr<float>();
    if (high)
        slice.high = static_cast<std::uint16_t*>(high->mutable_data_ptr());
    if (low)
        slice.low = static_cast<std::uint16_t*>(low->mutable_data_ptr());
    if (mScale) {
        slice.m8 = m.mutable_data_ptr<std::int8_t>();
        slice.v8 = v.mutable_data_ptr<std::uint8_t>();
        slice.mScale = mScale->mutable_data_ptr<float>();
        slice.vScale = vScale->mutable_data_ptr<float>();
    } else {
        slice.m = m.mutable_data_ptr<float>();
        slice.v = v.mutable_data_ptr<float>();
    }
    slice.isStochastic = isStochastic;
    slice.noise = static_cast<std::uint64_t>(noise);
    const auto scalar = [&](std::size_t i) { return static_cast<float>(c[i]); };
    const AdamwScalars scalars{
        scalar(0), scalar(1), scalar(2), scalar(3), scalar(4), scalar(5), scalar(6), scalar(7)};
    const bool isFinite = rows ? updateRows(slice, gradient, *rows, (value ? *value : *high).size(0), scalars)
                               : updateDense(slice, gradient, scalars);
    if (!isFinite)
        ++*notFinite.mutable_data_ptr<std::int64_t>();
}

} // namespace

} // namespace mantissa

TORCH_LIBRARY_IMPL(mantissa, CPU, library)
{
    library.impl("adamw_", static_cast<mantissa::AdamwOperator*>(&mantissa::adamwOnCpu));
}
