// SPDX-License-Identifier: Apache-2.0
#pragma once

// What each phase uses now: the choices as edits and the budget ladder have left them, and what overrides
// them for a while. Trainer thread.

#include "core/memory/estimate.h"
#include "core/record/run_config.h"
#include "core/training/predict_offload.h"
#include "core/training/run_in_hand.h"
#include "core/training/saved_part.h"

#include <optional>

namespace mantissa {

class PlansInForce final : public SavedPart {
public:
    explicit PlansInForce(const RunConfig& config)
        : m_config(config)
        , m_choices(config.choices)
    {
    }

    const PresetChoices& choices() const { return m_choices; }
    /// Other choices; what Predict's offload has cost says nothing of them.
    void setChoices(const PresetChoices& choices);
    /// The plan of a phase with all that overrides it.
    ResolvedPlan of(Phase phase) const;
    /// The config with these choices.
    RunConfig config() const;
    EstimateInput estimateInput() const;

    PredictOffload& offload() { return m_offload; }
    /// What Predict uses instead of its plan while offloading does not pay; nothing: its plan.
    void setPredict(std::optional<ResolvedPlan> plan) { m_predict = plan; }

    /// A phase that computes in FP32 after a roll-back.
    struct Raised {
        Phase phase = Phase::Full;
        std::int64_t untilStep = 0;
    };
    const std::optional<Raised>& raised() const { return m_raised; }
    void raise(std::optional<Raised> raised) { m_raised = raised; }
    /// While a jump is on trial, Correct computes in Full's format where that is the higher one.
    void setJumpOnTrial(bool isOnTrial) { m_isJumpOnTrial = isOnTrial; }

    void saveState(Json& state) const override;
    Status takeState(const Json& state) override;

private:
    const RunConfig& m_config; ///< as asked for
    PresetChoices m_choices;
    PredictOffload m_offload{};
    std::optional<ResolvedPlan> m_predict{};
    std::optional<Raised> m_raised{};
    bool m_isJumpOnTrial = false;
};

/// TableChanged with the table in force, and SettingChanged for each choice that is new.
Status tellChoices(RunInHand& run, const PlansInForce& plans);

} // namespace mantissa
