// SPDX-License-Identifier: Apache-2.0
#include "core/record/run_config.h"

#include "core/record/device_choice.h"

#include "core/model/family.h"

#include <fmt/format.h>

#include <algorithm>

namespace mantissa {

std::string_view nameOf(DataKind kind) { return kind == DataKind::Text ? "text" : "images"; }
std::string_view nameOf(TrainOn trainOn)
{
    switch (trainOn) {
    case TrainOn::Answers:
        return "answers";
    case TrainOn::LastAnswer:
        return "last_answer";
    case TrainOn::All:
        return "all";
    }
    return {};
}

bool DataConfig::hasRows() const
{
    return kind == DataKind::Text
        && (source.ends_with(".jsonl") || source.ends_with(".json") || source.ends_with(".csv"));
}

std::string_view nameOf(OptimizerKind) { return "adamw"; }
std::string_view nameOf(PhaseSchedule schedule)
{
    return schedule == PhaseSchedule::Hybrid ? "hybrid" : "fixed";
}

std::string_view nameOf(JumpChoice choice)
{
    switch (choice) {
    case JumpChoice::Off:
        return "false";
    case JumpChoice::On:
        return "true";
    case JumpChoice::Reject:
        return "reject";
    case JumpChoice::Naive:
        return "naive";
    case JumpChoice::Random:
        return "random";
    }
    return {};
}

std::string_view nameOf(LearningRateSchedule schedule)
{
    switch (schedule) {
    case LearningRateSchedule::Constant:
        return "constant";
    case LearningRateSchedule::Linear:
        return "linear";
    case LearningRateSchedule::Cosine:
        return "cosine";
    }
    return {};
}

std::int64_t RunConfig::tokensPerStep() const
{
    return training.batchSize * training.accumulation * tokensPerSample();
}

std::int64_t RunConfig::tokensPerSample() const { return data.kind == DataKind::Text ? model.context : 1; }

EstimateInput RunConfig::estimateInput() const
{
    EstimateInput input{.model = model,
        .choices = choices,
        .batchSize = training.batchSize,
        .accumulation = training.accumulation,
        .clips = optimizer.maxGradNorm > 0,
        .onCpu = computesOnCpu(memory.device)};
    if (phases.schedule == PhaseSchedule::Fixed) {
        input.phaseRuns = {};
        for (const FixedSegment& segment : phases.segments)
            input.phaseRuns[indexOf(segment.phase)] = true;
    } else {
        input.phaseRuns[indexOf(Phase::Warmup)] = phases.warmupSteps > 0;
        input.phaseRuns[indexOf(Phase::Predict)] = phases.maxPredictSteps > 0;
        input.phaseRuns[indexOf(Phase::Correct)] = phases.maxPredictSteps > 0 && phases.correctSteps > 0;
    }
    return input;
}

namespace {

Status checkPhase(const RunConfig& c, Phase phase)
{
    const PresetChoices& choices = c.choices;
    const ResolvedPlan plan = choices.table.resolve(phase);
    if (plan.weights != Tier::Device && choices.execution != Execution::Layerwise)
        return wrong(fmt::format("precision.phases.{}.weights is {}, which needs layerwise execution; set "
                                 "memory.execution=layerwise or "
                                 "keep the weights on device",
            nameOf(phase), nameOf(plan.weights)));
    if (choices.master != Master::Exact && plan.compute != Precision::Bf16)
        return wrong(fmt::format("precision.master is {}, where a weight is a BF16 number, and {} computes "
                                 "in {}; choose bf16 for every "
                                 "phase, or master exact",
            nameOf(choices.master), nameOf(phase), nameOf(plan.compute)));
    if (plan.compute == Precision::Fp16 && choices.releaseGradients && c.optimizer.maxGradNorm == 0)
        return wrong(fmt::format(
            "{} computes in fp16 with memory.release_gradients and without clipping: an overflow would be "
            "found when "
            "half of the weights are updated; set optimizer.max_grad_norm, or release_gradients=false",
            nameOf(phase)));
    return {};
}

Status checkChoices(const RunConfig& c)
{
    for (const Phase phase : allPhases)
        TRY(checkPhase(c, phase));
    return {};
}

/// One factor of a size, by the key that says it.
struct Factor {
    std::string_view key;
    std::int64_t value;
};

/// Refuses a product that passes `most`, by the names of its factors.
Status checkProduct(std::string_view what, std::initializer_list<Factor> factors, double most)
{
    double product = 1;
    std::vector<std::string> words;
    for (const Factor& factor : factors) {
        product *= static_cast<double>(factor.value);
        words.push_back(fmt::format("{} {}", factor.key, factor.value));
    }
    if (product < most)
        return {};
    return wrong(fmt::format("{} make {:.3g} {}, more than can be counted; choose smaller ones",
        fmt::join(words, " times "), product, what));
}

/// What is reckoned with 64-bit numbers stays far from their end, for any of the choices in a config.
Status checkSizes(const RunConfig& c)
{
    constexpr double mostTokens = 9.2e18; // below 2^63
    constexpr double mostElements = 9e15; // 2^53: a few copies of a few bytes each still pass no 2^63
    const Factor batch{"training.batch_size", c.training.batchSize};
    const Factor context{"model.context", c.data.kind == DataKind::Text ? c.model.context : 1};
    const Factor layers{"model.layers", c.model.layers};
    TRY(checkProduct(c.data.kind == DataKind::Text ? "tokens" : "images",
        {{"training.max_steps", c.training.maxSteps}, batch,
            {"gradient_accumulation_steps", c.training.accumulation}, context},
        mostTokens));
    TRY(checkProduct("activations", {batch, context, layers, {"model.width", c.model.width}}, mostElements));
    if (c.data.kind != DataKind::Text)
        return {};
    TRY(checkProduct("logits", {batch, context, {"model.vocab", c.model.vocab}}, mostElements));
    TRY(checkProduct("activations",
        {batch, context, layers, {"model.ffn", std::max<std::int64_t>(1, c.model.ffn)}}, mostElements));
    return checkProduct(
        "attention weights", {batch, layers, {"model.heads", c.model.heads}, context, context}, mostElements);
}

Status checkSegments(const PhasesConfig& phases)
{
    constexpr std::int64_t most = 1'000'000'000'000'000; // as for one count of steps
    std::int64_t sum = 0;
    for (const FixedSegment& segment : phases.segments)
        if (sum += segment.steps; sum > most)
            return wrong(
                fmt::format("the steps of phases.segments come to more than {}; shorten them", most));
    return {};
}

} // namespace

Status check(const RunConfig& c)
{
    TRY(check(c.model));
    TRY(checkSizes(c));
    TRY(checkSegments(c.phases));
    if ((inputOf(c.model) == InputKind::Tokens) != (c.data.kind == DataKind::Text))
        return wrong(fmt::format("model.kind {} cannot learn from data.kind {}; {} take text, {} take images",
            c.model.kind, nameOf(c.data.kind), familiesThatRead(InputKind::Tokens),
            familiesThatRead(InputKind::Images)));
    if (c.phases.schedule == PhaseSchedule::Fixed && c.phases.segments.empty())
        return wrong("phases.schedule is fixed and phases.segments is empty; list {\"phase\": \"full\", "
                     "\"steps\": 60}, …");
    if (c.phases.schedule == PhaseSchedule::Hybrid && !c.phases.segments.empty())
        return wrong("phases.segments is given and phases.schedule is hybrid; write \"schedule\": \"fixed\" "
                     "to use them");
    if (c.phases.schedule == PhaseSchedule::Fixed && c.phases.segments.back().phase == Phase::Predict)
        return wrong("phases.segments ends in predict, which never trains; end with warmup, full or correct");
    if (c.phases.jump != JumpChoice::Off
        && (c.phases.schedule == PhaseSchedule::Fixed || c.phases.maxPredictSteps == 0))
        return wrong(fmt::format("phases.jump is {}, and jumps come after Predict in a hybrid schedule; set "
                                 "phases.schedule=hybrid and "
                                 "max_predict_steps above 0, or jump=false",
            nameOf(c.phases.jump)));
    if (c.phases.jump != JumpChoice::Off && c.model.dropout > 0)
        return wrong("phases.jump judges by the losses of steps and of forward passes on the same batches, "
                     "which dropout makes differ; set model.dropout=0 or jump=false");
    if (c.phases.jump != JumpChoice::Off && c.memory.snapshotBytes == 0)
        return wrong(fmt::format("phases.jump is {} and memory.snapshots is 0, which leaves no copy to take "
                                 "a jump back to; leave snapshots out, or set jump=false",
            nameOf(c.phases.jump)));
    return checkChoices(c);
}

bool isComparable(const RunConfig& a, const RunConfig& b)
{
    RunConfig same = b;
    same.name = a.name;
    same.preset = a.preset;
    same.choices = a.choices;
    same.memory = a.memory;
    same.training.saveInterval = a.training.saveInterval;
    same.training.saveMinutes = a.training.saveMinutes;
    same.training.keepCheckpoints = a.training.keepCheckpoints;
    same.training.numbersInterval = a.training.numbersInterval;
    same.training.keepBest = a.training.keepBest;
    same.training.earlyStop = a.training.earlyStop;
    return same == a;
}

RunConfig baselineOf(const RunConfig& config)
{
    RunConfig baseline = config;
    baseline.name = config.name + "-fp32";
    baseline.preset = "conservative";
    baseline.choices = findPreset("conservative")->choices;
    return baseline;
}

} // namespace mantissa
