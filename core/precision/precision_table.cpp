// SPDX-License-Identifier: Apache-2.0
#include "core/precision/precision_table.h"

namespace mantissa {

PrecisionTable PrecisionTable::with(Phase phase, const PhasePlan& plan) const
{
    PrecisionTable changed = *this;
    changed.m_plans[indexOf(phase)] = plan;
    return changed;
}

PrecisionTable PrecisionTable::withEnabled(bool enabled) const
{
    PrecisionTable changed = *this;
    changed.m_enabled = enabled;
    return changed;
}

PrecisionTable PrecisionTable::withAuto(bool recommend) const
{
    PrecisionTable changed = *this;
    changed.m_auto = recommend;
    return changed;
}

PrecisionTable PrecisionTable::withDefault(Precision precision) const
{
    PrecisionTable changed = *this;
    changed.m_default = precision;
    return changed;
}

ResolvedPlan PrecisionTable::resolve(Phase phase) const
{
    const PhasePlan& plan = at(phase);
    const Precision compute = !m_enabled ? Precision::Fp32
        : plan.compute                   ? *plan.compute
        : m_auto                         ? recommendedPrecision(phase)
                                         : m_default;
    const Precision gradients = plan.gradients == GradientFormat::Fp32 ? Precision::Fp32 : compute;
    return {compute, gradients, plan.activations, plan.weights, plan.remainder, plan.moments};
}

double timeAveragedWidth(const PrecisionTable& table, const std::array<double, allPhases.size()>& shares)
{
    double total = 0;
    double weighted = 0;
    for (const Phase phase : allPhases) {
        const double share = shares[indexOf(phase)];
        total += share;
        weighted += share * static_cast<double>(bytesPerElement(table.resolve(phase).compute)) / 4.0;
    }
    return total > 0 ? weighted / total : 1.0;
}

} // namespace mantissa
