// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/blocks/rotation.h"

#include "core/torch/memory/tier_scope.h"
#include "core/torch/models/fused.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mantissa {

namespace {

/// The pair whose wave is as long as `turns` of it fill the original context (Peng et al. 2023).
double pairOf(const RotaryForm& form, double turns)
{
    return static_cast<double>(form.width) * std::log(form.originalContext / (turns * 2 * std::numbers::pi))
        / (2 * std::log(form.base));
}

/// Fast pairs stay, slow ones turn slower by the factor, and a ramp joins them.
at::Tensor yarn(const RotaryForm& form, const at::Tensor& plain)
{
    double low = pairOf(form, form.high);
    double high = pairOf(form, form.low);
    if (form.roundsOutward) {
        low = std::floor(low);
        high = std::ceil(high);
    }
    low = std::max(low, 0.0);
    high = std::min(high, static_cast<double>(form.width - 1));
    if (low == high)
        high += 0.001; // as the reference keeps the ramp from having no width
    const at::Tensor ramp = ((at::arange(form.width / 2, plain.options()) - low) / (high - low)).clamp(0, 1);
    return plain / form.factor * ramp + plain * (1 - ramp);
}

/// By the length of a pair's wave in positions (Llama 3.1).
at::Tensor llama3(const RotaryForm& form, const at::Tensor& plain)
{
    const at::Tensor wave = 2 * std::numbers::pi / plain;
    const at::Tensor slow = at::where(wave > form.originalContext / form.low, plain / form.factor, plain);
    const at::Tensor smooth = (form.originalContext / wave - form.low) / (form.high - form.low);
    const at::Tensor between = (1 - smooth) * slow / form.factor + smooth * slow;
    const at::Tensor isBetween
        = (wave >= form.originalContext / form.high).logical_and(wave <= form.originalContext / form.low);
    return at::where(isBetween, between, slow);
}

/// Radians a position, of each pair: [width / 2] in FP32.
at::Tensor frequencies(const RotaryForm& form, std::int64_t length, const at::TensorOptions& options)
{
    const at::Tensor exponent = at::arange(0, form.width, 2, options) / static_cast<double>(form.width);
    at::Tensor power = at::pow(form.base, exponent);
    if (form.kind == RotaryKind::LongRope) {
        const auto& factors
            = static_cast<double>(length) > form.originalContext ? form.longFactors : form.shortFactors;
        power = power * at::tensor(factors, at::kDouble).to(options);
    }
    const at::Tensor plain = 1.0 / power;
    switch (form.kind) {
    case RotaryKind::Linear:
        return plain / form.factor;
    case RotaryKind::Llama3:
        return llama3(form, plain);
    case RotaryKind::Yarn:
        return yarn(form, plain);
    case RotaryKind::Plain:
    case RotaryKind::LongRope:
        break;
    }
    return plain;
}

} // namespace

Rotation::Rotation(const RotaryForm& form, std::int64_t first, std::int64_t length, const at::Tensor& like)
    : m_width(form.width)
{
    const PurposeScope purpose(MemoryClass::Workspace);
    const auto options = like.options().dtype(at::kFloat).requires_grad(false);
    const at::Tensor angle
        = at::outer(at::arange(first, first + length, options), frequencies(form, first + length, options))
              .view({1, length, 1, form.width / 2});
    const auto rounded = [&](at::Tensor x) {
        if (form.amplitude != 1)
            x = x * form.amplitude;
        return form.keepsFp32 ? x : x.to(like.scalar_type());
    };
    m_cosine = rounded(angle.cos());
    m_sine = rounded(angle.sin());
}

at::Tensor Rotation::applied(const at::Tensor& x) const
{
    if (fuses(x))
        return fusedRotation(x, m_cosine.to(at::kFloat).view({x.size(1), m_width / 2}),
            m_sine.to(at::kFloat).view({x.size(1), m_width / 2}));
    const bool isWhole = m_width == x.size(-1);
    const auto halves = (isWhole ? x : x.narrow(-1, 0, m_width)).chunk(2, -1);
    const at::Tensor left = halves[0] * m_cosine - halves[1] * m_sine;
    const at::Tensor right = halves[1] * m_cosine + halves[0] * m_sine;
    const at::Tensor turned = isWhole
        ? at::cat({left, right}, -1)
        : at::cat({left, right, x.narrow(-1, m_width, x.size(-1) - m_width)}, -1);
    return turned.to(x.scalar_type()); // those that turned in FP32 are rounded here
}

} // namespace mantissa
