// SPDX-License-Identifier: Apache-2.0
#include "core/torch/weights/unit_layout.h"

#include "core/torch/weights/adamw_kernel.h"

namespace mantissa {

namespace {

constexpr std::int64_t page = 4096;
constexpr std::int64_t block = momentBlock;

std::int64_t roundedUp(std::int64_t value, std::int64_t step) { return (value + step - 1) / step * step; }

} // namespace

std::int64_t elementsOf(const ParameterSpec& spec) { return TensorShape{spec.name, spec.sizes}.elements(); }

MomentsFormat momentsFormatOf(const ParameterSpec& spec, MomentsFormat chosen)
{
    return spec.keepsFp32Moments ? MomentsFormat::Fp32 : chosen;
}

BlockLayout layoutOf(std::span<const ParameterSpec> specs, MomentsFormat moments)
{
    BlockLayout layout;
    std::int64_t elements = 0;
    for (const ParameterSpec& spec : specs) {
        layout.tensors.push_back({.high = 2 * elements, .low = 2 * elements});
        elements += roundedUp(elementsOf(spec), block);
    }
    layout.unit.remainder = roundedUp(2 * elements, page);
    layout.unit.moments = 2 * layout.unit.remainder;
    std::int64_t at = layout.unit.moments;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        TensorPlace& place = layout.tensors[i];
        place.low += layout.unit.remainder;
        const std::int64_t n = roundedUp(elementsOf(specs[i]), block);
        const bool isInt8 = momentsFormatOf(specs[i], moments) == MomentsFormat::Int8;
        const std::int64_t width = isInt8 ? 1 : 4;
        place.m = at;
        place.v = at + n * width;
        at += 2 * n * width;
        if (isInt8) {
            const std::int64_t scales = roundedUp(n / block * 4, 64);
            place.mScale = at;
            place.vScale = at + scales;
            at += 2 * scales;
        }
    }
    layout.unit.end = roundedUp(at, page);
    return layout;
}

} // namespace mantissa
