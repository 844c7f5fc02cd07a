// SPDX-License-Identifier: Apache-2.0
#include "core/output/run_trace.h"

#include "core/output/run_clock.h"
#include "core/output/trace_writer.h"
#include "core/record/run_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <optional>

namespace mantissa {

namespace {

class RunTrace {
public:
    explicit RunTrace(const std::string& title)
        : m_writer(title)
    {
    }

    void add(const RunEvent& event)
    {
        const RunClock::Span span = m_clock.take(event);
        const double at = span.begin;
        if (std::holds_alternative<RunStarted>(event)) {
            endPhase(at); // what the process before had begun ended with it
        } else if (const auto* segment = std::get_if<SegmentStarted>(&event)) {
            begin(*segment, at);
        } else if (const auto* step = std::get_if<StepDone>(&event)) {
            addStep(*step, at);
        } else if (const auto* probe = std::get_if<ProbeDone>(&event)) {
            m_writer.addSpan(m_steps, "probe", at, span.seconds,
                {{"step", probe->step}, {"loss", jsonNumber(probe->loss)}});
            addMemory(probe->memory, at + span.seconds);
        } else if (const auto* evaluated = std::get_if<Evaluated>(&event)) {
            m_writer.addSpan(m_evaluations, "evaluation", at, span.seconds,
                {{"step", evaluated->step}, {"loss", jsonNumber(evaluated->loss)}});
        } else if (const auto* annealed = std::get_if<AnnealedEstimated>(&event)) {
            m_writer.addSpan(m_evaluations, "annealed estimate", at, span.seconds,
                {{"step", annealed->step}, {"loss", jsonNumber(annealed->loss)}});
        } else if (const auto* saved = std::get_if<CheckpointSaved>(&event)) {
            m_writer.addSpan(m_evaluations, "checkpoint", at, span.seconds,
                {{"step", saved->step}, {"bytes", saved->bytes}});
        } else if (const auto* text = std::get_if<TextWritten>(&event)) {
            m_writer.addSpan(m_evaluations, "text written", at, span.seconds,
                {{"step", text->step}, {"text", text->text}});
        } else if (const auto* notice = std::get_if<Notice>(&event)) {
            m_writer.addMoment(
                m_evaluations, std::string(nameOf(notice->severity)), at, {{"text", notice->text}});
        } else if (const auto* card = std::get_if<CardMeasured>(&event)) {
            m_writer.addCounter("card", at,
                {{"celsius", card->reading.celsius.value_or(NAN)},
                    {"watts", card->reading.watts.value_or(NAN)}});
        }
    }
    std::string text()
    {
        endPhase(m_clock.now());
        return m_writer.text();
    }

private:
    void begin(const SegmentStarted& segment, double at)
    {
        endPhase(at);
        if (segment.casts > 0 || segment.castSeconds > 0)
            m_writer.addSpan(m_casts, "cast", at, segment.castSeconds,
                {{"tensors", segment.casts}, {"bytes", segment.castBytes},
                    {"mismatches", segment.castMismatches}});
        if (segment.moves > 0 || segment.moveSeconds > 0)
            m_writer.addSpan(m_casts, "move", at + segment.castSeconds, segment.moveSeconds,
                {{"tensors", segment.moves}, {"bytes", segment.moveBytes}});
        addMemory(segment.memory, at);
        m_segment = segment;
        m_segmentBegin = at;
        m_lastLoss = NAN;
    }
    void endPhase(double at)
    {
        if (!m_segment)
            return;
        const ResolvedPlan& plan = m_segment->plan;
        m_writer.addSpan(m_phases, fmt::format("{} {}", nameOf(m_segment->phase), nameOf(plan.compute)),
            m_segmentBegin, at - m_segmentBegin,
            {{"reason", m_segment->reason}, {"compute", nameOf(plan.compute)},
                {"gradients", nameOf(plan.gradients)}, {"weights", nameOf(plan.weights)},
                {"moments", nameOf(plan.moments)}, {"step", m_segment->step},
                {"loss", jsonNumber(m_lastLoss)}});
        m_segment.reset();
    }
    void addStep(const StepDone& step, double at)
    {
        m_writer.addSpan(m_steps, step.skipped ? "step (skipped)" : "step", at, std::max(0.0, step.seconds),
            {{"step", step.step}, {"loss", jsonNumber(step.loss)}, {"grad_norm", jsonNumber(step.gradNorm)}});
        addMemory(step.memory, at + std::max(0.0, step.seconds));
        m_lastLoss = step.loss;
    }
    /// What was measured until a moment, told at that moment.
    void addMemory(const MemoryReading& memory, double at)
    {
        TraceWriter::Numbers classes;
        for (const MemoryClass memoryClass : allMemoryClasses)
            classes.emplace_back(
                std::string(nameOf(memoryClass)), static_cast<double>(memory.devicePeak.at(memoryClass)));
        classes.emplace_back("other", static_cast<double>(memory.devicePeak.other));
        m_writer.addCounter("device bytes", at, classes);
        m_writer.addCounter(
            "reserved bytes", at, {{"device", static_cast<double>(memory.deviceReservedPeak)}});
        m_writer.addCounter("bytes elsewhere", at,
            {{"host", static_cast<double>(memory.hostPeak.total())},
                {"disk", static_cast<double>(memory.diskPeak.total())}});
    }

    TraceWriter m_writer;
    int m_phases = m_writer.track("phases");
    int m_steps = m_writer.track("steps");
    int m_casts = m_writer.track("casts and moves");
    int m_evaluations = m_writer.track("evaluations and checkpoints");
    RunClock m_clock{};
    std::optional<SegmentStarted> m_segment{};
    double m_segmentBegin = 0;
    double m_lastLoss = NAN;
};

} // namespace

std::string traceOf(const std::vector<RunEvent>& events, const std::string& title)
{
    RunTrace trace(title);
    for (const RunEvent& event : events)
        trace.add(event);
    return trace.text();
}

Result<std::string> runTrace(const std::filesystem::path& runFolder)
{
    const auto config = readRunConfig(runFolder); // says in words when this is no run
    if (!config)
        return fail(config.error());
    RunTrace trace(config->name);
    RunLogReader reader(runFolder / "events.jsonl");
    TRY(reader.readNew([&](const RunEvent& event) {
        trace.add(event);
        return true;
    }));
    return trace.text();
}

} // namespace mantissa
