// SPDX-License-Identifier: Apache-2.0
#include "core/precision/preset_settings.h"

#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

void collectChanged(const Json& before, const Json& after, const std::string& path, std::vector<std::string>& settings)
{
    for (const auto& [key, value] : after.items()) {
        const std::string here = path.empty() ? key : path + "." + key;
        const Json old = before.contains(key) ? before.at(key) : Json();
        if (value.is_object() && old.is_object())
            collectChanged(old, value, here, settings);
        else if (value != old)
            settings.push_back(here + "=" + (value.is_string() ? value.get<std::string>() : value.dump()));
    }
}

} // namespace

std::vector<std::string> settingsBetween(const PresetChoices& before, const PresetChoices& after)
{
    std::vector<std::string> settings;
    collectChanged(choicesToJson(before), choicesToJson(after), "", settings);
    return settings;
}

} // namespace mantissa
