// SPDX-License-Identifier: Apache-2.0
#include "core/torch/state/unit_layout.h"

#include "core/torch/optim/adamw_kernel.h"

#include <ATen/ATen.h>

namespace mantissa {

namespace {

constexpr std::int64_t momentsBlock = momentBlock;

} // namespace

BlockLayout layoutOf(std::span<const TensorDescription> specs, MomentsFormat moments)
{
    BlockLayout layout;
    std::int64_t elements = 0;
    for (const TensorDescription& spec : specs) {
        layout.tensors.push_back({.high = 2 * elements, .low = 2 * elements});
        elements += roundedUp(spec.elements(), momentsBlock);
    }
    layout.unit.remainder = roundedUp(2 * elements, filePage);
    layout.unit.moments = 2 * layout.unit.remainder;
    std::int64_t at = layout.unit.moments;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        TensorPlace& place = layout.tensors[i];
        place.low += layout.unit.remainder;
        if (!specs[i].trains)
            continue;
        const std::int64_t n = roundedUp(specs[i].elements(), momentsBlock);
        const bool isInt8 = momentsFormatOf(specs[i], moments) == MomentsFormat::Int8;
        const std::int64_t width = isInt8 ? 1 : 4;
        place.m = at;
        place.v = at + n * width;
        at += 2 * n * width;
        if (isInt8) {
            const std::int64_t scales = roundedUp(n / momentsBlock * 4, 64);
            place.mScale = at;
            place.vScale = at + scales;
            at += 2 * scales;
        }
    }
    layout.unit.end = roundedUp(at, filePage);
    return layout;
}

namespace {

BlockLayout layoutOfParameters(std::span<const Parameter> parameters, MomentsFormat moments)
{
    std::vector<TensorDescription> specs;
    for (const Parameter& parameter : parameters)
        specs.push_back(parameter.spec);
    return layoutOf(specs, moments);
}

void copyUnlessSame(at::Tensor view, const at::Tensor& tensor)
{
    if (tensor.defined() && view.const_data_ptr() != tensor.const_data_ptr())
        view.copy_(tensor);
}

} // namespace

BlockViews::BlockViews(std::span<const Parameter> parameters, const StateFormat& format, at::Tensor bytes)
    : m_block(parameters)
    , m_layout(layoutOfParameters(parameters, format.moments))
    , m_bytes(std::move(bytes))
{
}

at::Tensor BlockViews::view(
    std::int64_t offset, at::ScalarType type, const std::vector<std::int64_t>& sizes) const
{
    const std::int64_t n = c10::multiply_integers(sizes);
    return m_bytes.narrow(0, offset, n * static_cast<std::int64_t>(c10::elementSize(type)))
        .view(type)
        .view(sizes);
}

at::Tensor BlockViews::high(std::size_t i) const
{
    return view(m_layout.tensors[i].high, scalarTypeOf(m_block[i].form()), m_block[i].spec.sizes);
}

at::Tensor BlockViews::low(std::size_t i) const
{
    return view(m_layout.tensors[i].low, at::kShort, m_block[i].spec.sizes);
}

Moments BlockViews::moments(std::size_t i) const
{
    const TensorPlace& place = m_layout.tensors[i];
    const TensorDescription& spec = m_block[i].spec;
    if (place.m < 0)
        return {};
    if (place.mScale < 0)
        return {.m = view(place.m, at::kFloat, spec.sizes), .v = view(place.v, at::kFloat, spec.sizes)};
    const std::int64_t scales = (spec.elements() + momentsBlock - 1) / momentsBlock;
    return {.m = view(place.m, at::kChar, spec.sizes),
        .v = view(place.v, at::kByte, spec.sizes),
        .mScale = view(place.mScale, at::kFloat, {scales}),
        .vScale = view(place.vScale, at::kFloat, {scales})};
}

void BlockViews::fill(std::size_t i, Parameter& parameter, Parts parts) const
{
    if (has(parts, Parts::Weights))
        copyUnlessSame(high(i), parameter.value);
    if (has(parts, Parts::Remainder))
        copyUnlessSame(low(i), parameter.low);
    if (!has(parts, Parts::Moments))
        return;
    Moments room = moments(i);
    const auto to = room.parts();
    const auto from = parameter.moments.parts();
    for (std::size_t part = 0; part < from.size(); ++part)
        copyUnlessSame(*to[part].second, *from[part].second);
}

} // namespace mantissa
