// SPDX-License-Identifier: Apache-2.0
#include "core/torch/operators/fused_operators.h"

#include "core/torch/operators/optional_tensor.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

#include <optional>

namespace mantissa::ops {

namespace {

/// The operator of this name, called with arguments of exactly these types.
template <class... Arguments> void call(const c10::OperatorHandle& handle, const Arguments&... arguments)
{
    torch::jit::Stack stack;
    stack.reserve(sizeof...(arguments));
    (stack.emplace_back(arguments), ...);
    handle.callBoxed(stack);
}

c10::OperatorHandle operatorNamed(const char* name)
{
    return c10::Dispatcher::singleton().findSchemaOrThrow(name, "");
}

} // namespace

void attention(const AttentionOperands& o)
{
    static const auto op = operatorNamed("mantissa::attention_");
    call(op, o.query, o.key, o.value, o.output, o.logSumExp, o.scale, o.window);
}

void attentionBackward(const at::Tensor& toOutput, const AttentionOperands& o, const at::Tensor& toQuery,
    const at::Tensor& toKey, const at::Tensor& toValue)
{
    static const auto op = operatorNamed("mantissa::attention_backward_");
    call(op, toOutput, o.query, o.key, o.value, o.output, o.logSumExp, toQuery, toKey, toValue, o.scale,
        o.window);
}

void activation(std::int64_t kind, const at::Tensor& gate, const at::Tensor& up, const at::Tensor& output)
{
    static const auto op = operatorNamed("mantissa::activation_");
    call(op, kind, gate, maybe(up), output);
}

void activationBackward(std::int64_t kind, const at::Tensor& toOutput, const at::Tensor& gate,
    const at::Tensor& up, const at::Tensor& toGate, const at::Tensor& toUp)
{
    static const auto op = operatorNamed("mantissa::activation_backward_");
    call(op, kind, toOutput, gate, maybe(up), toGate, maybe(toUp));
}

void norm(const NormOperands& o, const at::Tensor& output)
{
    static const auto op = operatorNamed("mantissa::norm_");
    call(op, o.input, maybe(o.weight), maybe(o.bias), output, maybe(o.mean), o.factor, o.epsilon,
        o.weightOffset);
}

void normBackward(const at::Tensor& toOutput, const NormOperands& o, const at::Tensor& toInput,
    const at::Tensor& toWeight, const at::Tensor& toBias)
{
    static const auto op = operatorNamed("mantissa::norm_backward_");
    call(op, toOutput, o.input, maybe(o.weight), maybe(o.mean), o.factor, toInput, maybe(toWeight),
        maybe(toBias), o.weightOffset);
}

void pool(const at::Tensor& map, const at::Tensor& pooled, const at::Tensor& places)
{
    static const auto op = operatorNamed("mantissa::pool_");
    call(op, map, pooled, places);
}

void poolBackward(const at::Tensor& toPooled, const at::Tensor& places, const at::Tensor& toMap)
{
    static const auto op = operatorNamed("mantissa::pool_backward_");
    call(op, toPooled, places, toMap);
}

void rotation(const at::Tensor& input, const at::Tensor& cosine, const at::Tensor& sine,
    const at::Tensor& output, bool turnsBack)
{
    static const auto op = operatorNamed("mantissa::rotation_");
    call(op, input, cosine, sine, output, turnsBack);
}

} // namespace mantissa::ops

TORCH_LIBRARY_FRAGMENT(mantissa, library)
{
    library.def("pool_(Tensor map, Tensor(a!) pooled, Tensor(b!) places) -> ()");
    library.def("pool_backward_(Tensor to_pooled, Tensor places, Tensor(a!) to_map) -> ()");
    library.def("attention_(Tensor query, Tensor key, Tensor value, Tensor(a!) output, "
                "Tensor(b!) log_sum_exp, float scale, int window) -> ()");
    library.def(
        "attention_backward_(Tensor to_output, Tensor query, Tensor key, Tensor value, Tensor output, "
        "Tensor log_sum_exp, Tensor(a!) to_query, Tensor(b!) to_key, Tensor(c!) to_value, "
        "float scale, int window) -> ()");
    library.def("activation_(int kind, Tensor gate, Tensor? up, Tensor(a!) output) -> ()");
    library.def("activation_backward_(int kind, Tensor to_output, Tensor gate, Tensor? up, "
                "Tensor(a!) to_gate, Tensor(b!)? to_up) -> ()");
    library.def("norm_(Tensor input, Tensor? weight, Tensor? bias, Tensor(a!) output, Tensor(b!)? mean, "
                "Tensor(c!) factor, float epsilon, float weight_offset) -> ()");
    library.def(
        "norm_backward_(Tensor to_output, Tensor input, Tensor? weight, Tensor? mean, Tensor factor, "
        "Tensor(a!) to_input, Tensor(b!)? to_weight, Tensor(c!)? to_bias, float weight_offset) -> ()");
    library.def(
        "rotation_(Tensor input, Tensor cosine, Tensor sine, Tensor(a!) output, bool turns_back) -> ()");
}
