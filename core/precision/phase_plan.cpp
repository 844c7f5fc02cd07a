// SPDX-License-Identifier: Apache-2.0
#include "core/precision/phase_plan.h"

#include <fmt/format.h>

namespace mantissa {

std::string_view nameOf(GradientFormat format) { return format == GradientFormat::SameAsCompute ? "same" : "fp32"; }
std::string_view nameOf(ActivationPolicy policy) { return policy == ActivationPolicy::Keep ? "keep" : "recompute"; }

Result<GradientFormat> parseGradientFormat(std::string_view name)
{
    if (name == "same")
        return GradientFormat::SameAsCompute;
    if (name == "fp32")
        return GradientFormat::Fp32;
    return fail(fmt::format("'{}' is no gradient format; expected same or fp32", name), ExitCode::Usage);
}

Result<ActivationPolicy> parseActivationPolicy(std::string_view name)
{
    if (name == "keep")
        return ActivationPolicy::Keep;
    if (name == "recompute")
        return ActivationPolicy::Recompute;
    return fail(fmt::format("'{}' is no way to treat activations; expected keep or recompute", name), ExitCode::Usage);
}

} // namespace mantissa
