// SPDX-License-Identifier: Apache-2.0
#include "core/training/phase_rhythm.h"

#include "core/training/phase_controller.h"

#include <algorithm>
#include <optional>

namespace mantissa {

namespace {

/// a + times · b, or the largest number where that is more.
std::int64_t addTimes(std::int64_t a, std::int64_t times, std::int64_t b)
{
    std::int64_t sum = 0;
    return __builtin_mul_overflow(times, b, &sum) || __builtin_add_overflow(a, sum, &sum) ? INT64_MAX : sum;
}

/// Goes through a run block by block.
class Walk {
public:
    Walk(const RunConfig& config, const std::vector<PredictFinding>& findings)
        : m_phases(config.phases)
        , m_findings(findings)
    {
        m_phases.setPredictJudges(predictJudges(config.choices));
    }

    /// One block, or what of it comes before `steps` updates are done.
    void goThroughBlock(std::int64_t steps)
    {
        const Phase phase = m_phases.current().phase;
        std::int64_t ticks = m_phases.remaining();
        m_rhythm.entries[indexOf(phase)] += m_before == phase ? 0 : 1;
        m_before = phase;
        if (phase == Phase::Predict) {
            const std::int64_t next = finding(m_block + 1).probes; // as many as this block's noise asked for
            m_phases.setConfidence(finding(m_block++).confidence, next > 0 ? next : INT64_MAX);
        } else {
            ticks = std::min(ticks, steps - m_rhythm.steps);
            m_rhythm.steps += ticks;
        }
        m_rhythm.ticks[indexOf(phase)] = addTimes(m_rhythm.ticks[indexOf(phase)], 1, ticks);
        m_phases.ticksDone(ticks);
        ++m_rhythm.blocks;
    }
    /// What comes is decided by where the phases are and by what blocks of Predict will find.
    bool goesOnLike(const Walk& earlier) const
    {
        return m_before == earlier.m_before && nextFinding() == earlier.nextFinding()
            && m_phases.goesOnLike(earlier.m_phases);
    }
    /// What has happened since `earlier`, as often as leaves an update to go: what comes after the last one,
    /// as a Predict, is none of the run's.
    void repeatSince(const Walk& earlier, std::int64_t steps)
    {
        const std::int64_t period = m_rhythm.steps - earlier.m_rhythm.steps;
        const std::int64_t times = std::max<std::int64_t>(0, steps - m_rhythm.steps - 1) / period;
        for (const Phase phase : allPhases) {
            const std::size_t i = indexOf(phase);
            const PhaseRhythm& then = earlier.m_rhythm;
            m_rhythm.ticks[i] = addTimes(m_rhythm.ticks[i], times, m_rhythm.ticks[i] - then.ticks[i]);
            m_rhythm.entries[i] = addTimes(m_rhythm.entries[i], times, m_rhythm.entries[i] - then.entries[i]);
        }
        m_rhythm.steps += times * period;
    }
    const PhaseRhythm& rhythm() const { return m_rhythm; }

private:
    PredictFinding finding(std::size_t block) const
    {
        return m_findings.empty() ? PredictFinding{} : m_findings[std::min(block, m_findings.size() - 1)];
    }
    /// From the last finding on every block finds the same.
    std::size_t nextFinding() const { return std::min(m_block, m_findings.size()); }
    PhaseRhythm m_rhythm{};
    PhaseController m_phases;
    const std::vector<PredictFinding>& m_findings;
    std::optional<Phase> m_before{};
    std::size_t m_block = 0; ///< of Predict
};

} // namespace

PhaseRhythm rhythmOf(const RunConfig& config, std::int64_t steps, const std::vector<PredictFinding>& blocks)
{
    Walk walk(config, blocks);
    std::optional<Walk> mark; // where the phases were some blocks ago
    std::int64_t patience = 1; // blocks until the mark is moved on, when they have not come back to it
    while (walk.rhythm().steps < steps) {
        walk.goThroughBlock(steps);
        if (mark && walk.goesOnLike(*mark) && walk.rhythm().steps > mark->rhythm().steps)
            walk.repeatSince(*mark, steps);
        else if (!mark || walk.rhythm().blocks - mark->rhythm().blocks >= patience) {
            mark.emplace(walk);
            patience *= 2;
        }
    }
    return walk.rhythm();
}

} // namespace mantissa
