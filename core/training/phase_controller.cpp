// SPDX-License-Identifier: Apache-2.0
#include "core/training/phase_controller.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <tuple>

namespace mantissa {

namespace {

constexpr std::int64_t longestWait = 16; // Full blocks grow to at most this many times full_steps
constexpr std::int64_t forever = INT64_MAX;

/// Steps may be as many as a number holds; a block never is longer.
std::int64_t times(std::int64_t factor, std::int64_t steps)
{
    return factor * std::min(steps, forever / factor);
}

} // namespace

bool predictJudges(const PresetChoices& choices)
{
    return choices.resolve(Phase::Full).weights != Tier::Disk;
}

PhaseController::PhaseController(const PhasesConfig& config)
    : m_config(config)
{
    if (m_config.schedule == PhaseSchedule::Fixed) {
        const bool only = m_config.segments.size() == 1;
        enter(m_config.segments.front().phase, only ? forever : m_config.segments.front().steps,
            "the schedule begins");
    } else if (m_config.warmupSteps > 0) {
        enter(Phase::Warmup, m_config.warmupSteps, "the run begins");
    } else {
        enter(Phase::Full, m_config.fullSteps, "the run begins without warm-up");
    }
}

void PhaseController::enter(Phase phase, std::int64_t ticks, std::string reason)
{
    m_phase = phase;
    m_remaining = ticks;
    m_reason = std::move(reason);
}

PhaseDecision PhaseController::current() const { return {m_phase, m_reason}; }

void PhaseController::setConfidence(double confidence, std::int64_t wantedProbes)
{
    m_confidence = confidence;
    m_wantedProbes = wantedProbes;
}

bool PhaseController::forceFull(const std::string& reason)
{
    if (m_config.schedule == PhaseSchedule::Fixed || m_phase == Phase::Warmup)
        return false;
    enter(Phase::Full, std::max(times(2, m_config.fullSteps), m_phase == Phase::Full ? m_remaining : 0),
        reason);
    return true;
}

bool PhaseController::goesOnLike(const PhaseController& other) const
{
    const auto state = [](const PhaseController& c) {
        return std::tuple(c.m_phase, c.m_remaining, c.m_confidence >= c.m_config.confidenceThreshold,
            c.m_wantedProbes, c.m_predictBlocks > 0, c.m_waitFactor, c.m_waiting, c.m_segment,
            c.m_predictJudges);
    };
    return state(*this) == state(other);
}

void PhaseController::ticksDone(std::int64_t ticks)
{
    if (m_remaining != forever)
        m_remaining -= ticks;
    if (m_remaining > 0)
        return;
    if (m_config.schedule == PhaseSchedule::Hybrid) {
        leaveHybridBlock();
        return;
    }
    ++m_segment;
    const FixedSegment& next = m_config.segments[m_segment];
    const bool last = m_segment + 1 == m_config.segments.size();
    enter(next.phase, last ? forever : next.steps, fmt::format("segment {} of the schedule", m_segment + 1));
}

void PhaseController::enterPredict()
{
    const bool isSure = m_predictBlocks > 0 && m_confidence >= m_config.confidenceThreshold;
    const std::int64_t probes
        = isSure ? std::min(m_wantedProbes, m_config.maxPredictSteps) : m_config.maxPredictSteps;
    std::string reason = m_predictBlocks == 0 ? "first Predict, to calibrate"
        : isSure ? fmt::format("confidence {:.2f} reaches {:.2f}", m_confidence, m_config.confidenceThreshold)
                 : "measured anew after the wait";
    reason += probes < m_config.maxPredictSteps
        ? fmt::format("; at the last block's noise {} of at most {} probes are enough", probes,
            m_config.maxPredictSteps)
        : fmt::format("; {} probes, the most allowed", probes);
    enter(Phase::Predict, probes, std::move(reason));
    ++m_predictBlocks;
}

void PhaseController::leaveHybridBlock()
{
    switch (m_phase) {
    case Phase::Warmup:
        enter(Phase::Full, m_config.fullSteps, "warm-up is over");
        return;
    case Phase::Full:
        if (m_config.maxPredictSteps == 0 || !m_predictJudges) {
            enter(Phase::Full, m_config.fullSteps, "");
            return;
        }
        if (m_predictBlocks > 0 && m_confidence < m_config.confidenceThreshold && !m_waiting) {
            m_waiting = true;
            m_waitFactor = std::min(longestWait, 2 * m_waitFactor);
            enter(Phase::Full, times(m_waitFactor, m_config.fullSteps),
                fmt::format("Predict refused: confidence {:.2f} is below {:.2f}", m_confidence,
                    m_config.confidenceThreshold));
            return;
        }
        m_waiting = false;
        enterPredict();
        return;
    case Phase::Predict:
        if (m_confidence >= m_config.confidenceThreshold)
            m_waitFactor = 1;
        if (m_config.correctSteps > 0)
            enter(Phase::Correct, m_config.correctSteps, "Predict is over");
        else
            enter(Phase::Full, m_config.fullSteps, "Predict is over");
        return;
    case Phase::Correct:
        enter(Phase::Full, m_config.fullSteps, "Correct is over");
        return;
    }
}

Json PhaseController::state() const
{
    return {{"phase", nameOf(m_phase)}, {"remaining", m_remaining}, {"reason", m_reason},
        {"confidence", jsonNumber(m_confidence)}, {"predict_blocks", m_predictBlocks},
        {"wanted_probes", m_wantedProbes}, {"wait_factor", m_waitFactor}, {"waiting", m_waiting},
        {"segment", m_segment}};
}

Status PhaseController::restore(const Json& state)
try {
    const auto phase = parsePhase(state.at("phase").get<std::string>());
    if (!phase)
        return fail(phase.error());
    m_phase = *phase;
    m_remaining = state.at("remaining").get<std::int64_t>();
    m_reason = state.at("reason").get<std::string>();
    m_confidence = numberFrom(state.at("confidence"));
    m_predictBlocks = state.at("predict_blocks").get<std::int64_t>();
    m_wantedProbes = state.value("wanted_probes", std::int64_t{INT64_MAX});
    m_waitFactor = state.at("wait_factor").get<std::int64_t>();
    m_waiting = state.at("waiting").get<bool>();
    m_segment = state.at("segment").get<std::size_t>();
    if (m_config.schedule == PhaseSchedule::Fixed && m_segment >= m_config.segments.size())
        return fail(
            "the checkpoint is beyond the schedule's segments; resume with the schedule it was made with",
            ExitCode::Usage);
    return {};
} catch (const Json::exception& e) {
    return fail(std::string("the checkpoint's phase cannot be read: ") + e.what());
}

} // namespace mantissa
