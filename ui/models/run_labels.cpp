// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_labels.h"

#include "core/base/json.h"
#include "ui/theme/format.h"

#include <nlohmann/json.hpp>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto fileName = "labels.json";

/// The file's object; an empty one when there is none that can be read.
Json objectIn(const std::filesystem::path& runFolder)
{
    auto json = readJsonFile(runFolder / fileName);
    return json && json->is_object() ? std::move(*json) : Json::object();
}

QString textIn(const Json& object, const char* key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? text(found->get_ref<const std::string&>()) : QString();
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
                labels.tags << text(tag.get_ref<const std::string&>());
    return labels;
}

Status writeRunLabels(const std::filesystem::path& runFolder, const RunLabels& labels)
{
    Json object = objectIn(runFolder);
    object["format"] = 1;
    object["title"] = labels.title.toStdString();
    object["note"] = labels.note.toStdString();
    object["archived"] = labels.isArchived;
    object["tags"] = Json::array();
    for (const QString& tag : labels.tags)
        object["tags"].push_back(tag.toStdString());
    return writeFileAtomically(runFolder / fileName, object.dump(2) + "\n");
}

QString shownTitle(const std::filesystem::path& runFolder)
{
    const QString title = readRunLabels(runFolder).title;
    return title.isEmpty() ? text(runFolder.filename().string()) : title;
}

QStringList tagsFrom(const QString& text)
{
    QStringList tags;
    for (const QString& word : text.split(u','))
        if (const QString tag = word.simplified(); !tag.isEmpty() && !tags.contains(tag))
            tags << tag;
    return tags;
}

} // namespace mantissa::ui
