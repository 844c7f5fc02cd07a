// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which formats and places each phase uses. An immutable value: a table handed to a running trainer never
// moves under it.

#include "core/precision/phase.h"
#include "core/precision/phase_plan.h"

#include <array>

namespace mantissa {

class PrecisionTable { // value-initialized: auto in every phase
public:
    const PhasePlan& at(Phase phase) const { return m_plans[indexOf(phase)]; }
    bool isEnabled() const { return m_enabled; }
    bool isAuto() const { return m_auto; }
    Precision defaultPrecision() const { return m_default; }

    [[nodiscard]] PrecisionTable with(Phase phase, const PhasePlan& plan) const;
    /// Off: compute and gradients are FP32 in every phase, the choices are kept.
    [[nodiscard]] PrecisionTable withEnabled(bool enabled) const;
    [[nodiscard]] PrecisionTable withAuto(bool recommend) const;
    [[nodiscard]] PrecisionTable withDefault(Precision precision) const;

    /// What the engine does in a phase: off -> FP32; else the explicit choice; else auto's recommendation;
    /// else default.
    ResolvedPlan resolve(Phase phase) const;

    friend bool operator==(const PrecisionTable&, const PrecisionTable&) = default;

private:
    std::array<PhasePlan, allPhases.size()> m_plans{};
    bool m_enabled = true;
    bool m_auto = true;
    Precision m_default = Precision::Fp32;
};

/// What auto recommends: BF16 in Predict, FP32 elsewhere.
constexpr Precision recommendedPrecision(Phase phase)
{
    return phase == Phase::Predict ? Precision::Bf16 : Precision::Fp32;
}

/// The seed's `estimate_memory_savings`: mean width of a weight over phase shares, relative to FP32. 1 is no
/// saving. Shares need not sum to 1; all zero gives 1. It says nothing about peak memory.
double timeAveragedWidth(const PrecisionTable& table, const std::array<double, allPhases.size()>& shares);

} // namespace mantissa
