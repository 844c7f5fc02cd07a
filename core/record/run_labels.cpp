// SPDX-License-Identifier: Apache-2.0
#include "core/record/run_labels.h"

#include "core/base/json.h"
#include "core/base/shown_text.h"

#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

constexpr auto labelsFile = "labels.json";

/// The file's object; an empty one when there is none that can be read.
Json objectIn(const std::filesystem::path& runFolder)
{
    auto json = readJsonFile(runFolder / labelsFile);
    return json && json->is_object() ? std::move(*json) : Json::object();
}

std::string textIn(const Json& object, const char* key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

RunLabels readRunLabels(const std::filesystem::path& runFolder)
{
    const Json object = objectIn(runFolder);
    RunLabels labels{textIn(object, "title"), textIn(object, "note"), {}};
    if (const auto archived = object.find("archived"); archived != object.end() && archived->is_boolean())
        labels.isArchived = archived->get<bool>();
    if (const auto tags = object.find("tags"); tags != object.end() && tags->is_array())
        for (const Json& tag : *tags)
            if (tag.is_string())
                labels.tags.push_back(tag.get<std::string>());
    return labels;
}

Status writeRunLabels(const std::filesystem::path& runFolder, const RunLabels& labels)
{
    Json object = objectIn(runFolder);
    object["format"] = 1;
    object["title"] = labels.title;
    object["note"] = labels.note;
    object["archived"] = labels.isArchived;
    object["tags"] = labels.tags;
    return writeFileAtomically(runFolder / labelsFile, jsonText(object) + "\n");
}

std::string runTitle(const std::filesystem::path& runFolder)
{
    const std::string title = readRunLabels(runFolder).title;
    return title.empty() ? shown(placeOf(runFolder).filename().string()) : title;
}

} // namespace mantissa
