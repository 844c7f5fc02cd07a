// SPDX-License-Identifier: Apache-2.0
#include "core/record/run_event.h"

#include "core/precision/preset.h"
#include "core/record/event_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace mantissa {

namespace {

Json planToJson(const ResolvedPlan& plan)
{
    return {{"compute", nameOf(plan.compute)}, {"gradients", nameOf(plan.gradients)},
        {"activations", nameOf(plan.activations)}, {"weights", nameOf(plan.weights)},
        {"remainder", nameOf(plan.remainder)}, {"moments", nameOf(plan.moments)},
        {"execution", nameOf(plan.execution)}, {"release_gradients", plan.releaseGradients}};
}

ResolvedPlan planFrom(const Json& json)
{
    ResolvedPlan plan;
    if (!json.is_object())
        return plan;
    const LineReader read(json);
    read.named("compute", plan.compute, parsePrecision);
    read.named("gradients", plan.gradients, parsePrecision);
    read.named("activations", plan.activations, parseActivationPolicy);
    read.named("weights", plan.weights, parseTier);
    read.named("remainder", plan.remainder, parseTier);
    read.named("moments", plan.moments, parseTier);
    read.named("execution", plan.execution, parseExecution);
    read("release_gradients", plan.releaseGradients);
    return plan;
}

Result<Severity> parseSeverity(std::string_view name)
{
    for (const Severity severity : {Severity::Info, Severity::Warning, Severity::Critical})
        if (nameOf(severity) == name)
            return severity;
    return fail("unknown severity");
}

// One writer and one reader for each kind of event, side by side, so that a key cannot be written and not
// read.

Json write(const RunStarted& e)
{
    return {{"event", "run_started"}, {"time", e.unixSeconds}, {"tick", e.tick}, {"step", e.step},
        {"parameters", e.parameters}, {"tokens_per_step", e.tokensPerStep}, {"device", e.device},
        {"last_step", e.lastStep}, {"data", toJson(e.data)}};
}
void read(const LineReader& r, RunStarted& e)
{
    r("time", e.unixSeconds), r("tick", e.tick), r("step", e.step), r("parameters", e.parameters);
    r("tokens_per_step", e.tokensPerStep), r("device", e.device), r("last_step", e.lastStep);
    if (const Json* data = r.find("data"))
        e.data = dataReadFrom(*data);
}

Json write(const TrialMeasured& e)
{
    Json peaks = Json::object();
    for (const Phase phase : allPhases)
        if (const auto& peak = e.peaks.byPhase[indexOf(phase)])
            peaks[std::string(nameOf(phase))] = classesToJson(*peak);
    return {{"event", "trial"}, {"tick", e.tick}, {"peaks", peaks}, {"seconds", jsonNumber(e.seconds)}};
}
void read(const LineReader& r, TrialMeasured& e)
{
    r("tick", e.tick), r("seconds", e.seconds);
    if (const Json* peaks = r.find("peaks"); peaks && peaks->is_object())
        for (const Phase phase : allPhases)
            if (const auto found = peaks->find(std::string(nameOf(phase))); found != peaks->end())
                e.peaks.byPhase[indexOf(phase)] = classesFrom(*found);
}

Json write(const SegmentStarted& e)
{
    return {{"event", "segment_started"}, {"tick", e.tick}, {"step", e.step}, {"phase", nameOf(e.phase)},
        {"plan", planToJson(e.plan)}, {"reason", e.reason}, {"casts", e.casts}, {"cast_bytes", e.castBytes},
        {"cast_seconds", jsonNumber(e.castSeconds)}, {"cast_mismatches", e.castMismatches},
        {"escapes", e.escapes}, {"moves", e.moves}, {"move_bytes", e.moveBytes},
        {"move_seconds", jsonNumber(e.moveSeconds)}, {"memory", toJson(e.memory)}};
}
void read(const LineReader& r, SegmentStarted& e)
{
    r("tick", e.tick), r("step", e.step), r.named("phase", e.phase, parsePhase), r("reason", e.reason),
        r("casts", e.casts);
    r("cast_bytes", e.castBytes), r("cast_seconds", e.castSeconds), r("cast_mismatches", e.castMismatches);
    r("escapes", e.escapes), r("moves", e.moves), r("move_bytes", e.moveBytes),
        r("move_seconds", e.moveSeconds);
    r("memory", e.memory);
    if (const Json* plan = r.find("plan"))
        e.plan = planFrom(*plan);
}

Json write(const StepDone& e)
{
    return {{"event", "step"}, {"tick", e.tick}, {"step", e.step}, {"loss", jsonNumber(e.loss)},
        {"grad_norm", jsonNumber(e.gradNorm)}, {"lr", jsonNumber(e.learningRate)},
        {"seconds", jsonNumber(e.seconds)}, {"loss_scale", jsonNumber(e.lossScale)}, {"skipped", e.skipped},
        {"memory", toJson(e.memory)}};
}
void read(const LineReader& r, StepDone& e)
{
    r("tick", e.tick), r("step", e.step), r("loss", e.loss), r("grad_norm", e.gradNorm),
        r("lr", e.learningRate);
    r("seconds", e.seconds), r("loss_scale", e.lossScale), r("skipped", e.skipped), r("memory", e.memory);
}

Json write(const Evaluated& e)
{
    Json losses = Json::array();
    for (const double loss : e.batchLosses)
        losses.push_back(jsonNumber(loss));
    return {{"event", "evaluated"}, {"tick", e.tick}, {"step", e.step}, {"trained_tokens", e.trainedTokens},
        {"loss", jsonNumber(e.loss)}, {"accuracy", jsonNumber(e.accuracy)}, {"batch_losses", losses},
        {"seconds", jsonNumber(e.seconds)}, {"memory", toJson(e.memory)}};
}
void read(const LineReader& r, Evaluated& e)
{
    r("tick", e.tick), r("step", e.step), r("trained_tokens", e.trainedTokens), r("loss", e.loss),
        r("accuracy", e.accuracy);
    r("seconds", e.seconds), r("memory", e.memory);
    if (const Json* losses = r.find("batch_losses"); losses && losses->is_array())
        for (const Json& loss : *losses)
            e.batchLosses.push_back(numberFrom(loss));
}

Json write(const CheckpointSaved& e)
{
    return {{"event", "checkpoint"}, {"tick", e.tick}, {"step", e.step}, {"folder", e.folder},
        {"bytes", e.bytes}, {"seconds", jsonNumber(e.seconds)}};
}
void read(const LineReader& r, CheckpointSaved& e)
{
    r("tick", e.tick), r("step", e.step), r("folder", e.folder), r("bytes", e.bytes), r("seconds", e.seconds);
}

Json write(const TableChanged& e)
{
    return {{"event", "table_changed"}, {"tick", e.tick}, {"step", e.step}, {"table", tableToJson(e.table)}};
}
void read(const LineReader& r, TableChanged& e)
{
    r("tick", e.tick), r("step", e.step);
    if (const Json* json = r.find("table"))
        if (const auto table = tableFromJson(*json))
            e.table = *table;
}

Json write(const SettingChanged& e)
{
    const auto value = [](const std::string& text) {
        Json json = Json::parse(text, nullptr, /*allow_exceptions*/ false);
        return json.is_discarded() ? Json() : json;
    };
    return {{"event", "setting_changed"}, {"tick", e.tick}, {"step", e.step}, {"key", e.key},
        {"from", value(e.from)}, {"to", value(e.to)}};
}
void read(const LineReader& r, SettingChanged& e)
{
    const auto text = [&](const char* key) {
        const Json* json = r.find(key);
        return json ? jsonLine(*json) : "null";
    };
    r("tick", e.tick), r("step", e.step), r("key", e.key);
    e.from = text("from"), e.to = text("to");
}

Json write(const DivergenceAnswered& e)
{
    return {{"event", "divergence"}, {"tick", e.tick}, {"step", e.step}, {"level", nameOf(e.finding.level)},
        {"signal", nameOf(e.finding.signal)}, {"value", jsonNumber(e.finding.value)},
        {"limit", jsonNumber(e.finding.limit)}, {"answer", nameOf(e.answer)}, {"to_step", e.toStep},
        {"fp32_until", e.fp32Until}, {"text", e.text}};
}
void read(const LineReader& r, DivergenceAnswered& e)
{
    r("tick", e.tick), r("step", e.step), r.named("level", e.finding.level, parseDivergenceLevel);
    r.named("signal", e.finding.signal, parseDivergenceSignal), r("value", e.finding.value),
        r("limit", e.finding.limit);
    r.named("answer", e.answer, parseDivergenceAnswer), r("to_step", e.toStep), r("fp32_until", e.fp32Until),
        r("text", e.text);
}

Json write(const Notice& e)
{
    return {{"event", "notice"}, {"tick", e.tick}, {"severity", nameOf(e.severity)}, {"text", e.text}};
}
void read(const LineReader& r, Notice& e)
{
    r("tick", e.tick), r.named("severity", e.severity, parseSeverity), r("text", e.text);
}

Json write(const RunEnded& e)
{
    return {{"event", "run_ended"}, {"tick", e.tick}, {"step", e.step}, {"outcome", nameOf(e.outcome)},
        {"message", e.message}, {"seconds", jsonNumber(e.seconds)}};
}
void read(const LineReader& r, RunEnded& e)
{
    r("tick", e.tick), r("step", e.step), r.named("outcome", e.outcome, parseOutcome),
        r("message", e.message);
    r("seconds", e.seconds);
}

template <class Event> RunEvent readAs(const LineReader& reader)
{
    Event event;
    read(reader, event);
    return event;
}

} // namespace

Outcome outcomeOf(ExitCode code)
{
    switch (code) {
    case ExitCode::Done:
        return Outcome::Completed;
    case ExitCode::OutOfMemory:
        return Outcome::OutOfMemory;
    case ExitCode::Diverged:
        return Outcome::Diverged;
    case ExitCode::Interrupted:
        return Outcome::Interrupted;
    case ExitCode::Failed:
    case ExitCode::Usage:
        return Outcome::Failed;
    }
    return Outcome::Failed;
}

std::string_view nameOf(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Completed:
        return "completed";
    case Outcome::Stopped:
        return "stopped";
    case Outcome::Interrupted:
        return "interrupted";
    case Outcome::OutOfMemory:
        return "out_of_memory";
    case Outcome::Diverged:
        return "diverged";
    case Outcome::Failed:
        return "failed";
    }
    return {};
}

std::string_view nameOf(Severity severity)
{
    switch (severity) {
    case Severity::Info:
        return "info";
    case Severity::Warning:
        return "warning";
    case Severity::Critical:
        return "critical";
    }
    return {};
}

Result<Outcome> parseOutcome(std::string_view name)
{
    for (const Outcome outcome : {Outcome::Completed, Outcome::Stopped, Outcome::Interrupted,
             Outcome::OutOfMemory, Outcome::Diverged, Outcome::Failed})
        if (nameOf(outcome) == name)
            return outcome;
    return fail(fmt::format("'{}' is no outcome of a run", name));
}

std::string toLine(const RunEvent& event)
{
    return jsonLine(std::visit([](const auto& e) { return write(e); }, event));
}

Result<RunEvent> parseLine(std::string_view line)
{
    const auto json = parseJson(line, "an event", RepeatedKeys::LastCounts);
    if (!json)
        return fail(json.error());
    const auto kind = json->is_object() ? json->find("event") : json->end();
    if (kind == json->end() || !kind->is_string())
        return fail("a line of the log names no event");
    const std::string& name = kind->get_ref<const std::string&>();
    const LineReader reader(*json);
    using Make = RunEvent (*)(const LineReader&);
    const std::pair<std::string_view, Make> kinds[] = {{"run_started", readAs<RunStarted>},
        {"trial", readAs<TrialMeasured>}, {"segment_started", readAs<SegmentStarted>},
        {"step", readAs<StepDone>}, {"probe", readAs<ProbeDone>}, {"predict_judged", readAs<PredictJudged>},
        {"annealed", readAs<AnnealedEstimated>}, {"jump_made", readAs<JumpMade>},
        {"jump_judged", readAs<JumpJudged>}, {"numbers", readAs<NumbersMeasured>},
        {"evaluated", readAs<Evaluated>}, {"checkpoint", readAs<CheckpointSaved>},
        {"table_changed", readAs<TableChanged>}, {"setting_changed", readAs<SettingChanged>},
        {"divergence", readAs<DivergenceAnswered>}, {"card_reading", readAs<CardMeasured>},
        {"text", readAs<TextWritten>}, {"notice", readAs<Notice>}, {"run_ended", readAs<RunEnded>}};
    for (const auto& [known, make] : kinds)
        if (known == name)
            return make(reader);
    return fail(fmt::format("'{}' is an event this version does not know", name));
}

} // namespace mantissa
