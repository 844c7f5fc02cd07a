// SPDX-License-Identifier: Apache-2.0
#include "core/precision/phase_plan.h"

#include <fmt/format.h>

namespace mantissa {

std::string_view nameOf(GradientFormat format)
{
    return format == GradientFormat::SameAsCompute ? "same" : "fp32";
}
std::string_view nameOf(ActivationPolicy policy)
{
    return policy == ActivationPolicy::Keep ? "keep" : "recompute";
}

std::string_view nameOf(Execution execution) { return execution == Execution::Whole ? "whole" : "layerwise"; }

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
    return fail(fmt::format("'{}' is no way to treat activations; expected keep or recompute", name),
        ExitCode::Usage);
}

Result<Execution> parseExecution(std::string_view name)
{
    if (name == "whole")
        return Execution::Whole;
    if (name == "layerwise")
        return Execution::Layerwise;
    return fail(fmt::format("'{}' is no execution; expected whole or layerwise", name), ExitCode::Usage);
}

bool restsOnDisk(const ResolvedPlan& plan)
{
    return plan.weights == Tier::Disk && plan.moments == Tier::Disk && plan.execution == Execution::Layerwise
        && plan.releaseGradients;
}

} // namespace mantissa
