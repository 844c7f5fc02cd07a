// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a step is ordered to do and what it told: learning rate, loss scale, a look at its numbers. Trainer
// thread.

#include "core/training/loss_scale.h"
#include "core/training/run_in_hand.h"
#include "core/training/segments.h"

namespace mantissa {

class Updates final : public SavedPart {
public:
    /// Both outlive it.
    Updates(RunInHand& run, const Segments& segments)
        : m_run(run)
        , m_segments(segments)
    {
    }

    /// The next step looks at every number.
    void wantNumbers() { m_wantsNumbers = true; }
    StepOrder order() const;
    /// Tells what came of it and counts it.
    Status done(const StepOrder& order, const StepReport& report);
    /// After a skipped step: FP16 overflows so often that it does not fit this run.
    Status checkOverflows() const;
    bool isScaled() const { return m_segments.plan().compute == Precision::Fp16; }

    void savePosition(Json& position) const override;
    Status takePosition(const Json& position) override;

private:
    NumberLook look() const;

    RunInHand& m_run;
    const Segments& m_segments;
    LossScale m_lossScale{};
    bool m_wantsNumbers = false; ///< all of them, at the next step
};

} // namespace mantissa
