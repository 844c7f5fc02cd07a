// SPDX-License-Identifier: Apache-2.0
#pragma once

// An engine without LibTorch: one weight that learns by a fixed rule, so runs can be compared to the last
// bit.

#include "core/base/json.h"
#include "core/training/engine.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <tuple>
#include <utility>

namespace mantissa {

/// What a test wants to go wrong, and what happened. Outlives the engine.
struct FakeEngineScript {
    std::int64_t failEnterOutOfMemory = -1; ///< from the n-th enter on (0-based)
    std::int64_t failingEnters = 1; ///< how many in a row
    std::int64_t failStepOutOfMemory = -1; ///< at this step
    std::int64_t failingSteps = 1; ///< how often it is refused
    std::int64_t notFiniteAtStep = -1;
    std::int64_t notFiniteSteps = 1000; ///< how often that step is not finite
    std::int64_t tornAtStep = -1; ///< not finite when the weight was changed already; once
    std::int64_t losesItsWayAtStep = -1; ///< from this step on the loss rises, until the format is FP32
    std::int64_t snapshotBytes = 16;
    std::int64_t overflowsPerStep = 0; ///< FP16 steps that are skipped before one succeeds, each time
    DataRead data{}; ///< what the fake reads
    bool failSave = false;
    std::int64_t failingSaves = 0; ///< that run out of memory
    std::int64_t failingEvaluations = 0; ///< the same, of the weights
    std::int64_t failingJumpProbes = 0; ///< the same, of probes without read-outs
    std::int64_t failingJumps = 0; ///< the same, when the weight was moved already
    bool failReadoutEvaluation = false;
    bool failPuttingBack = false; ///< load and restore, when the weight was lost already
    double stepSeconds = 0.001;
    std::int64_t tokensPerStep = 10;
    std::vector<double>
        evaluationLosses{}; ///< of the weights, one after the other; then what the weight gives
    bool failStart = false; ///< the engine cannot be made
    double moveSeconds = 0; ///< of each move of moments to another tier
    std::int64_t moves = 0;
    std::int64_t enters = 0;
    std::int64_t steps = 0;
    std::int64_t probes = 0;
    std::int64_t snapshots = 0;
    bool isProbeFinite = true;
    double cosine = 0.9;
    bool fallsByUpdates = false; ///< the loss is that of the updates done, and of what jumps are worth
    double jumpIsWorth = 0; ///< steps that a jump puts the loss ahead
    bool jumpIsNotFinite = false;
    std::int64_t jumps = 0;
    double readoutGain = 0.01; ///< of the best lead
    double bestLead = 0.5;
    double leadLoss = 0.001; ///< for each unit of distance from it
    std::int64_t readoutEvaluations = 0;
    std::function<void(std::int64_t step)> beforeStep{};
    std::function<void()> inProbe{};
    std::function<void()> inEvaluation{};
    std::function<void(std::int64_t step)>
        afterCommit{}; ///< with states on Disk: the step's result is there, and not yet told
};

class FakeEngine final : public Engine, public Snapshots, public Readouts {
public:
    explicit FakeEngine(FakeEngineScript& script, const EngineSetup& setup = {})
        : m_script(script)
        , m_statesFile(setup.statesFile)
        , m_isInterrupted(setup.isInterrupted)
    {
        if (!setup.goesOn)
            return;
        const Json states = *readJsonFile(m_statesFile);
        m_weight = states.at("weight").get<double>();
        m_committed = states.at("step").get<std::int64_t>();
        m_isKept = true;
    }
    ~FakeEngine() override
    {
        std::error_code ignored;
        if (!m_isKept)
            std::filesystem::remove(m_statesFile, ignored);
    }
    EngineFacts facts() const override
    {
        return {.device = "fake",
            .parameters = 1,
            .tokensPerStep = m_script.tokensPerStep,
            .data = m_script.data};
    }
    Result<SegmentReport> enter(Phase, const ResolvedPlan& plan) override
    {
        const std::int64_t enter = m_script.enters++;
        const std::int64_t since = enter - m_script.failEnterOutOfMemory;
        if (m_script.failEnterOutOfMemory >= 0 && since >= 0 && since < m_script.failingEnters)
            return outOfMemory();
        SegmentReport report;
        report.casts = plan.compute == m_plan.compute ? 0 : 3;
        if (m_script.enters > 1 && plan.moments != m_plan.moments) {
            ++m_script.moves;
            report.moves = 2;
            report.moveBytes = 8;
            report.moveSeconds = m_script.moveSeconds;
        }
        m_plan = plan;
        report.memory = memory();
        return report;
    }
    Result<StepReport> step(const StepOrder& order) override
    {
        ++m_script.steps;
        if (order.step == m_script.failStepOutOfMemory && m_script.failingSteps-- > 0)
            return outOfMemory();
        if (m_script.beforeStep)
            m_script.beforeStep(order.step);
        StepReport report{
            .loss = loss(order.step), .gradNorm = 1, .seconds = m_script.stepSeconds, .memory = memory()};
        const bool overflows = m_plan.compute == Precision::Fp16 && m_skipped < m_script.overflowsPerStep;
        if (order.step == m_script.tornAtStep) {
            m_script.tornAtStep = -1;
            m_weight = NAN;
            m_isTorn = true;
            return fail("the fake's numbers were not finite", ExitCode::Diverged);
        }
        if (m_script.losesItsWayAtStep >= 0 && order.step >= m_script.losesItsWayAtStep
            && m_plan.compute != Precision::Fp32)
            report.loss += static_cast<double>(order.step - m_script.losesItsWayAtStep);
        report.skipped
            = (order.step == m_script.notFiniteAtStep && m_script.notFiniteSteps-- > 0) || overflows;
        m_skipped = overflows ? m_skipped + 1 : 0;
        if (report.skipped)
            return report;
        if (m_committed != order.step + 1) // else an earlier process did it and was killed
            m_weight -= order.learningRate * std::sin(m_weight + static_cast<double>(order.step));
        if (restsOnDisk(m_plan)) {
            m_committed = order.step + 1;
            TRY(writeFileAtomically(
                m_statesFile, jsonLine(Json{{"weight", m_weight}, {"step", m_committed}})));
            if (m_script.afterCommit)
                m_script.afterCommit(order.step);
        }
        m_updates = order.step + 1;
        if (order.beginsWindow)
            m_readoutsBefore = std::exchange(m_readouts, 0);
        if (order.collectReadout)
            ++m_readouts;
        if (order.numbers != NumberLook::None)
            report.numbers
                = {NumberGroup{.name = order.numbers == NumberLook::Exact ? "all" : "some", .elements = 1}};
        return report;
    }
    Result<ProbeReport> probe(const ProbeOrder& order) override
    {
        ++m_script.probes;
        if (order.leads.empty() && m_script.failingJumpProbes-- > 0)
            return outOfMemory();
        if (m_script.inProbe)
            m_script.inProbe();
        ProbeReport report{
            .loss = m_script.isProbeFinite ? loss(order.step) : NAN, .seconds = 0.001, .memory = memory()};
        for (const double lead : order.leads) {
            const double gain = m_script.readoutGain - m_script.leadLoss * std::abs(lead - m_script.bestLead)
                + 0.001 * static_cast<double>(order.step % 3);
            report.readoutLosses.push_back(m_readouts > 0 ? loss(order.step) - gain : NAN);
        }
        return report;
    }
    double cosine() const override { return m_script.cosine; }
    Result<JumpReport> jump(const JumpOrder& order) override
    {
        ++m_script.jumps;
        m_weight += order.lead;
        if (m_script.failingJumps-- > 0)
            return outOfMemory();
        m_stepsAhead += m_script.jumpIsWorth;
        if (m_script.jumpIsNotFinite)
            m_weight = NAN;
        return JumpReport{0.01};
    }
    ReadoutWindows windows() const override { return {m_readouts, m_readoutsBefore}; }
    Result<EvaluationReport> evaluate(double lead, Precision) override
    {
        ++m_script.readoutEvaluations;
        if (m_script.failReadoutEvaluation)
            return fail("the fake's read-out cannot be evaluated");
        const double better = 0.5 + lead;
        return EvaluationReport{.loss = 2 + m_weight - better,
            .accuracy = NAN,
            .batchLosses = {1 + m_weight - better, 3 + m_weight - better},
            .seconds = 0.001,
            .memory = memory()};
    }
    bool isStepUntouched() const override { return !m_isTorn; }
    std::int64_t bytes() const override { return m_script.snapshotBytes; }
    Status keep() override
    {
        ++m_script.snapshots;
        m_snapshot = {m_weight, m_readouts, m_readoutsBefore, m_updates, m_stepsAhead};
        return {};
    }
    Status restore() override
    {
        if (m_script.failPuttingBack)
            return loseWeight();
        std::tie(m_weight, m_readouts, m_readoutsBefore, m_updates, m_stepsAhead) = m_snapshot;
        m_isTorn = false;
        return {};
    }
    void reset() override { m_readouts = m_readoutsBefore = 0; }
    Result<EvaluationReport> evaluate(Precision) override
    {
        if (m_script.inEvaluation)
            m_script.inEvaluation();
        if (m_isInterrupted && m_isInterrupted())
            return fail("interrupted", ExitCode::Interrupted);
        if (m_script.failingEvaluations-- > 0)
            return outOfMemory();
        double loss = 2 + m_weight;
        if (!m_script.evaluationLosses.empty()) {
            loss = m_script.evaluationLosses.front();
            m_script.evaluationLosses.erase(m_script.evaluationLosses.begin());
        }
        return EvaluationReport{.loss = loss,
            .accuracy = NAN,
            .batchLosses = {loss - 1, loss + 1},
            .seconds = 0.001,
            .memory = memory()};
    }
    Result<std::int64_t> save(const std::filesystem::path& folder) override
    {
        if (m_script.failSave)
            return fail("no space left on the fake device; free some");
        if (m_script.failingSaves-- > 0)
            return outOfMemory();
        const Json json
            = {{"weight", m_weight}, {"readouts", m_readouts}, {"readouts_before", m_readoutsBefore}};
        const auto status = writeFileAtomically(folder / "fake.json", jsonLine(json));
        if (!status)
            return fail(status.error());
        return std::int64_t{8};
    }
    Status load(const std::filesystem::path& folder) override
    {
        if (m_script.failPuttingBack)
            return loseWeight();
        const auto json = readJsonFile(folder / "fake.json");
        if (!json)
            return fail(json.error());
        m_weight = json->at("weight").get<double>();
        m_readouts = json->at("readouts").get<std::int64_t>();
        m_readoutsBefore = json->at("readouts_before").get<std::int64_t>();
        m_isTorn = false;
        return {};
    }
    void keepStates(bool kept) override { m_isKept = kept; }
    double weight() const { return m_weight; }

private:
    static tl::unexpected<Error> outOfMemory()
    {
        return fail("out of memory: the fake says so", ExitCode::OutOfMemory);
    }
    Status loseWeight()
    {
        m_weight = NAN;
        m_isTorn = false;
        return fail("the fake's weight was lost on its way back");
    }
    double loss(std::int64_t batch) const
    {
        if (!m_script.fallsByUpdates)
            return 5 / (1 + 0.1 * static_cast<double>(batch)) + 1e-3 * m_weight;
        // a batch ahead sees the weights of now, so what falls is counted in updates done; each batch has an
        // ease of its own
        const double ease = 1e-3 * static_cast<double>(batch * 7919 % 13);
        const double noise = 1e-5 * static_cast<double>((batch * 31 + m_updates) % 7);
        return 5 - 1e-2 * (static_cast<double>(m_updates) + m_stepsAhead) + ease + noise + 0 * m_weight;
    }
    MemoryReading memory() const
    {
        MemoryReading reading;
        reading.devicePeak.at(MemoryClass::Weights) = m_plan.compute == Precision::Fp32 ? 4 : 2;
        reading.devicePeak.at(MemoryClass::Moments) = 8;
        reading.deviceReservedPeak = 16;
        return reading;
    }
    FakeEngineScript& m_script;
    std::filesystem::path m_statesFile;
    std::function<bool()> m_isInterrupted;
    bool m_isKept = false;
    std::int64_t m_committed = 0;
    ResolvedPlan m_plan{};
    double m_weight = 1;
    std::int64_t m_readouts = 0;
    std::int64_t m_skipped = 0;
    std::int64_t m_readoutsBefore = 0;
    std::int64_t m_updates = 0;
    double m_stepsAhead = 0;
    std::tuple<double, std::int64_t, std::int64_t, std::int64_t, double> m_snapshot{};
    bool m_isTorn = false;
};

inline EngineFactory fakeFactory(FakeEngineScript& script)
{
    return [&script](const EngineSetup& setup) -> Result<EngineParts> {
        if (script.failStart)
            return fail("this engine cannot be made");
        TRY(checkSameData(setup.data, script.data, setup.config.data.source));
        auto engine = std::make_unique<FakeEngine>(script, setup);
        FakeEngine& parts = *engine;
        return EngineParts{std::move(engine), parts, parts};
    };
}

} // namespace mantissa
