// SPDX-License-Identifier: Apache-2.0
// The kernels of a card as LibTorch's operators. The engine's library says what they are (TORCH_LIBRARY) and
// has the CPU's; this one is loaded after libtorch_cuda. An operator takes all that it needs before the first
// bit changes, and waits for nothing.

#include "core/torch/cuda/launches.h"
#include "core/torch/kernels/operator_types.h"

#include <ATen/ops/empty.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <torch/library.h>

namespace mantissa {

namespace {

/// A tensor that a kernel reads or writes: of one type, without gaps, on the card of the others.
void check(const at::Tensor& tensor, const char* name, at::ScalarType type, std::int64_t elements,
    const at::Device& device)
{
    TORCH_CHECK(tensor.device() == device, name, " is on ", tensor.device(), " and the operator works on ",
        device, "; move it there");
    TORCH_CHECK(
        tensor.scalar_type() == type, name, " is ", tensor.scalar_type(), "; the operator expects ", type);
    TORCH_CHECK(
        tensor.is_contiguous(), name, " has gaps or another order; the operator takes contiguous ones");
    TORCH_CHECK(tensor.numel() == elements, name, " has ", tensor.numel(), " elements; the operator expects ",
        elements);
}

template <class T> T* room(const at::Tensor& tensor) { return static_cast<T*>(tensor.mutable_data_ptr()); }
template <class T> T* room(const std::optional<at::Tensor>& tensor)
{
    return tensor ? room<T>(*tensor) : nullptr;
}
template <class T> const T* values(const at::Tensor& tensor)
{
    return static_cast<const T*>(tensor.const_data_ptr());
}

std::size_t size(std::int64_t elements) { return static_cast<std::size_t>(elements); }

cudaStream_t streamOf(const at::Tensor& tensor)
{
    return c10::cuda::getCurrentCUDAStream(tensor.get_device()).stream();
}

/// Whether the number of a pair is BF16, or else FP16.
bool isBf16(const at::Tensor& high)
{
    TORCH_CHECK(high.scalar_type() == at::kBFloat16 || high.scalar_type() == at::kHalf,
        "the number of a pair is ", high.scalar_type(), "; expected BF16 or FP16");
    return high.scalar_type() == at::kBFloat16;
}

void split(const at::Tensor& from, const at::Tensor& high, const at::Tensor& low, const at::Tensor& counts,
    const std::optional<at::Tensor>& escapes)
{
    const bool bf16 = isBf16(high);
    const std::int64_t n = from.numel();
    check(from, "what is split", at::kFloat, n, from.device());
    check(high, "the number of the pair", high.scalar_type(), n, from.device());
    check(low, "the remainder", at::kShort, n, from.device());
    check(counts, "the tensor of counts", at::kLong, 2, from.device());
    EscapeList list;
    if (escapes) {
        TORCH_CHECK(escapes->dim() == 2 && escapes->size(1) == 2, "the list of escapes has the shape ",
            escapes->sizes(), "; expected rows of {element, bits}");
        check(*escapes, "the list of escapes", at::kLong, escapes->numel(), from.device());
        list = {room<std::int64_t>(*escapes), size(escapes->size(0))};
    }
    const c10::cuda::CUDAGuard guard(from.device());
    if (bf16)
        C10_CUDA_CHECK(launchSplitBf16(values<float>(from), room<std::uint16_t>(high),
            room<std::uint16_t>(low), size(n), room<DeviceCount>(counts), streamOf(from)));
    else
        C10_CUDA_CHECK(launchSplitFp16(values<float>(from), room<std::uint16_t>(high),
            room<std::int16_t>(low), size(n), room<DeviceCount>(counts), list, streamOf(from)));
}

void join(const at::Tensor& high, const at::Tensor& low, const at::Tensor& to, const at::Tensor& counts)
{
    const bool bf16 = isBf16(high);
    const std::int64_t n = to.numel();
    check(to, "what is joined", at::kFloat, n, to.device());
    check(high, "the number of the pair", high.scalar_type(), n, to.device());
    check(low, "the remainder", at::kShort, n, to.device());
    check(counts, "the tensor of counts", at::kLong, 2, to.device());
    const c10::cuda::CUDAGuard guard(to.device());
    if (bf16)
        C10_CUDA_CHECK(launchJoinBf16(values<std::uint16_t>(high), values<std::uint16_t>(low),
            room<float>(to), size(n), room<DeviceCount>(counts), streamOf(to)));
    else
        C10_CUDA_CHECK(launchJoinFp16(
            values<std::uint16_t>(high), values<std::int16_t>(low), room<float>(to), size(n), streamOf(to)));
}

/// In the order of the fields of AdamwScalars.
AdamwScalars scalarsOf(c10::ArrayRef<double> scalars)
{
    TORCH_CHECK(scalars.size() == 8, "an update has 8 scalars; ", scalars.size(), " are given");
    const auto at = [&](std::size_t i) { return static_cast<float>(scalars[i]); };
    return {.decay = at(0),
        .oneMinusBeta1 = at(1),
        .beta2 = at(2),
        .oneMinusBeta2 = at(3),
        .stepSize = at(4),
        .rootCorrection = at(5),
        .epsilon = at(6),
        .gradientScale = at(7)};
}

/// The weight in the slice; returns the tensor whose elements it has.
at::Tensor takeWeight(AdamwSlice& slice, const std::optional<at::Tensor>& value,
    const std::optional<at::Tensor>& high, const std::optional<at::Tensor>& low)
{
    TORCH_CHECK(value.has_value() != high.has_value(), "a weight is FP32 or a BF16 number; ",
        value ? "both are given" : "neither is given");
    const at::Tensor weight = value ? *value : *high;
    check(weight, "the weight", value ? at::kFloat : at::kBFloat16, weight.numel(), weight.device());
    TORCH_CHECK(!(value && low), "an FP32 weight has no remainder");
    if (low)
        check(*low, "the remainder", at::kShort, weight.numel(), weight.device());
    slice.value = room<float>(value);
    slice.high = room<std::uint16_t>(high);
    slice.low = room<std::uint16_t>(low);
    slice.n = size(weight.numel());
    return weight;
}

void takeMoments(AdamwSlice& slice, const at::Tensor& weight, const at::Tensor& m, const at::Tensor& v,
    const std::optional<at::Tensor>& mScale, const std::optional<at::Tensor>& vScale)
{
    const std::int64_t n = weight.numel();
    TORCH_CHECK(
        mScale.has_value() == vScale.has_value(), "int8 moments have two tensors of scales; one is given");
    const bool isInt8 = mScale.has_value();
    check(m, "the first moment", isInt8 ? at::kChar : at::kFloat, n, weight.device());
    check(v, "the second moment", isInt8 ? at::kByte : at::kFloat, n, weight.device());
    if (!isInt8) {
        slice.m = room<float>(m);
        slice.v = room<float>(v);
        return;
    }
    constexpr auto block = static_cast<std::int64_t>(momentBlock);
    check(*mScale, "the first moment's scales", at::kFloat, (n + block - 1) / block, weight.device());
    check(*vScale, "the second moment's scales", at::kFloat, (n + block - 1) / block, weight.device());
    slice.m8 = room<std::int8_t>(m);
    slice.v8 = room<std::uint8_t>(v);
    slice.mScale = room<float>(mScale);
    slice.vScale = room<float>(vScale);
}

GradientRows takeGradient(AdamwSlice& slice, const at::Tensor& weight, const at::Tensor& gradient,
    const std::optional<at::Tensor>& rows)
{
    const bool isFloat = gradient.scalar_type() == at::kFloat;
    GradientRows result;
    std::int64_t expected = weight.numel();
    if (rows) {
        TORCH_CHECK(weight.dim() == 2 && gradient.dim() == 2 && gradient.size(1) == weight.size(1),
            "the gradient of some rows has the shape ", gradient.sizes(), " and the table ", weight.sizes());
        TORCH_CHECK(!slice.m8, "int8 moments take no gradient of rows; make it dense");
        check(*rows, "the list of rows", at::kLong, gradient.size(0), weight.device());
        expected = gradient.numel();
        result = {values<std::int64_t>(*rows), size(rows->numel()), size(weight.size(1))};
    }
    check(gradient, "the gradient", isFloat ? at::kFloat : at::kBFloat16, expected, weight.device());
    if (isFloat)
        slice.gradient = values<float>(gradient);
    else
        slice.gradient16 = values<std::uint16_t>(gradient);
    return result;
}

void adamw(const std::optional<at::Tensor>& value, const std::optional<at::Tensor>& high,
    const std::optional<at::Tensor>& low, const at::Tensor& m, const at::Tensor& v,
    const std::optional<at::Tensor>& mScale, const std::optional<at::Tensor>& vScale,
    const at::Tensor& gradient, const std::optional<at::Tensor>& rows, c10::ArrayRef<double> scalars,
    bool stochastic, std::int64_t noise, const at::Tensor& notFinite)
{
    AdamwSlice slice{.isStochastic = stochastic, .noise = static_cast<std::uint64_t>(noise)};
    const at::Tensor weight = takeWeight(slice, value, high, low);
    takeMoments(slice, weight, m, v, mScale, vScale);
    const GradientRows known = takeGradient(slice, weight, gradient, rows);
    const AdamwScalars all = scalarsOf(scalars);
    check(notFinite, "the count of what is not finite", at::kLong, 1, weight.device());
    const c10::cuda::CUDAGuard guard(weight.device());
    C10_CUDA_CHECK(launchAdamw(slice, all, known, room<DeviceCount>(notFinite), streamOf(weight)));
}

ElementFormat formatOf(const at::Tensor& tensor)
{
    switch (tensor.scalar_type()) {
    case at::kFloat:
        return ElementFormat::Fp32;
    case at::kBFloat16:
        return ElementFormat::Bf16;
    case at::kHalf:
        return ElementFormat::Fp16;
    default:
        TORCH_CHECK(false, "windows are of FP32, BF16 or FP16 elements; these are ", tensor.scalar_type());
    }
}

at::Tensor windows(const at::Tensor& from, const std::optional<at::Tensor>& low, std::int64_t stretch,
    std::int64_t window, std::int64_t offset)
{
    TORCH_CHECK(window >= 1 && window <= stretch && offset >= 0, "a window of ", window, " in a stretch of ",
        stretch, " at ", offset, " is none");
    const c10::cuda::CUDAGuard guard(from.device());
    WindowLook look{.format = formatOf(from),
        .n = size(from.numel()),
        .stretch = size(stretch),
        .window = size(window),
        .offset = size(offset)};
    check(from, "what is looked at", from.scalar_type(), from.numel(), from.device());
    if (low) {
        TORCH_CHECK(look.format != ElementFormat::Fp32, "an FP32 tensor has no remainder");
        check(*low, "the remainder", at::kShort, from.numel(), from.device());
        look.low = values<std::uint16_t>(*low);
    }
    look.from = from.const_data_ptr();
    at::Tensor to
        = at::empty({static_cast<std::int64_t>(elementsLookedAt(look))}, from.options().dtype(at::kFloat));
    C10_CUDA_CHECK(launchWindows(look, room<float>(to), streamOf(from)));
    return to;
}

void lossRows(
    const at::Tensor& logits, const at::Tensor& targets, double scale, bool gradient, const at::Tensor& loss)
{
    TORCH_CHECK(
        logits.dim() == 2, "logits have the shape ", logits.sizes(), "; expected rows of a vocabulary");
    check(logits, "the tensor of logits", at::kFloat, logits.numel(), logits.device());
    check(targets, "the tensor of targets", at::kLong, logits.size(0), logits.device());
    check(loss, "the loss", at::kDouble, 1, logits.device());
    const c10::cuda::CUDAGuard guard(logits.device());
    const LossRows rows{.logits = room<float>(logits),
        .targets = values<std::int64_t>(targets),
        .rows = size(logits.size(0)),
        .vocab = size(logits.size(1)),
        .scale = static_cast<float>(scale),
        .gradient = gradient};
    const at::Tensor partials
        = at::empty({static_cast<std::int64_t>(lossPartials(rows.rows))}, loss.options());
    C10_CUDA_CHECK(launchLossRows(rows, room<double>(partials), room<double>(loss), streamOf(logits)));
}

} // namespace

TORCH_LIBRARY_IMPL(mantissa, CUDA, library)
{
    library.impl("split_", static_cast<SplitOperator*>(&split));
    library.impl("join_", static_cast<JoinOperator*>(&join));
    library.impl("adamw_", static_cast<AdamwOperator*>(&adamw));
    library.impl("windows", static_cast<WindowsOperator*>(&windows));
    library.impl("loss_rows_", static_cast<LossRowsOperator*>(&lossRows));
}

} // namespace mantissa
