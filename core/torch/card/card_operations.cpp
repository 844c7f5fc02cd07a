// SPDX-License-Identifier: Apache-2.0
#include "core/torch/card/card_operations.h"

#include "core/torch/card/card_generator.h"
#include "core/torch/card/card_memory.h"
#include "core/torch/card/card_views.h"

#include <ATen/ATen.h>
#include <ATen/EmptyTensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/native/transformers/attention.h>
#include <ATen/ops/_fused_sdp_choice.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/view_native.h>
#include <torch/library.h>

#include <atomic>
#include <string>
#include <unordered_set>

namespace mantissa::card {

namespace {

std::atomic<std::int64_t> operations, copiesToDevice, bytesToDevice, copiesToHost, bytesToHost, reads;

template <class Change> void eachTensor(c10::IValue& value, Change change)
{
    if (value.isTensor()) {
        value = change(value.toTensor());
    } else if (value.isTensorList()) {
        c10::List<at::Tensor> list;
        for (const at::Tensor& tensor : value.toTensorVector())
            list.push_back(change(tensor));
        value = list;
    } else if (value.isOptionalTensorList()) {
        c10::List<std::optional<at::Tensor>> list;
        for (const std::optional<at::Tensor>& tensor : value.toOptionalTensorVector())
            list.push_back(tensor && tensor->defined() ? std::optional(change(*tensor)) : std::nullopt);
        value = list;
    }
}

/// As on a card, indices may come from the host; every other operand must be where the first is.
bool takesHostIndices(const std::string& name)
{
    static const std::unordered_set<std::string> names{"aten::index", "aten::index_put", "aten::index_put_",
        "aten::_index_put_impl_", "aten::_unsafe_index", "aten::_unsafe_index_put", "aten::index_put.out",
        "aten::index.Tensor_out"};
    return names.contains(name);
}

/// Runs the CPU's `kernel` for `op`, whose arguments are on the stack.
void run(const c10::OperatorHandle& op, const c10::OperatorHandle& kernel, torch::jit::Stack* stack)
{
    ++operations;
    Views views;
    bool hasGenerator = false;
    for (std::size_t i = stack->size() - kernel.schema().arguments().size(); i < stack->size(); ++i) {
        c10::IValue& value = (*stack)[i];
        eachTensor(value, [&](const at::Tensor& tensor) { return views.inside(tensor); });
        if (value.isDevice() && value.toDevice().type() == deviceType)
            value = c10::Device(at::kCPU);
        if (value.isGenerator()) {
            TORCH_CHECK(value.toGenerator().device().type() == deviceType,
                "a generator of the CPU was given to the simulated card");
            value = innerGenerator(value.toGenerator());
            hasGenerator = true;
        }
    }
    const std::string& name = op.operator_name().name;
    TORCH_CHECK(!views.hasCards() || !views.hasForeign() || takesHostIndices(name),
        "Expected all tensors to be on the same device, but found some on the simulated card and some on the "
        "cpu (",
        op.operator_name(), ")");
    if (name == "aten::_local_scalar_dense")
        ++reads;
    {
        const GeneratorSwap swap(!hasGenerator && op.hasTag(at::Tag::nondeterministic_seeded));
        const OnCard onCard;
        kernel.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), stack);
    }
    views.finish();
    for (std::size_t i = stack->size() - kernel.schema().returns().size(); i < stack->size(); ++i)
        eachTensor((*stack)[i], [&](const at::Tensor& tensor) { return views.outside(tensor); });
}

void runOnCard(const c10::OperatorHandle& op, torch::jit::Stack* stack) { run(op, op, stack); }

// An accelerator's convolution arrives as "overrideable", which the CPU has under its own name.
void convolve(const c10::OperatorHandle& op, torch::jit::Stack* stack)
{
    static const auto kernel = c10::Dispatcher::singleton().findSchemaOrThrow("aten::convolution", "");
    run(op, kernel, stack);
}

void convolveBackward(const c10::OperatorHandle& op, torch::jit::Stack* stack)
{
    static const auto kernel
        = c10::Dispatcher::singleton().findSchemaOrThrow("aten::convolution_backward", "");
    const auto base = stack->end() - static_cast<std::ptrdiff_t>(op.schema().arguments().size());
    const std::vector<std::int64_t> biasSizes{base->toTensor().size(1)};
    stack->insert(base + 3, c10::IValue(biasSizes));
    run(op, kernel, stack);
}

at::Tensor empty(at::IntArrayRef sizes, std::optional<at::ScalarType> dtype, std::optional<at::Layout>,
    std::optional<at::Device>, std::optional<bool>, std::optional<at::MemoryFormat> format)
{
    return at::detail::empty_generic(sizes, &Memory::instance(),
        c10::DispatchKeySet(c10::DispatchKey::PrivateUse1), c10::dtype_or_default(dtype), format);
}

at::Tensor emptyStrided(at::IntArrayRef sizes, at::IntArrayRef strides, std::optional<at::ScalarType> dtype,
    std::optional<at::Layout>, std::optional<at::Device>, std::optional<bool>)
{
    return at::detail::empty_strided_generic(sizes, strides, &Memory::instance(),
        c10::DispatchKeySet(c10::DispatchKey::PrivateUse1), c10::dtype_or_default(dtype));
}

at::Tensor copyFrom(const at::Tensor& from, const at::Tensor& to, bool)
{
    ++operations;
    const bool crosses = isOnCard(from) != isOnCard(to);
    if (crosses) {
        (isOnCard(to) ? copiesToDevice : copiesToHost) += 1;
        (isOnCard(to) ? bytesToDevice : bytesToHost) += static_cast<std::int64_t>(to.nbytes());
    }
    Views views;
    at::Tensor inner = views.inside(to);
    at::Tensor source = views.inside(from);
    const OnCard onCard;
    // as with CUDA only equal, dense tensors cross; others are made so in device memory
    if (crosses && (from.scalar_type() != to.scalar_type() || !from.is_contiguous() || !to.is_contiguous())) {
        const at::Tensor dense = at::empty(to.sizes(), to.options().device(at::kCPU));
        dense.copy_(source);
        source = dense;
    }
    inner.copy_(source);
    return to;
}

at::Tensor copyFromAndResize(const at::Tensor& from, const at::Tensor& to)
{
    to.resize_(from.sizes());
    return copyFrom(from, to, false);
}

std::int64_t attentionChoice(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const std::optional<at::Tensor>& mask, double dropout, bool isCausal, std::optional<double> scale,
    bool groups)
{
    Views views;
    const auto inner = [&](const at::Tensor& tensor) {
        return views.inside(tensor).detach().requires_grad_(tensor.requires_grad());
    };
    std::optional<at::Tensor> innerMask;
    if (mask && mask->defined())
        innerMask = views.inside(*mask);
    return at::_fused_sdp_choice(
        inner(query), inner(key), inner(value), innerMask, dropout, isCausal, scale, groups);
}

/// Dropout as the CPU puts it together, so that it rounds alike; an accelerator's is one operation.
std::tuple<at::Tensor, at::Tensor> dropout(const at::Tensor& input, double p, std::optional<bool> train)
{
    TORCH_CHECK(train.value_or(true) && p > 0 && p < 1, "dropout outside training on the simulated card");
    Views views;
    const at::Tensor inner = views.inside(input);
    const GeneratorSwap swap(true);
    const OnCard onCard;
    at::Tensor noise = at::empty_like(inner).bernoulli_(1 - p);
    const at::Tensor mask = noise.to(at::kBool);
    return {views.outside(at::mul(inner, noise.div_(1 - p))), views.outside(mask)};
}

at::Tensor dropoutBackward(const at::Tensor& gradient, const at::Tensor& mask, double scale)
{
    Views views;
    const at::Tensor inner = views.inside(gradient);
    const at::Tensor kept = views.inside(mask);
    const OnCard onCard;
    return views.outside(at::mul(inner, kept.to(inner.scalar_type()).div_(1 / scale)));
}

/// What the CPU has a kernel of its own for has one here, so that no operation is put together from others
/// where the CPU does not.
void registerCpuKernels(torch::Library& aten)
{
    static const std::unordered_set<std::string> own{"aten::set_", "aten::copy_", "aten::_to_copy"};
    c10::Dispatcher& dispatcher = c10::Dispatcher::singleton();
    for (const auto& name : dispatcher.getAllOpNames()) {
        const auto op = dispatcher.findSchema(name);
        if (!op || !name.name.starts_with("aten::") || own.contains(name.name)
            || !op->hasKernelForDispatchKey(c10::DispatchKey::CPU)
            || op->hasKernelForDispatchKey(c10::DispatchKey::PrivateUse1))
            continue;
        const std::string full
            = name.overload_name.empty() ? name.name : name.name + "." + name.overload_name;
        aten.impl(full.c_str(), torch::CppFunction::makeFromBoxedFunction<&runOnCard>());
    }
}

} // namespace

void registerOperations()
{
    constexpr auto key = c10::DispatchKey::PrivateUse1;
    static torch::Library everything(torch::Library::IMPL, "_", key, __FILE__, __LINE__);
    everything.fallback(torch::CppFunction::makeFromBoxedFunction<&runOnCard>());
    static torch::Library aten(torch::Library::IMPL, "aten", key, __FILE__, __LINE__);
    aten.impl("empty.memory_format", &empty);
    aten.impl("empty_strided", &emptyStrided);
    aten.impl("_copy_from", &copyFrom);
    aten.impl("_copy_from_and_resize", &copyFromAndResize);
    aten.impl("native_dropout", &dropout);
    aten.impl("native_dropout_backward", &dropoutBackward);
    aten.impl("as_strided", &at::native::as_strided_tensorimpl);
    aten.impl("view", &at::native::view);
    aten.impl("_reshape_alias", &at::native::_reshape_alias);
    aten.impl("convolution_overrideable", torch::CppFunction::makeFromBoxedFunction<&convolve>());
    aten.impl(
        "convolution_backward_overrideable", torch::CppFunction::makeFromBoxedFunction<&convolveBackward>());
    registerCpuKernels(aten);
}

OperationCounts operationCounts()
{
    return {operations, copiesToDevice, bytesToDevice, copiesToHost, bytesToHost, reads};
}

} // namespace mantissa::card

// The choice of an attention kernel has a door of its own in LibTorch.
namespace at::native {
namespace {
RegisterPRIVATEUSE1Dispatch<struct _fused_sdp_choice_stub_DECLARE_DISPATCH_type> choiceOfCard(
    _fused_sdp_choice_stub, &mantissa::card::attentionChoice);
}
} // namespace at::native
