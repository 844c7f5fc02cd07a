// SPDX-License-Identifier: Apache-2.0
#include "core/record/config_remarks.h"

#include "core/base/units.h"
#include "core/precision/preset_difference.h"
#include "core/record/device_choice.h"

#include <fmt/format.h>

#include <algorithm>

namespace mantissa {

namespace {

using Remarks = std::vector<std::string>;

bool anyPhase(const RunConfig& c, bool (*holds)(const PhasePlan&))
{
    return std::ranges::any_of(allPhases, [&](Phase phase) { return holds(c.choices.table.at(phase)); });
}

/// The shipped preset that most of the choices come from: what differs from it was chosen by somebody.
const Preset& nearestPreset(const PresetChoices& choices)
{
    const auto distance = [&](const Preset& preset) {
        int keys = 0;
        forEachDifference(
            preset.choices, choices, [&](const std::string&, const Json&, const Json&) { ++keys; });
        return keys;
    };
    return *std::ranges::min_element(builtinPresets(), {}, distance);
}

void remarkOnPrecision(const RunConfig& c, Remarks& remarks)
{
    const PrecisionTable& table = c.choices.table;
    const Precision unasked = nearestPreset(c.choices).choices.table.defaultPrecision();
    const bool usesDefault = table.isEnabled() && !table.isAuto()
        && anyPhase(c, [](const PhasePlan& plan) { return !plan.compute; });
    if (!usesDefault && table.defaultPrecision() != unasked)
        remarks.push_back(
            fmt::format("precision.default is {} and has no effect: {}", nameOf(table.defaultPrecision()),
                !table.isEnabled() ? "precision.enabled is false"
                    : table.isAuto()
                    ? "precision.auto chooses for phases without a format; set precision.auto=false"
                    : "every phase names a format"));
    if (!table.isEnabled()
        && anyPhase(c, [](const PhasePlan& p) { return p.compute && *p.compute != Precision::Fp32; }))
        remarks.push_back("precision.enabled is false, so every phase computes in fp32, whatever "
                          "precision.phases says");
}

void remarkOnOptimizer(const RunConfig& c, Remarks& remarks)
{
    const OptimizerConfig& o = c.optimizer;
    if (o.warmupSteps > c.training.maxSteps)
        remarks.push_back(
            fmt::format("optimizer.lr_warmup_steps is {} and the run has {} steps: the learning "
                        "rate never gets to {}; choose a shorter warm-up",
                formatCount(o.warmupSteps), formatCount(c.training.maxSteps), formatNumber(o.learningRate)));
    if (static_cast<float>(o.learningRate) == 0)
        remarks.push_back(
            fmt::format("optimizer.learning_rate is {}, which is 0 in FP32: no weight will change",
                formatNumber(o.learningRate)));
    if (o.weightDecay * o.learningRate >= 1)
        remarks.push_back(
            fmt::format("optimizer.weight_decay {} times learning_rate {} is {}: one update takes "
                        "away all of a weight; below 0.01 is usual",
                formatNumber(o.weightDecay), formatNumber(o.learningRate),
                formatNumber(o.weightDecay * o.learningRate)));
    if (static_cast<float>(o.epsilon) == 0)
        remarks.push_back(
            fmt::format("optimizer.epsilon is {}, which is 0 in FP32: a weight whose gradients are "
                        "0 becomes NaN; 1e-8 is usual",
                formatNumber(o.epsilon)));
    if (o.schedule == LearningRateSchedule::Constant && o.minLrRatio != OptimizerConfig{}.minLrRatio)
        remarks.push_back("optimizer.min_lr_ratio has no effect: lr_schedule is constant");
}

void remarkOnPhases(const RunConfig& c, Remarks& remarks)
{
    const PhasesConfig& p = c.phases;
    const PhasesConfig usual;
    if (p.schedule == PhaseSchedule::Fixed) {
        if (p.warmupSteps != usual.warmupSteps || p.fullSteps != usual.fullSteps
            || p.maxPredictSteps != usual.maxPredictSteps || p.correctSteps != usual.correctSteps
            || p.confidenceThreshold != usual.confidenceThreshold)
            remarks.push_back(
                "phases.schedule is fixed, so phases.segments alone says how long a phase lasts");
        return;
    }
    if (p.warmupSteps >= c.training.maxSteps)
        remarks.push_back(fmt::format("phases.warmup_steps is {} and the run has {} steps: it never leaves "
                                      "Warmup; choose a shorter one",
            formatCount(p.warmupSteps), formatCount(c.training.maxSteps)));
    if (p.maxPredictSteps == 0
        && (p.correctSteps != usual.correctSteps || p.confidenceThreshold != usual.confidenceThreshold
            || p.readoutBudget != usual.readoutBudget))
        remarks.push_back("phases.max_predict_steps is 0, so there is no Predict, nor what follows from it: "
                          "correct_steps, confidence_threshold and readout_budget have no effect");
}

void remarkOnFolder(const RunConfig& c, Remarks& remarks)
{
    constexpr double high = 3e-4; // from which on what was learned before tends to be lost
    if (!c.model.folder.empty() && c.optimizer.learningRate > high)
        remarks.push_back(fmt::format("optimizer.learning_rate is {:g}, high for weights that have learned "
                                      "already; 5e-5 is usual",
            c.optimizer.learningRate));
}

void remarkOnDataAndMemory(const RunConfig& c, Remarks& remarks)
{
    const auto restsOnDisk = [](const PhasePlan& plan) {
        return plan.weights == Tier::Disk || plan.remainder == Tier::Disk || plan.moments == Tier::Disk;
    };
    if (c.data.kind == DataKind::Images && c.data.validationFraction != DataConfig{}.validationFraction)
        remarks.push_back("data.validation_fraction has no effect: images come with a set for evaluation");
    if (c.data.kind == DataKind::Images && c.choices.lossChunk > 0)
        remarks.push_back("memory.loss_chunk has no effect: it is for models of text");
    if (!c.memory.scratch.empty() && !anyPhase(c, restsOnDisk))
        remarks.push_back("memory.scratch has no effect: no phase puts anything on disk");
    if (c.memory.snapshotBytes == 0 && c.memory.snapshotInterval != MemoryConfig{}.snapshotInterval)
        remarks.push_back("memory.snapshot_interval has no effect: memory.snapshots is 0");
    const auto device = parseDevice(c.memory.device);
    if (c.memory.maxCelsius && device && device->kind != DeviceKind::Card)
        remarks.push_back(
            fmt::format("memory.max_temperature has no effect: it is of a card, and memory.device is {}",
                c.memory.device));
}

} // namespace

std::vector<std::string> remarksOn(const RunConfig& config)
{
    Remarks remarks;
    remarkOnPrecision(config, remarks);
    remarkOnOptimizer(config, remarks);
    remarkOnPhases(config, remarks);
    remarkOnFolder(config, remarks);
    remarkOnDataAndMemory(config, remarks);
    return remarks;
}

} // namespace mantissa
