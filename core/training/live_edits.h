// SPDX-License-Identifier: Apache-2.0
#pragma once

// Edits of the table that reach a running trainer: what of one is taken, and what is told of it. Trainer
// thread.

#include "core/precision/table_edit.h"
#include "core/training/plans_in_force.h"
#include "core/training/run_in_hand.h"
#include "core/training/segments.h"

#include <optional>

namespace mantissa {

class LiveEdits {
public:
    /// All outlive it.
    LiveEdits(RunInHand& run, PlansInForce& plans, Segments& segments)
        : m_run(run)
        , m_plans(plans)
        , m_segments(segments)
    {
    }

    /// Takes what the editor changed onto the table in force, which tellChoices() then tells whatever came of
    /// it: a refused edit (a notice says why) or one that changes nothing leaves it as it was.
    Status take(const TableEdit& edit);

private:
    RunInHand& m_run;
    PlansInForce& m_plans;
    Segments& m_segments;
    /// The last edit that was not refused. Another one from the same table was made before its editor saw
    /// what came of this, so it is read as going on from here.
    std::optional<TableEdit> m_last{};
};

} // namespace mantissa
