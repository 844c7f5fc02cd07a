// SPDX-License-Identifier: Apache-2.0
#pragma once

// The segment in force: its phase, the plan that the engine has taken on for it, and why the next one begins.
// Owns the phase controller, which says what phase comes. Trainer thread.

#include "core/training/checkpoint_keeper.h"
#include "core/training/phase_controller.h"
#include "core/training/plans_in_force.h"
#include "core/training/run_in_hand.h"

#include <optional>
#include <string>

namespace mantissa {

class Segments final : public SavedPart {
public:
    /// All outlive it.
    Segments(RunInHand& run, PlansInForce& plans, CheckpointKeeper& checkpoints);

    PhaseController& phases() { return m_phases; }
    const PhaseController& phases() const { return m_phases; }
    /// Of the segment in force; nothing before the first and after a roll-back.
    std::optional<Phase> phase() const { return m_phase; }
    /// The phase of the segment in force, or the one that comes.
    Phase currentPhase() const { return m_phase.value_or(m_phases.current().phase); }
    const ResolvedPlan& plan() const { return m_plan; }
    /// The checkpoint was taken inside the block that goes on.
    bool goesOnInside() const { return m_goesOnInside; }

    /// Whether another segment begins with the next tick.
    bool isOver() const;
    /// Has the engine cast and move for the plan in force of `phase`, and tells what it did. On an error the
    /// segment before stays in force.
    Status enter(Phase phase, const std::string& reason);
    /// The next tick enters a segment, whatever its phase and plan.
    void leave() { m_phase.reset(); }
    /// Why the next segment begins, where the phase controller's reason is not it.
    void setReason(std::string reason) { m_reason = std::move(reason); }
    /// The same for an edit of the table, which may be of a phase that comes later.
    void setEdited();
    std::string takeReason(const PhaseDecision& decision);
    /// Lets the phase controller know whether Predict has anything to judge; says once that it has not.
    Status judgePredict();

    void savePosition(Json& position) const override;
    Status takePosition(const Json& position) override;
    Status takeState(const Json& state) override;

private:
    RunInHand& m_run;
    PlansInForce& m_plans;
    CheckpointKeeper& m_checkpoints;
    PhaseController m_phases;
    std::optional<Phase> m_phase{};
    ResolvedPlan m_plan{};
    std::string m_reason{};
    bool m_goesOnInside = false;
    bool m_hasToldNoReadout = false;
};

} // namespace mantissa
