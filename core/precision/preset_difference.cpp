// SPDX-License-Identifier: Apache-2.0
#include "core/precision/preset_difference.h"

#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

/// Both have the same keys.
void walk(const Json& left, const Json& right, const std::string& path, const TakeDifference& take)
{
    for (const auto& [key, value] : left.items()) {
        const std::string here = path.empty() ? key : path + "." + key;
        const Json& other = right.at(key);
        if (value.is_object() && other.is_object())
            walk(value, other, here, take);
        else if (value != other)
            take(here, value, other);
    }
}

} // namespace

void forEachDifference(const PresetChoices& left, const PresetChoices& right, const TakeDifference& take)
{
    walk(choicesToJson(left), choicesToJson(right), "", take);
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
