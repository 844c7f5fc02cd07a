// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which phase comes now. Pure: time, data and the engine do not matter to it.
// Hybrid rule: Warmup for warmup_steps, one Full block of full_steps, then Predict when the confidence of the
// last Predict reaches the threshold (the first time always, to calibrate), then Correct, then Full again. A
// refusal makes the next Full block twice as long (at most 16 times), after which Predict is measured anew.
// Where Predict has nothing to judge, Full goes on instead.

#include "core/base/json.h"
#include "core/record/run_config.h"

#include <cstdint>
#include <string>

namespace mantissa {

struct PhaseDecision {
    Phase phase = Phase::Warmup;
    std::string reason{}; ///< why it is this one; empty while it goes on
};

class PhaseController {
public:
    explicit PhaseController(const PhasesConfig& config);

    /// The phase of the next tick.
    PhaseDecision current() const;
    /// One tick of the current phase is done; moves on when its block is used up.
    void tickDone() { ticksDone(1); }
    /// Several of them, at most remaining().
    void ticksDone(std::int64_t ticks);
    /// What comes next is the same as after `other`, if both are told the same.
    bool goesOnLike(const PhaseController& other) const;
    /// Leaves what comes for Full, for twice its steps. False where the schedule is fixed, and in Warmup.
    bool forceFull(const std::string& reason);
    /// Correct for so many steps, from now on. Hybrid schedule.
    void correctFor(std::int64_t steps, const std::string& reason) { enter(Phase::Correct, steps, reason); }
    /// Whether Predict blocks of the hybrid rule are entered; yes unless said otherwise.
    void setPredictJudges(bool judges) { m_predictJudges = judges; }
    /// What the last Predict block found, 0–1, and how many probes a like block needs to be sure of it: the
    /// next has no more.
    void setConfidence(double confidence, std::int64_t wantedProbes = INT64_MAX);
    double confidence() const { return m_confidence; }
    /// True on the last tick of a block.
    bool blockEnds() const { return m_remaining == 1; }
    /// Ticks of the current block still to go; a last fixed segment never ends.
    std::int64_t remaining() const { return m_remaining; }

    Json state() const;
    Status restore(const Json& state);

private:
    void enter(Phase phase, std::int64_t ticks, std::string reason);
    void leaveHybridBlock();
    void enterPredict();

    PhasesConfig m_config;
    Phase m_phase = Phase::Warmup;
    std::int64_t m_remaining = 0;
    std::string m_reason{};
    double m_confidence = 0;
    std::int64_t m_wantedProbes = INT64_MAX;
    std::int64_t m_predictBlocks = 0;
    std::int64_t m_waitFactor = 1; ///< of the last refusal's Full block
    bool m_waiting = false; ///< in that block now
    std::size_t m_segment = 0;
    bool m_predictJudges = true;
};

/// Whether steps of Full add their weights to an average that Predict can judge. Weights that rest on Disk
/// are not read for it.
bool predictJudges(const PresetChoices& choices);

} // namespace mantissa
