// SPDX-License-Identifier: Apache-2.0
#include "core/torch/operators/operators.h"

#include "core/torch/kernels/operator_types.h"
#include "core/torch/operators/optional_tensor.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

#include <array>
#include <optional>

namespace mantissa::ops {

namespace {

template <class Signature> auto operatorNamed(const char* name)
{
    return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

} // namespace

bool areThere(c10::DeviceType type)
{
    // every device of LibTorch's own kind runs the CPU's kernels
    if (type == c10::DeviceType::CPU || type == c10::DeviceType::PrivateUse1)
        return true;
    return c10::Dispatcher::singleton()
        .findSchemaOrThrow("mantissa::adamw_", "")
        .hasKernelForDispatchKey(c10::computeDispatchKey(std::nullopt, at::kStrided, c10::Device(type)));
}

at::Tensor pairCounts(at::Device device)
{
    return at::zeros({2}, at::TensorOptions().dtype(at::kLong).device(device));
}

void split(const at::Tensor& from, const at::Tensor& high, const at::Tensor& low, const at::Tensor& counts,
    const at::Tensor& escapes)
{
    static const auto op = operatorNamed<void(const at::Tensor&, const at::Tensor&, const at::Tensor&,
        const at::Tensor&, const Maybe&)>("mantissa::split_");
    op.call(from, high, low, counts, maybe(escapes));
}

void join(const at::Tensor& high, const at::Tensor& low, const at::Tensor& to, const at::Tensor& counts)
{
    static const auto op = operatorNamed<JoinOperator>("mantissa::join_");
    op.call(high, low, to, counts);
}

void adamw(const AdamwState& state, const at::Tensor& gradient, const at::Tensor& rows, const AdamwScalars& s,
    const AdamwChance& chance, const at::Tensor& notFinite)
{
    static const auto op = operatorNamed<AdamwOperator>("mantissa::adamw_");
    const std::array<double, 8> scalars{s.decay, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, s.stepSize,
        s.rootCorrection, s.epsilon, s.gradientScale};
    op.call(maybe(state.value), maybe(state.high), maybe(state.low), state.m, state.v, maybe(state.mScale),
        maybe(state.vScale), gradient, maybe(rows), scalars, chance.isStochastic,
        static_cast<std::int64_t>(chance.noise), notFinite);
}

at::Tensor windows(const at::Tensor& from, const at::Tensor& low, std::int64_t stretch, std::int64_t window,
    std::int64_t offset)
{
    static const auto op = operatorNamed<WindowsOperator>("mantissa::windows");
    return op.call(from, maybe(low), stretch, window, offset);
}

void lossRows(
    const at::Tensor& logits, const at::Tensor& targets, double scale, bool gradient, const at::Tensor& loss)
{
    static const auto op = operatorNamed<LossRowsOperator>("mantissa::loss_rows_");
    op.call(logits, targets, scale, gradient, loss);
}

} // namespace mantissa::ops

TORCH_LIBRARY(mantissa, library)
{
    library.def(
        "split_(Tensor from, Tensor(a!) high, Tensor(b!) low, Tensor(c!) counts, Tensor(d!)? escapes) -> ()");
    library.def("join_(Tensor high, Tensor low, Tensor(a!) to, Tensor(b!) counts) -> ()");
    library.def("adamw_(Tensor(a!)? value, Tensor(b!)? high, Tensor(c!)? low, Tensor(d!) m, Tensor(e!) v, "
                "Tensor(f!)? m_scale, Tensor(g!)? v_scale, Tensor gradient, Tensor? rows, float[] scalars, "
                "bool stochastic, int noise, Tensor(h!) not_finite) -> ()");
    library.def("windows(Tensor from, Tensor? low, int stretch, int window, int offset) -> Tensor");
    library.def(
        "loss_rows_(Tensor(a!) logits, Tensor targets, float scale, bool gradient, Tensor(b!) loss) -> ()");
}
