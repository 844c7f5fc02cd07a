// SPDX-License-Identifier: Apache-2.0
#include "core/record/held_plan.h"

namespace mantissa {

HeldPlan heldPlan(const PresetChoices& choices, Phase phase)
{
    const ResolvedPlan plan = choices.resolve(phase);
    const Precision form = plan.weights == Tier::Device ? plan.compute : Precision::Bf16;
    HeldPlan held;
    held.weights = {.format = std::string(nameOf(form)), .tier = plan.weights};
    if (form != Precision::Fp32 && choices.master == Master::Exact)
        held.remainder = {.format = "int16", .tier = plan.remainder};
    held.moments = {.format = choices.moments == MomentsFormat::Int8 ? "int8" : "fp32", .tier = plan.moments};
    return held;
}

bool isAsPlanned(const TensorsHeld& held, const TensorsHeld& planned)
{
    return held.format == planned.format && (held.format.empty() || held.tier == planned.tier);
}

} // namespace mantissa
