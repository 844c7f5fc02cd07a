// SPDX-License-Identifier: Apache-2.0
#include "core/precision/preset_difference.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace mantissa {

namespace {

void walk(const Json& left, const Json& right, const std::string& path, const TakeDifference& take)
{
    static const Json none;
    std::vector<std::string> keys;
    for (const Json* side : {&left, &right})
        for (const auto& [key, value] : side->items())
            if (std::find(keys.begin(), keys.end(), key) == keys.end())
                keys.push_back(key);
    const auto under = [](const Json& json, const std::string& key) -> const Json& {
        const auto found = json.find(key);
        return found == json.end() ? none : *found;
    };
    for (const std::string& key : keys) {
        const std::string here = path.empty() ? key : path + "." + key;
        const Json& own = under(left, key);
        const Json& other = under(right, key);
        if (own.is_object() && other.is_object())
            walk(own, other, here, take);
        else if (own != other)
            take(here, own, other);
    }
}

} // namespace

void forEachDifference(const Json& left, const Json& right, const TakeDifference& take)
{
    walk(left, right, "", take);
}

void forEachDifference(const PresetChoices& left, const PresetChoices& right, const TakeDifference& take)
{
    forEachDifference(choicesToJson(left), choicesToJson(right), take);
}

std::vector<std::string> settingsBetween(const PresetChoices& before, const PresetChoices& after)
{
    std::vector<std::string> settings;
    forEachDifference(before, after, [&](const std::string& key, const Json&, const Json& value) {
        settings.push_back(key + "=" + (value.is_string() ? value.get<std::string>() : jsonLine(value)));
    });
    return settings;
}

} // namespace mantissa
