// SPDX-License-Identifier: Apache-2.0
#include "core/record/config_layers.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

struct Setting {
    std::string key{}; ///< dotted
    std::string text{}; ///< as it was given, "key=value"
    Json value{};
};

bool hasEmptyName(std::string_view key)
{
    return key.starts_with('.') || key.ends_with('.') || key.find("..") != std::string_view::npos;
}

Result<Setting> parseSetting(const std::string& text)
{
    const auto equals = text.find('=');
    if (equals == std::string::npos)
        return wrong(fmt::format("--set {} has no '='; write --set training.max_steps=300", text));
    Setting setting{.key = text.substr(0, equals), .text = text};
    if (setting.key.empty())
        return wrong(fmt::format("--set {} names no key; write --set training.max_steps=300", text));
    if (hasEmptyName(setting.key))
        return wrong(fmt::format("--set {} has a key with an empty name between its dots; write --set "
                                 "training.max_steps=300",
            text));
    const std::string value = text.substr(equals + 1);
    setting.value = Json::parse(value, nullptr, /*allow_exceptions*/ false);
    if (setting.value.is_discarded())
        setting.value = value;
    else if (setting.value.is_structured())
        if (const auto strict = parseJson(value, "--set " + setting.key); !strict)
            return fail(strict.error());
    return setting;
}

/// What stands at a dotted path; null where nothing does.
Json valueAt(const Json& root, std::string_view path)
{
    const Json* at = &root;
    while (at->is_object()) {
        const auto dot = path.find('.');
        const auto found = at->find(std::string(path.substr(0, dot)));
        if (found == at->end())
            return {};
        at = &*found;
        if (dot == std::string_view::npos)
            return *at;
        path.remove_prefix(dot + 1);
    }
    return {};
}

bool overlaps(const Setting& a, const Setting& b)
{
    return (a.key + ".").starts_with(b.key + ".") || (b.key + ".").starts_with(a.key + ".");
}

/// Whether all that `part` says is said by `whole`.
bool holds(const Json& whole, const Json& part)
{
    if (!part.is_object())
        return whole == part;
    if (!whole.is_object())
        return false;
    for (const auto& [key, value] : part.items())
        if (const auto found = whole.find(key); found == whole.end() || !holds(*found, value))
            return false;
    return true;
}

/// Of settings that name the same thing: which of them counts.
void tellWhichCount(
    const std::vector<Setting>& settings, const Json& asked, std::vector<std::string>& notices)
{
    for (std::size_t i = 0; i < settings.size(); ++i) {
        const Setting& setting = settings[i];
        const Setting* later = nullptr;
        for (std::size_t j = i + 1; j < settings.size(); ++j)
            if (overlaps(setting, settings[j]))
                later = &settings[j];
        const bool isRepeated = later && later->key == setting.key && !setting.value.is_object();
        if (isRepeated || (later && !holds(valueAt(asked, setting.key), setting.value)))
            notices.push_back(fmt::format(
                "--set {} counts, and not --set {}, which stands before it", later->text, setting.text));
    }
}

bool says(const Setting& setting, std::string_view key)
{
    return setting.key == key
        || (key.starts_with(setting.key + ".")
            && !valueAt(setting.value, key.substr(setting.key.size() + 1)).is_null());
}

/// Both say how long a run is: a number of steps that is said after the epochs counts.
void letLastLengthCount(const std::vector<Setting>& settings, Json& asked, std::vector<std::string>& notices)
{
    const Setting* steps = nullptr;
    for (const Setting& setting : settings)
        if (says(setting, "training.epochs"))
            steps = nullptr;
        else if (says(setting, "training.max_steps"))
            steps = &setting;
    const Json epochs = valueAt(asked, "training.epochs");
    if (!steps || !epochs.is_number() || epochs.get<double>() == 0)
        return;
    notices.push_back(fmt::format("--set {} counts, and not training.epochs {}", steps->text, epochs.dump()));
    layAt(asked, "training.epochs", 0);
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
        else if (!value.is_null() && value != *found)
            keys.push_back(here);
    }
}

std::string presetNamedIn(const Json& config)
{
    const Json name = valueAt(config, "precision.preset");
    return name.is_string() ? name.get<std::string>() : "default";
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

/// `asked` over the preset's keys; what is null there leaves the preset's, and stays for the reader where the
/// preset has none, so that a key nobody knows is found.
void fillIn(Json& preset, const Json& asked)
{
    for (const auto& [key, value] : asked.items()) {
        Json& at = preset[key];
        if (value.is_object()) {
            if (!at.is_object())
                at = Json::object();
            fillIn(at, value);
        } else if (!value.is_null()) {
            at = value;
        }
    }
}

} // namespace

void layOver(Json& lower, const Json& upper)
{
    if (!upper.is_object() || !lower.is_object()) {
        lower = upper;
        return;
    }
    for (const auto& [key, value] : upper.items())
        layOver(lower[key], value);
}

void layAt(Json& root, std::string_view path, const Json& value)
{
    Json* at = &root;
    for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
        if (!at->is_object())
            *at = Json::object();
        at = &(*at)[std::string(path.substr(0, dot))];
        path.remove_prefix(dot + 1);
    }
    if (!at->is_object())
        *at = Json::object();
    layOver((*at)[std::string(path)], value);
}

Result<Json> mergeLayers(
    const Json& file, const ConfigOverrides& overrides, std::vector<std::string>& notices)
{
    Json asked = file;
    if (overrides.preset) {
        const auto chosen = choicesOfPreset(*overrides.preset);
        if (!chosen)
            return fail(chosen.error());
        std::vector<std::string> replaced;
        collectReplaced(file, *chosen, "", replaced);
        std::erase(replaced, "precision.preset");
        if (!replaced.empty())
            notices.push_back(fmt::format(
                "--preset {} replaced {} of the config file", *overrides.preset, fmt::join(replaced, ", ")));
        layOver(asked, *chosen);
    }
    const std::string preset = presetNamedIn(asked);
    std::vector<Setting> settings;
    for (const std::string& text : overrides.settings) {
        auto setting = parseSetting(text);
        if (!setting)
            return fail(setting.error());
        layAt(asked, setting->key, setting->value);
        settings.push_back(std::move(*setting));
    }
    if (presetNamedIn(asked) != preset)
        return wrong("--set precision.preset would change the name alone; use --preset");
    tellWhichCount(settings, asked, notices);
    letLastLengthCount(settings, asked, notices);
    auto merged = choicesOfPreset(preset);
    if (!merged)
        return fail(merged.error());
    fillIn(*merged, asked);
    return *merged;
}

} // namespace mantissa
