// SPDX-License-Identifier: Apache-2.0
#pragma once

// One update from order to report, by either executor: begun once, and gone forward with where memory ran out
// halfway. Owns what only steps need: journal, walk, samples of numbers. Trainer thread only.

#include "core/torch/engine/engine_state.h"
#include "core/torch/engine/layerwise.h"
#include "core/torch/engine/step_journal.h"
#include "core/torch/numbers/number_sampler.h"
#include "core/training/engine.h"

#include <memory>
#include <optional>

namespace mantissa {

class StepInHand {
public:
    /// `state` outlives it. `goesOn`: the states on Disk are an earlier process's.
    StepInHand(EngineState& state, bool goesOn)
        : m_state(state)
        , m_goesOn(goesOn)
    {
    }
    ~StepInHand();
    StepInHand(const StepInHand&) = delete;
    StepInHand& operator=(const StepInHand&) = delete;

    /// Begins the step, or goes forward with the one that was left halfway.
    Result<StepReport> run(const StepOrder& order);
    /// No weight was changed since the last report.
    bool isUntouched() const { return !m_updated && m_state.updater.isUntouched(); }
    /// Whatever of a step was left halfway.
    void forget();
    /// Whether the files beside the states outlive this object.
    void keepFiles(bool kept);
    /// No step was asked for yet of the states on Disk that an earlier process has left.
    bool goesOn() const { return m_goesOn; }

private:
    /// All weights have the update; what is left is to tell it, and to collect the read-out.
    struct Updated {
        StepReport report{};
        bool isWindowBegun = false;
    };

    /// Of a step: what each micro-batch counts, and in how many chunks its logits come.
    struct MicroBatches {
        std::vector<double> shares{}; ///< of all targets
        std::int64_t chunks = 0;
    };
    MicroBatches microBatches(std::int64_t step) const;

    void begin(const StepOrder& order);
    Status update(const StepOrder& order);
    StepReport tell(const StepOrder& order);
    /// The files beside the states that this step needs: the journal, and gradients that wait where the
    /// moments rest.
    void openFiles(UpdateOrder& order, bool goesOn);
    /// Whether an earlier process was killed while it wrote the result of this step.
    bool isBetweenUpdates(std::int64_t step) const;
    StepCosts costsSoFar() const;
    StepCosts since(const StepCosts& before) const;

    EngineState& m_state;
    NumberSampler m_numbers{};
    bool m_isKept = false; ///< files on Disk outlive this object
    bool m_goesOn = false;
    std::unique_ptr<StepJournal> m_journal{};
    std::unique_ptr<LayerwiseStep> m_walk{}; ///< when it goes block by block
    double m_loss = 0;
    std::optional<Updated> m_updated{};
};

} // namespace mantissa
