// SPDX-License-Identifier: Apache-2.0
// presets: list, show, diff.

#include "app/commands.h"
#include "core/precision/preset_difference.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

ExitCode list(bool json)
{
    if (json) {
        Json all = Json::array();
        for (const Preset& preset : builtinPresets())
            all.push_back(toJson(preset));
        fmt::print("{}\n", jsonText(all));
        return ExitCode::Done;
    }
    fmt::print("{:<14}{}\n", "preset", "what it is");
    for (const Preset& preset : builtinPresets())
        fmt::print("{:<14}{}\n{:<14}{}\n", preset.name, preset.title, "", preset.description);
    return ExitCode::Done;
}

ExitCode show(const std::string& name)
{
    const auto preset = findPreset(name);
    if (!preset)
        return complain(preset.error());
    fmt::print("{}\n", jsonText(toJson(*preset)));
    return ExitCode::Done;
}

ExitCode diff(const std::string& first, const std::string& second)
{
    const auto a = findPreset(first);
    if (!a)
        return complain(a.error());
    const auto b = findPreset(second);
    if (!b)
        return complain(b.error());
    fmt::print("{:<40}{:<14}{}\n", "key", a->name, b->name);
    forEachDifference(
        a->choices, b->choices, [](const std::string& key, const Json& left, const Json& right) {
            fmt::print("{:<40}{:<14}{}\n", key, jsonLine(left), jsonLine(right));
        });
    return ExitCode::Done;
}

} // namespace

void addPresets(CLI::App& app, Command& chosen)
{
    auto first = std::make_shared<std::string>();
    auto second = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("presets", "The presets there are, and what they hold");
    command->require_subcommand(1);
    CLI::App* listing = command->add_subcommand("list", "Names and what they are");
    listing->add_flag("--json", *json, "Print a list on stdout");
    listing->callback([json, &chosen] { chosen = [json] { return list(*json); }; });
    CLI::App* showing = command->add_subcommand("show", "One preset as its file");
    showing->add_option("name", *first, "Name or .json file")->required();
    showing->callback([first, &chosen] { chosen = [first] { return show(*first); }; });
    CLI::App* differing = command->add_subcommand("diff", "The keys in which two presets differ");
    differing->add_option("first", *first, "Name or .json file")->required();
    differing->add_option("second", *second, "Name or .json file")->required();
    differing->callback(
        [first, second, &chosen] { chosen = [first, second] { return diff(*first, *second); }; });
}

} // namespace mantissa
