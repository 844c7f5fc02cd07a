// SPDX-License-Identifier: Apache-2.0
// How a config is read from layers of JSON, and written.

#include "core/model/family.h"
#include "core/model/model_json.h"
#include "core/record/run_config.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

constexpr double anyNumber = 1e300;

template <class T> auto namedReader(std::initializer_list<T> values, std::string_view what)
{
    return [values = std::vector<T>(values), what](std::string_view name) -> Result<T> {
        std::vector<std::string> known;
        for (const T value : values) {
            if (nameOf(value) == name)
                return value;
            known.emplace_back(nameOf(value));
        }
        return fail(
            fmt::format("'{}' is no {}; expected {}", name, what, fmt::join(known, ", ")), ExitCode::Usage);
    };
}

void readData(ObjectReader& s, DataConfig& d)
{
    s.readName("kind", d.kind, namedReader({DataKind::Text, DataKind::Images}, "kind of data"));
    s.read("source", d.source);
    s.read("validation_fraction", d.validationFraction, 0.001, 0.9);
}

void readTraining(ObjectReader& s, TrainingConfig& t)
{
    s.read("max_steps", t.maxSteps, 1);
    s.read("batch_size", t.batchSize, 1, 1 << 20);
    s.read("gradient_accumulation_steps", t.accumulation, 1, 1 << 20);
    s.read("seed", t.seed, 0);
    s.read("eval_interval", t.evalInterval, 0);
    s.read("eval_batches", t.evalBatches, 0);
    s.read("save_interval", t.saveInterval, 0);
    s.read("keep_checkpoints", t.keepCheckpoints, 1, 1000);
    s.read("threads", t.threads, 0, 1024);
    s.read("numbers_interval", t.numbersInterval, 0);
}

void readOptimizer(ObjectReader& s, OptimizerConfig& o, PresetChoices& choices)
{
    s.readName("kind", o.kind, namedReader({OptimizerKind::AdamW}, "optimizer"));
    s.read("learning_rate", o.learningRate, 0, anyNumber);
    s.readName("lr_schedule", o.schedule,
        namedReader(
            {LearningRateSchedule::Constant, LearningRateSchedule::Linear, LearningRateSchedule::Cosine},
            "schedule"));
    s.read("lr_warmup_steps", o.warmupSteps, 0);
    s.read("lr_decay_steps", o.decaySteps, 0);
    s.read("min_lr_ratio", o.minLrRatio, 0, 1);
    s.read("beta1", o.beta1, 0, 0.999999);
    s.read("beta2", o.beta2, 0, 0.999999999);
    s.read("weight_decay", o.weightDecay, 0, anyNumber);
    s.read("epsilon", o.epsilon, 0, 1);
    s.read("max_grad_norm", o.maxGradNorm, 0, anyNumber);
    readMomentsKey(s, choices);
}

void readSegments(ObjectReader& s, PhasesConfig& p)
{
    const Json* list = s.array("segments");
    if (!list)
        return;
    p.segments.clear();
    for (std::size_t i = 0; i < list->size(); ++i) {
        FixedSegment segment;
        ObjectReader item((*list)[i], fmt::format("{}[{}]", s.keyPath("segments"), i));
        item.readName("phase", segment.phase, parsePhase);
        item.read("steps", segment.steps, 1);
        if (segment.steps == 0)
            item.refuse(item.keyPath("steps") + " is missing; say how many steps the segment lasts");
        if (const auto status = item.finish(); !status)
            s.refuse(status.error().message);
        p.segments.push_back(segment);
    }
}

/// true, false, or a name.
void readJump(ObjectReader& s, PhasesConfig& p)
{
    if (const Json* value = s.value("jump"); value && value->is_boolean())
        p.jump = value->get<bool>() ? JumpChoice::On : JumpChoice::Off;
    else if (value)
        s.readName("jump", p.jump, [](std::string_view name) -> Result<JumpChoice> {
            for (const JumpChoice choice : {JumpChoice::Off, JumpChoice::On, JumpChoice::Reject,
                     JumpChoice::Naive, JumpChoice::Random}) // the last two are controls of experiments
                if (nameOf(choice) == name)
                    return choice;
            return fail(fmt::format("'{}' is no choice of jumps; expected true, false or reject", name),
                ExitCode::Usage);
        });
}

void readPhases(ObjectReader& s, PhasesConfig& p)
{
    s.readName(
        "schedule", p.schedule, namedReader({PhaseSchedule::Hybrid, PhaseSchedule::Fixed}, "phase schedule"));
    s.read("warmup_steps", p.warmupSteps, 0);
    s.read("full_steps", p.fullSteps, 1);
    s.read("max_predict_steps", p.maxPredictSteps, 0);
    s.read("correct_steps", p.correctSteps, 0);
    s.read("confidence_threshold", p.confidenceThreshold, 0, 1);
    s.read("readout_budget", p.readoutBudget, 0, 1);
    s.read("divergence_threshold", p.divergenceThreshold, 1, anyNumber);
    s.read("recovery_steps", p.recoverySteps, 1);
    readSegments(s, p);
    readJump(s, p);
}

void readMemory(ObjectReader& s, RunConfig& config)
{
    s.read("device", config.memory.device);
    s.read("scratch", config.memory.scratch);
    std::int64_t budget = -1;
    s.readBytes("budget", budget);
    if (budget >= 0)
        config.memory.budgetBytes = budget;
    std::int64_t snapshots = -1;
    s.readBytes("snapshots", snapshots);
    if (snapshots >= 0)
        config.memory.snapshotBytes = snapshots;
    s.read("snapshot_interval", config.memory.snapshotInterval, 1);
    s.read("trial", config.memory.trial);
    s.read("allow_overcommit", config.memory.allowOvercommit);
    readMemoryKeys(s, config.choices);
}

template <class Read> void section(ObjectReader& root, std::string_view key, Read read)
{
    if (const Json* json = root.object(key)) {
        ObjectReader reader(*json, std::string(key));
        read(reader);
        if (const auto status = reader.finish(); !status)
            root.refuse(status.error().message);
    }
}

Status readWhole(const Json& json, RunConfig& config)
{
    ObjectReader root(json, "");
    std::int64_t format = 1;
    root.read("format", format, 1, 1);
    root.read("name", config.name);
    section(root, "model", [&](ObjectReader& s) { readModel(s, config.model); });
    if (inputOf(config.model) == InputKind::Images)
        config.data = {.kind = DataKind::Images, .source = "sample:fashion-mnist"};
    section(root, "data", [&](ObjectReader& s) { readData(s, config.data); });
    section(root, "training", [&](ObjectReader& s) { readTraining(s, config.training); });
    section(root, "optimizer", [&](ObjectReader& s) { readOptimizer(s, config.optimizer, config.choices); });
    section(root, "phases", [&](ObjectReader& s) { readPhases(s, config.phases); });
    section(root, "precision", [&](ObjectReader& s) {
        s.read("preset", config.preset);
        readPrecisionKeys(s, config.choices);
    });
    section(root, "memory", [&](ObjectReader& s) { readMemory(s, config); });
    return root.finish();
}

/// Puts `value` at a dotted path, making objects on the way.
void setAt(Json& root, std::string_view path, const Json& value)
{
    Json* at = &root;
    while (true) {
        const auto dot = path.find('.');
        const std::string key(path.substr(0, dot));
        if (!at->is_object())
            *at = Json::object();
        at = &(*at)[key];
        if (dot == std::string_view::npos)
            break;
        path.remove_prefix(dot + 1);
    }
    *at = value;
}

Status applySetting(Json& merged, const std::string& setting)
{
    const auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0)
        return fail(
            fmt::format("--set {} has no '='; write --set training.max_steps=300", setting), ExitCode::Usage);
    if (setting.starts_with("precision.preset="))
        return fail("--set precision.preset would change the name alone; use --preset", ExitCode::Usage);
    const std::string text = setting.substr(equals + 1);
    const Json parsed = Json::parse(text, nullptr, /*allow_exceptions*/ false);
    setAt(merged, std::string_view(setting).substr(0, equals), parsed.is_discarded() ? Json(text) : parsed);
    return {};
}

/// The dotted keys of `lower` that `upper` holds too, with another value.
void collectReplaced(
    const Json& lower, const Json& upper, const std::string& path, std::vector<std::string>& keys)
{
    for (const auto& [key, value] : lower.items()) {
        const auto found = upper.find(key);
        if (found == upper.end())
            continue;
        const std::string here = path.empty() ? key : path + "." + key;
        if (value.is_object() && found->is_object())
            collectReplaced(value, *found, here, keys);
        else if (value != *found)
            keys.push_back(here);
    }
}

std::string presetNamedIn(const Json& file)
{
    const auto precision = file.find("precision");
    if (precision == file.end() || !precision->is_object())
        return "default";
    const auto name = precision->find("preset");
    return name != precision->end() && name->is_string() ? name->get<std::string>() : "default";
}

/// "custom" is what a resolved config calls choices that no preset has.
Result<Json> choicesOfPreset(const std::string& name)
{
    if (name == "custom")
        return Json::object();
    const auto preset = findPreset(name);
    if (!preset)
        return fail(preset.error());
    Json json = choicesToJson(preset->choices);
    json["precision"]["preset"] = name;
    return json;
}

} // namespace

Result<LoadedConfig> configFromJson(
    const Json& file, const ConfigOverrides& overrides, const std::filesystem::path& folder)
{
    if (!file.is_object())
        return fail("the config must be an object {…}", ExitCode::Usage);
    LoadedConfig loaded;
    const auto base = choicesOfPreset(presetNamedIn(file));
    if (!base)
        return fail(base.error());
    Json merged = *base;
    merged.merge_patch(file);
    if (overrides.preset) {
        auto chosen = choicesOfPreset(*overrides.preset);
        if (!chosen)
            return fail(chosen.error());
        std::vector<std::string> replaced;
        collectReplaced(file, *chosen, "", replaced);
        std::erase(replaced, "precision.preset");
        if (!replaced.empty())
            loaded.notices.push_back(fmt::format(
                "--preset {} replaced {} of the config file", *overrides.preset, fmt::join(replaced, ", ")));
        merged.merge_patch(*chosen);
    }
    for (const std::string& setting : overrides.settings)
        TRY(applySetting(merged, setting));
    TRY(readWhole(merged, loaded.config));
    TRY(check(loaded.config));
    if (loaded.config.preset != "custom")
        if (const auto preset = findPreset(loaded.config.preset);
            preset && preset->choices != loaded.config.choices)
            loaded.config.preset = "custom";
    std::string& source = loaded.config.data.source;
    if (!source.starts_with("sample:") && std::filesystem::path(source).is_relative())
        source = std::filesystem::weakly_canonical(folder / source).string();
    return loaded;
}

Result<RunConfig> withSetting(const RunConfig& config, const std::string& key, const Json& value)
{
    Json json = toJson(config);
    setAt(json, key, value);
    RunConfig changed;
    TRY(readWhole(json, changed));
    return changed;
}

Result<LoadedConfig> loadConfig(const std::filesystem::path& file, const ConfigOverrides& overrides)
{
    const auto json = readJsonFile(file);
    if (!json)
        return fail(json.error());
    auto loaded = configFromJson(*json, overrides, std::filesystem::absolute(file).parent_path());
    if (!loaded)
        return fail(fmt::format("{}: {}", file.string(), loaded.error().message), loaded.error().code);
    return loaded;
}

Json toJson(const RunConfig& c)
{
    Json json = {{"format", 1}, {"name", c.name}, {"model", toJson(c.model)},
        {"data",
            {{"kind", nameOf(c.data.kind)}, {"source", c.data.source},
                {"validation_fraction", c.data.validationFraction}}},
        {"training",
            {{"max_steps", c.training.maxSteps}, {"batch_size", c.training.batchSize},
                {"gradient_accumulation_steps", c.training.accumulation}, {"seed", c.training.seed},
                {"eval_interval", c.training.evalInterval}, {"eval_batches", c.training.evalBatches},
                {"save_interval", c.training.saveInterval}, {"keep_checkpoints", c.training.keepCheckpoints},
                {"threads", c.training.threads}, {"numbers_interval", c.training.numbersInterval}}},
        {"optimizer",
            {{"kind", nameOf(c.optimizer.kind)}, {"learning_rate", c.optimizer.learningRate},
                {"lr_schedule", nameOf(c.optimizer.schedule)}, {"lr_warmup_steps", c.optimizer.warmupSteps},
                {"lr_decay_steps", c.optimizer.decaySteps}, {"min_lr_ratio", c.optimizer.minLrRatio},
                {"beta1", c.optimizer.beta1}, {"beta2", c.optimizer.beta2},
                {"weight_decay", c.optimizer.weightDecay}, {"epsilon", c.optimizer.epsilon},
                {"max_grad_norm", c.optimizer.maxGradNorm}}},
        {"phases",
            {{"schedule", nameOf(c.phases.schedule)}, {"warmup_steps", c.phases.warmupSteps},
                {"full_steps", c.phases.fullSteps}, {"max_predict_steps", c.phases.maxPredictSteps},
                {"correct_steps", c.phases.correctSteps},
                {"confidence_threshold", c.phases.confidenceThreshold},
                {"readout_budget", c.phases.readoutBudget},
                {"divergence_threshold", c.phases.divergenceThreshold},
                {"recovery_steps", c.phases.recoverySteps},
                {"jump",
                    c.phases.jump == JumpChoice::Off      ? Json(false)
                        : c.phases.jump == JumpChoice::On ? Json(true)
                                                          : Json(nameOf(c.phases.jump))}}},
        {"memory",
            {{"device", c.memory.device},
                {"budget", c.memory.budgetBytes ? Json(*c.memory.budgetBytes) : Json()},
                {"snapshots", c.memory.snapshotBytes ? Json(*c.memory.snapshotBytes) : Json()},
                {"snapshot_interval", c.memory.snapshotInterval}, {"trial", c.memory.trial},
                {"allow_overcommit", c.memory.allowOvercommit}}}};
    if (!c.memory.scratch.empty())
        json["memory"]["scratch"] = c.memory.scratch;
    for (const FixedSegment& segment : c.phases.segments)
        json["phases"]["segments"].push_back({{"phase", nameOf(segment.phase)}, {"steps", segment.steps}});
    Json choices = choicesToJson(c.choices);
    // the choices stand here in full; a preset's own file may be gone when this is read again
    choices["precision"]["preset"] = c.preset.ends_with(".json") ? "custom" : c.preset;
    for (const auto& [key, value] : choices.items())
        for (const auto& [inner, setting] : value.items())
            json[key][inner] = setting;
    return json;
}

} // namespace mantissa
