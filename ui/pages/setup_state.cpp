// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/setup_state.h"

#include "core/base/units.h"
#include "core/model/family.h"
#include "core/record/device_choice.h"
#include "ui/pages/number_field.h"
#include "ui/theme/format.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace mantissa::ui {

namespace {

constexpr std::int64_t smallBatch = 2; ///< of models and contexts that are no toys

} // namespace

WrongNumber wrongIn(const NumberField& field)
{
    return {field.accessibleName(), field.text(), field.problem()};
}

QString exactBytesText(std::int64_t bytes)
{
    constexpr int mostDigits = 5; // more says nothing to a reader
    QString shortest = QString::number(bytes) % u" B"_s;
    for (const auto& [unit, size] : {std::pair(u" KiB"_s, 0x1p10), std::pair(u" MiB"_s, 0x1p20),
             std::pair(u" GiB"_s, 0x1p30), std::pair(u" TiB"_s, 0x1p40), std::pair(u" KB"_s, 1e3),
             std::pair(u" MB"_s, 1e6), std::pair(u" GB"_s, 1e9), std::pair(u" TB"_s, 1e12)}) {
        const QString number = QString::number(static_cast<double>(bytes) / size, 'g', mostDigits);
        const QString words = number % unit;
        const auto read = parseBytes(words.toStdString());
        if (read && *read == bytes && !number.contains(u'e') && !number.startsWith(u"0."_s)
            && words.size() - unit.size() < shortest.section(u' ', 0, 0).size())
            shortest = words;
    }
    return shortest;
}

SetupState setupOf(const RunConfig& config)
{
    return {config, config.memory.budgetBytes ? exactBytesText(*config.memory.budgetBytes) : QString(),
        text(config.memory.device)};
}

SetupState setupOf(const RunConfig& config, const SetupState& typed)
{
    SetupState state = setupOf(config);
    const auto budget = parseBytes(typed.budget.trimmed().toStdString());
    if (budget && config.memory.budgetBytes == *budget)
        state.budget = typed.budget;
    const auto device = parseDevice(typed.device.toStdString());
    if (device && nameOf(*device) == config.memory.device)
        state.device = typed.device;
    return state;
}

bool hasOwnName(const RunConfig& config)
{
    const std::string folder = std::filesystem::path(config.model.folder).filename().string();
    for (const std::string& given :
        {std::string(), RunConfig{}.name, std::string("gpt"), std::string("fashion-mnist"), folder})
        if (config.name == given)
            return false;
    return !knownModel(config.name);
}

SetupState withData(SetupState state, DataKind kind, const std::string& source)
{
    RunConfig& config = state.config;
    const bool isNamed = hasOwnName(config);
    const bool images = kind == DataKind::Images;
    if (kind != config.data.kind) {
        config.model = {.kind = images ? "convnet" : "gpt", .width = images ? 32 : 128};
        config.training.batchSize = images ? 128 : 12;
        state.wrong.clear();
    }
    config.data.kind = kind;
    config.data.source = source;
    if (config.model.source.empty() && config.model.name.empty() && !isNamed) // else it has that one's name
        config.name = images ? "fashion-mnist" : "gpt";
    return state;
}

Result<SetupState> withFolder(const SetupState& state, const std::string& folder)
{
    constexpr double fineTuningRate = 5e-5; // as transformers' own trainer has it
    RunConfig config = state.config;
    if (config.data.kind == DataKind::Images)
        config.data = {};
    config.data.tokenizer.clear(); // the folder's own
    if (config.optimizer.learningRate == OptimizerConfig{}.learningRate)
        config.optimizer.learningRate = fineTuningRate;
    if (config.training.batchSize == TrainingConfig{}.batchSize)
        config.training.batchSize = smallBatch;
    Json json = toJson(config);
    json["model"] = {{"folder", folder}};
    auto loaded = configFromJson(json, {}, {});
    if (!loaded)
        return fail(loaded.error());
    if (!hasOwnName(state.config))
        loaded->config.name = std::filesystem::path(folder).filename().string();
    return SetupState{loaded->config, state.budget, state.device};
}

SetupState withKnownModel(SetupState state, const ModelConfig& model)
{
    RunConfig& config = state.config;
    const bool isNamed = hasOwnName(config);
    if (inputOf(model) != inputOf(config.model)) {
        config.data = {};
        config.training.batchSize = TrainingConfig{}.batchSize;
    }
    if (!config.model.source.empty())
        config.data.tokenizer.clear(); // that folder's
    config.model = model;
    if (config.training.batchSize > smallBatch && model.context > 512)
        config.training.batchSize = smallBatch;
    if (!isNamed)
        config.name = model.name;
    state.wrong.clear();
    return state;
}

SetupState withSizes(SetupState state)
{
    ModelConfig& model = state.config.model;
    if (!model.source.empty() || !model.name.empty())
        if (!hasOwnName(state.config))
            state.config.name = "gpt";
    model.name.clear();
    if (!model.source.empty()) {
        model = {};
        state.config.data.tokenizer.clear();
        state.wrong.clear();
    }
    return state;
}

Result<SetupState> withSettings(const SetupState& state, const std::vector<std::string>& settings)
{
    const auto changed = configFromJson(toJson(state.config), {.settings = settings}, {});
    if (!changed)
        return fail(changed.error());
    const bool isSame = changed->config.memory.device == state.config.memory.device;
    return SetupState{changed->config, state.budget,
        isSame ? state.device : text(changed->config.memory.device), state.wrong};
}

Result<RunConfig> usableConfig(const SetupState& state)
{
    if (!state.wrong.empty()) {
        const WrongNumber& first = state.wrong.begin()->second;
        return fail(QString(first.field % u": "_s % first.reason).toStdString());
    }
    RunConfig config = state.config;
    config.memory.budgetBytes.reset();
    if (const QString budget = state.budget.trimmed(); !budget.isEmpty()) {
        const auto bytes = parseBytes(budget.toStdString());
        if (!bytes)
            return fail(bytes.error());
        config.memory.budgetBytes = *bytes;
    }
    const auto device = parseDevice(state.device.toStdString());
    if (!device)
        return fail(device.error());
    config.memory.device = nameOf(*device);
    if (config.name.empty())
        config.name = RunConfig{}.name;
    config.preset = "custom";
    for (const Preset& preset : builtinPresets())
        if (preset.choices == config.choices)
            config.preset = preset.name;
    TRY(check(config));
    return config;
}

} // namespace mantissa::ui
