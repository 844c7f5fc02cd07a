// SPDX-License-Identifier: Apache-2.0
#include "core/precision/preset.h"

#include "core/precision/builtin_presets.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cassert>

namespace mantissa {

namespace {

template <class T>
Result<T> oneOf(std::string_view name, std::initializer_list<T> values, std::string_view subject)
{
    std::string known;
    for (const T value : values) {
        if (nameOf(value) == name)
            return value;
        known += known.empty() ? "" : ", ";
        known += nameOf(value);
    }
    return fail(fmt::format("'{}' is no {}; expected one of {}", name, subject, known), ExitCode::Usage);
}

void readPlan(ObjectReader& phases, Phase phase, PrecisionTable& table)
{
    const Json* json = phases.object(nameOf(phase));
    if (!json)
        return;
    PhasePlan plan = table.at(phase);
    ObjectReader reader(*json, phases.keyPath(nameOf(phase)));
    std::string compute;
    reader.read("compute", compute);
    if (compute == "auto")
        plan.compute.reset();
    else if (!compute.empty()) {
        if (const auto precision = parsePrecision(compute))
            plan.compute = *precision;
        else
            reader.refuse(
                fmt::format("{}: {}, or auto", reader.keyPath("compute"), precision.error().message));
    }
    reader.readName("gradients", plan.gradients, parseGradientFormat);
    reader.readName("activations", plan.activations, parseActivationPolicy);
    reader.readName("weights", plan.weights, parseTier);
    reader.readName("remainder", plan.remainder, parseTier);
    reader.readName("moments", plan.moments, parseTier);
    if (const auto status = reader.finish(); !status)
        phases.refuse(status.error().message);
    table = table.with(phase, plan);
}

void readTableKeys(ObjectReader& section, PrecisionTable& table)
{
    bool enabled = table.isEnabled();
    bool recommend = table.isAuto();
    Precision fallback = table.defaultPrecision();
    section.read("enabled", enabled);
    section.read("auto", recommend);
    section.readName("default", fallback, parsePrecision);
    table = table.withEnabled(enabled).withAuto(recommend).withDefault(fallback);
    if (const Json* json = section.object("phases")) {
        ObjectReader phases(*json, section.keyPath("phases"));
        for (const Phase phase : allPhases)
            readPlan(phases, phase, table);
        if (const auto status = phases.finish(); !status)
            section.refuse(status.error().message);
    }
}

template <class Read> void readSection(ObjectReader& root, std::string_view key, Read read)
{
    if (const Json* json = root.object(key)) {
        ObjectReader section(*json, std::string(key));
        read(section);
        if (const auto status = section.finish(); !status)
            root.refuse(status.error().message);
    }
}

} // namespace

std::string_view nameOf(Master master)
{
    switch (master) {
    case Master::Exact:
        return "exact";
    case Master::Stochastic:
        return "stochastic";
    case Master::Rounded:
        return "rounded";
    }
    return {};
}

std::string_view nameOf(MomentsFormat format) { return format == MomentsFormat::Fp32 ? "fp32" : "int8"; }
std::string_view nameOf(Fit fit) { return fit == Fit::Exact ? "exact" : "off"; }

Result<Master> parseMaster(std::string_view name)
{
    return oneOf(name, {Master::Exact, Master::Stochastic, Master::Rounded}, "kind of master");
}
Result<MomentsFormat> parseMomentsFormat(std::string_view name)
{
    return oneOf(name, {MomentsFormat::Fp32, MomentsFormat::Int8}, "moments format");
}
Result<Fit> parseFit(std::string_view name) { return oneOf(name, {Fit::Exact, Fit::Off}, "fit"); }

ResolvedPlan PresetChoices::resolve(Phase phase) const
{
    ResolvedPlan plan = table.resolve(phase);
    plan.execution = execution;
    plan.releaseGradients = releaseGradients;
    return plan;
}

void readPrecisionKeys(ObjectReader& section, PresetChoices& choices)
{
    readTableKeys(section, choices.table);
    section.readName("master", choices.master, parseMaster);
}

void readMomentsKey(ObjectReader& optimizerSection, PresetChoices& choices)
{
    optimizerSection.readName("moments", choices.moments, parseMomentsFormat);
}

void readMemoryKeys(ObjectReader& section, PresetChoices& choices)
{
    section.readName("fit", choices.fit, parseFit);
    section.readName("execution", choices.execution, parseExecution);
    section.read("release_gradients", choices.releaseGradients);
    constexpr std::int64_t mostRows = std::int64_t{1} << 40; // more than any batch has
    section.read("loss_chunk", choices.lossChunk, 0, mostRows);
}

Result<Preset> presetFromJson(const Json& json, const std::string& what)
{
    Preset preset;
    ObjectReader root(json, "");
    std::int64_t format = 1;
    root.read("format", format, 1, 1);
    root.read("name", preset.name);
    root.read("title", preset.title);
    root.read("description", preset.description);
    readSection(
        root, "precision", [&](ObjectReader& section) { readPrecisionKeys(section, preset.choices); });
    readSection(root, "optimizer", [&](ObjectReader& section) { readMomentsKey(section, preset.choices); });
    readSection(root, "memory", [&](ObjectReader& section) { readMemoryKeys(section, preset.choices); });
    if (preset.name.empty())
        root.refuse("name is missing; give the preset one");
    else if (!isPlainName(preset.name))
        root.refuse(fmt::format(
            "name is {}, which cannot name a file; choose one without slashes", jsonLine(preset.name)));
    if (const auto status = root.finish(); !status)
        return fail(fmt::format("preset {}: {}", what, status.error().message), ExitCode::Usage);
    return preset;
}

Json tableToJson(const PrecisionTable& table)
{
    Json phases = Json::object();
    for (const Phase phase : allPhases) {
        const PhasePlan& plan = table.at(phase);
        phases[std::string(nameOf(phase))] = {{"compute", plan.compute ? nameOf(*plan.compute) : "auto"},
            {"gradients", nameOf(plan.gradients)}, {"activations", nameOf(plan.activations)},
            {"weights", nameOf(plan.weights)}, {"remainder", nameOf(plan.remainder)},
            {"moments", nameOf(plan.moments)}};
    }
    return {{"enabled", table.isEnabled()}, {"auto", table.isAuto()},
        {"default", nameOf(table.defaultPrecision())}, {"phases", phases}};
}

Result<PrecisionTable> tableFromJson(const Json& json)
{
    PrecisionTable table{};
    ObjectReader reader(json, "precision");
    readTableKeys(reader, table);
    TRY(reader.finish());
    return table;
}

Json choicesToJson(const PresetChoices& choices)
{
    Json precision = tableToJson(choices.table);
    precision["master"] = nameOf(choices.master);
    return {{"precision", precision}, {"optimizer", {{"moments", nameOf(choices.moments)}}},
        {"memory",
            {{"fit", nameOf(choices.fit)}, {"execution", nameOf(choices.execution)},
                {"release_gradients", choices.releaseGradients}, {"loss_chunk", choices.lossChunk}}}};
}

Json toJson(const Preset& preset)
{
    Json json = {
        {"format", 1}, {"name", preset.name}, {"title", preset.title}, {"description", preset.description}};
    json.update(choicesToJson(preset.choices));
    return json;
}

const std::vector<Preset>& builtinPresets()
{
    static const std::vector<Preset> presets = [] {
        std::vector<Preset> read;
        for (const BuiltinPresetFile& file : builtinPresetFiles) {
            const auto json = parseJson(file.text, std::string(file.name));
            assert(json);
            auto preset = presetFromJson(*json, std::string(file.name));
            assert(preset);
            read.push_back(std::move(*preset));
        }
        return read;
    }();
    return presets;
}

Result<Preset> findPreset(const std::string& name)
{
    if (name.ends_with(".json")) {
        const auto json = readJsonFile(name);
        if (!json)
            return fail(json.error());
        return presetFromJson(*json, name);
    }
    std::vector<std::string> known;
    for (const Preset& preset : builtinPresets()) {
        if (preset.name == name)
            return preset;
        known.push_back(preset.name);
    }
    const auto format = parsePrecision(name); // "bf16-mixed", as others choose one for all
    return fail(
        fmt::format("no preset is called '{}'; {}known: {}, or the path of a .json file", name,
            !format                          ? ""
                : *format == Precision::Fp32 ? "conservative computes all in FP32; "
                                             : "aggressive computes all in 16 bits over exact weights; ",
            fmt::join(known, ", ")),
        ExitCode::Usage);
}

} // namespace mantissa
