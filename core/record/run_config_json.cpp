// SPDX-License-Identifier: Apache-2.0
// How a config is read from layers of JSON, and written.

#include "core/base/shown_text.h"
#include "core/files/model_folder.h"
#include "core/model/family.h"
#include "core/model/model_json.h"
#include "core/record/config_layers.h"
#include "core/record/device_choice.h"
#include "core/record/folder_weights.h"
#include "core/record/foreign_names.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

constexpr double anyNumber = 1e300;
constexpr std::int64_t anyCount
    = 1'000'000'000'000'000; ///< of steps: sums and small multiples stay far from 2^63

constexpr double mostEpochs = 1e6; ///< times the samples of any data stays far from 2^63

/// A limit that an idle card is above would stop a run for good; no card works above the other.
constexpr double leastMaxCelsius = 40, mostMaxCelsius = 120;

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
    s.readPath("source", d.source);
    s.read("validation_fraction", d.validationFraction, 0.001, 0.9);
    s.readPath("tokenizer", d.tokenizer);
    s.read("format", d.format);
    s.read("field", d.field);
    s.read("template", d.chatTemplate);
    s.readPath("validation", d.validation);
    s.readName("train_on", d.trainOn,
        namedReader({TrainOn::Answers, TrainOn::LastAnswer, TrainOn::All}, "choice of what trains"));
}

void readTraining(ObjectReader& s, TrainingConfig& t)
{
    s.read("max_steps", t.maxSteps, 1, anyCount);
    s.read("epochs", t.epochs, 0, mostEpochs);
    s.read("batch_size", t.batchSize, 1, 1 << 20);
    s.read("gradient_accumulation_steps", t.accumulation, 1, 1 << 20);
    s.read("seed", t.seed, 0);
    s.read("eval_interval", t.evalInterval, 0, anyCount);
    s.read("eval_batches", t.evalBatches, 0, anyCount);
    s.read("save_interval", t.saveInterval, 0, anyCount);
    s.read("save_minutes", t.saveMinutes, 0, anyNumber);
    s.read("keep_checkpoints", t.keepCheckpoints, 1, 1000);
    s.read("keep_best", t.keepBest);
    s.read("early_stop_patience", t.earlyStop.patience, 0, anyCount);
    s.read("early_stop_minutes", t.earlyStop.minutes, 0, anyNumber);
    s.read("early_stop_spike", t.earlyStop.atSpike);
    s.read("threads", t.threads, 0, 1024);
    s.read("numbers_interval", t.numbersInterval, 0, anyCount);
    s.read("sample_interval", t.sampleInterval, 0, anyCount);
    s.read("sample_tokens", t.sampleTokens, 1, 4096);
    s.read("sample_prompt", t.samplePrompt);
}

void readOptimizer(ObjectReader& s, OptimizerConfig& o, PresetChoices& choices)
{
    s.readName("kind", o.kind, namedReader({OptimizerKind::AdamW}, "optimizer"));
    s.read("learning_rate", o.learningRate, 0, anyNumber);
    s.readName("lr_schedule", o.schedule,
        namedReader(
            {LearningRateSchedule::Constant, LearningRateSchedule::Linear, LearningRateSchedule::Cosine},
            "schedule"));
    s.read("lr_warmup_steps", o.warmupSteps, 0, anyCount);
    s.read("lr_decay_steps", o.decaySteps, 0, anyCount);
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
        item.read("steps", segment.steps, 1, anyCount);
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
    s.read("warmup_steps", p.warmupSteps, 0, anyCount);
    s.read("full_steps", p.fullSteps, 1, anyCount);
    s.read("max_predict_steps", p.maxPredictSteps, 0, anyCount);
    s.read("correct_steps", p.correctSteps, 0, anyCount);
    s.read("confidence_threshold", p.confidenceThreshold, 0, 1);
    s.read("readout_budget", p.readoutBudget, 0, 1);
    s.read("divergence_threshold", p.divergenceThreshold, 1, anyNumber);
    s.read("recovery_steps", p.recoverySteps, 1, anyCount);
    readSegments(s, p);
    readJump(s, p);
}

/// As it is written one way, so that two spellings of a device are no difference between runs.
Result<std::string> deviceNamed(std::string_view name)
{
    const auto device = parseDevice(name);
    if (!device)
        return fail(device.error());
    return nameOf(*device);
}

void readMemory(ObjectReader& s, RunConfig& config)
{
    s.readName("device", config.memory.device, deviceNamed);
    s.readPath("scratch", config.memory.scratch);
    std::int64_t budget = -1;
    s.readBytes("budget", budget);
    if (budget >= 0)
        config.memory.budgetBytes = budget;
    std::int64_t snapshots = -1;
    s.readBytes("snapshots", snapshots);
    if (snapshots >= 0)
        config.memory.snapshotBytes = snapshots;
    s.read("snapshot_interval", config.memory.snapshotInterval, 1, anyCount);
    double celsius = 0;
    s.read("max_temperature", celsius, leastMaxCelsius, mostMaxCelsius);
    if (celsius > 0)
        config.memory.maxCelsius = celsius;
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
    TRY(checkForeignNames(json, toJson(RunConfig{})));
    ObjectReader root(json, "");
    std::int64_t format = 1;
    root.read("format", format, 1, 1);
    root.read("name", config.name);
    config.name = asUtf8(config.name);
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

/// The keys of data that say something.
void addDataKeys(Json& json, const DataConfig& d)
{
    if (!d.tokenizer.empty())
        json["tokenizer"] = escapedPath(d.tokenizer);
    if (!d.format.empty())
        json["format"] = d.format;
    if (!d.field.empty())
        json["field"] = d.field;
    if (!d.chatTemplate.empty())
        json["template"] = d.chatTemplate;
    if (!d.validation.empty())
        json["validation"] = escapedPath(d.validation);
    if (d.trainOn != TrainOn::Answers)
        json["train_on"] = nameOf(d.trainOn);
}

/// A model's folder brings its config.json with it, unless a resolved config has that already. True
/// where it did.
Result<bool> openFolder(Json& root, const std::filesystem::path& folder)
{
    if (!root.contains("model") || !root["model"].is_object())
        return false;
    Json& model = root["model"];
    const auto named = model.find("folder");
    if (named == model.end() || !named->is_string() || named->get<std::string>().empty())
        return false;
    const std::filesystem::path place = placeOf(folder / bytesOf(named->get<std::string>()));
    model["folder"] = escapedPath(place.string());
    if (model.contains("config"))
        return false;
    auto config = readModelConfig(place);
    if (!config)
        return fail("model.folder: " + config.error().message, ExitCode::Usage);
    model["config"] = std::move(*config);
    return true;
}

} // namespace

Result<LoadedConfig> configFromJson(
    const Json& file, const ConfigOverrides& overrides, const std::filesystem::path& folder)
{
    if (!file.is_object())
        return fail("the config must be an object {…}", ExitCode::Usage);
    LoadedConfig loaded;
    auto merged = mergeLayers(file, overrides, loaded.notices);
    if (!merged)
        return fail(merged.error());
    const auto isNewFolder = openFolder(*merged, folder);
    if (!isNewFolder)
        return fail(isNewFolder.error());
    TRY(readWhole(*merged, loaded.config));
    TRY(check(loaded.config));
    if (*isNewFolder) // its weights are looked at before anything is made of them
        if (auto weights = FolderWeights::open(loaded.config.model.folder, describe(loaded.config.model));
            !weights)
            return fail("model.folder: " + weights.error().message, ExitCode::Usage);
    if (loaded.config.preset != "custom")
        if (const auto preset = findPreset(loaded.config.preset);
            preset && preset->choices != loaded.config.choices)
            loaded.config.preset = "custom";
    std::string& source = loaded.config.data.source;
    if (!source.starts_with("sample:"))
        source = placeOf(folder / source).string();
    std::error_code error;
    const std::filesystem::path model = loaded.config.model.folder;
    if (loaded.config.data.tokenizer.empty() && !model.empty()
        && std::filesystem::exists(model / "tokenizer.json", error))
        loaded.config.data.tokenizer = model.string();
    for (std::string* place : {&loaded.config.data.tokenizer, &loaded.config.data.validation})
        if (!place->empty() && *place != "bytes")
            *place = placeOf(folder / *place).string();
    return loaded;
}

Result<RunConfig> withSetting(const RunConfig& config, const std::string& key, const Json& value)
{
    Json json = toJson(config);
    layAt(json, key, value);
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

namespace {

Json trainingJson(const TrainingConfig& t)
{
    Json json = {{"max_steps", t.maxSteps}, {"epochs", t.epochs}, {"batch_size", t.batchSize},
        {"gradient_accumulation_steps", t.accumulation}, {"seed", t.seed}, {"eval_interval", t.evalInterval},
        {"eval_batches", t.evalBatches}, {"save_interval", t.saveInterval}, {"save_minutes", t.saveMinutes},
        {"keep_checkpoints", t.keepCheckpoints}, {"keep_best", t.keepBest},
        {"early_stop_patience", t.earlyStop.patience}, {"early_stop_minutes", t.earlyStop.minutes},
        {"early_stop_spike", t.earlyStop.atSpike}, {"threads", t.threads},
        {"numbers_interval", t.numbersInterval}};
    const TrainingConfig unset;
    if (t.sampleInterval != unset.sampleInterval)
        json["sample_interval"] = t.sampleInterval;
    if (t.sampleTokens != unset.sampleTokens)
        json["sample_tokens"] = t.sampleTokens;
    if (t.samplePrompt != unset.samplePrompt)
        json["sample_prompt"] = t.samplePrompt;
    return json;
}

} // namespace

Json toJson(const RunConfig& c)
{
    Json json = {{"format", 1}, {"name", c.name}, {"model", toJson(c.model)},
        {"data",
            {{"kind", nameOf(c.data.kind)}, {"source", escapedPath(c.data.source)},
                {"validation_fraction", c.data.validationFraction}}},
        {"training", trainingJson(c.training)},
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
                {"snapshot_interval", c.memory.snapshotInterval},
                {"max_temperature", c.memory.maxCelsius ? Json(*c.memory.maxCelsius) : Json()},
                {"trial", c.memory.trial}, {"allow_overcommit", c.memory.allowOvercommit}}}};
    addDataKeys(json["data"], c.data);
    if (!c.memory.scratch.empty())
        json["memory"]["scratch"] = escapedPath(c.memory.scratch);
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
