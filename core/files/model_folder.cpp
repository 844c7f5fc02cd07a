// SPDX-License-Identifier: Apache-2.0
#include "core/files/model_folder.h"

#include "core/base/file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

constexpr const char* wholeFile = "model.safetensors";
constexpr const char* indexFile = "model.safetensors.index.json";

bool isThere(const fs::path& file)
{
    std::error_code error;
    return fs::exists(file, error);
}

/// Why a folder without safetensors is none of ours.
tl::unexpected<Error> noWeights(const fs::path& folder)
{
    for (const char* other : {"pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5",
             "flax_model.msgpack", "consolidated.00.pth"})
        if (isThere(folder / other))
            return fail(fmt::format("{} has its weights in {}, which can hold code and is not read; save it "
                                    "once with transformers: model.save_pretrained(folder)",
                            folder.string(), other),
                ExitCode::Usage);
    return fail(fmt::format("{} has no {} and no {}; give a folder that transformers has saved",
                    folder.string(), wholeFile, indexFile),
        ExitCode::Usage);
}

Status addFile(ModelFolder& model, const std::string& name)
{
    const fs::path file = model.folder / name;
    const auto header = readSafetensorsHeader(file);
    if (!header)
        return fail(header.error().message, ExitCode::Usage);
    for (const SafetensorsEntry& entry : header->entries) {
        const auto [at, isNew] = model.tensors.insert({entry.name,
            {model.files.size(), entry.format, entry.sizes, header->dataStart + entry.begin,
                header->dataStart + entry.end}});
        if (!isNew)
            return fail(fmt::format("tensor '{}' is in {} and in {}; save the folder again", entry.name,
                            model.files[at->second.file].string(), file.string()),
                ExitCode::Usage);
    }
    model.files.push_back(file);
    return {};
}

/// The shards that an index names, each tensor in the one it is said to be in.
Status addShards(ModelFolder& model)
{
    const fs::path file = model.folder / indexFile;
    const auto index = readJsonFile(file);
    if (!index)
        return fail(index.error().message, ExitCode::Usage);
    const auto broken = [&](const std::string& finding) {
        return fail(fmt::format("{} {}; fetch the folder again", file.string(), finding), ExitCode::Usage);
    };
    if (!index->is_object() || !index->contains("weight_map") || !(*index)["weight_map"].is_object())
        return broken("has no weight_map");
    const Json& map = (*index)["weight_map"];
    std::set<std::string> shards;
    for (const auto& [name, shard] : map.items()) {
        if (!shard.is_string() || !isPlainName(shard.get<std::string>()))
            return broken(
                fmt::format("names {} for tensor '{}', which is no name of a file", jsonLine(shard), name));
        shards.insert(shard.get<std::string>());
    }
    for (const std::string& shard : shards) {
        if (!isThere(model.folder / shard))
            return broken(fmt::format("names {}, which is missing", shard));
        TRY(addFile(model, shard));
    }
    for (const auto& [name, shard] : map.items()) {
        const auto found = model.tensors.find(name);
        if (found == model.tensors.end()
            || model.files[found->second.file].filename() != shard.get<std::string>())
            return broken(fmt::format(
                "says that tensor '{}' is in {}, where it is not", name, shard.get<std::string>()));
    }
    return {};
}

} // namespace

Result<Json> readModelConfig(const fs::path& folder)
{
    std::error_code error;
    if (!fs::is_directory(folder, error))
        return fail(
            fmt::format("{} is no folder; give the folder of a model, with its config.json", folder.string()),
            ExitCode::Usage);
    const fs::path file = folder / "config.json";
    if (!isThere(file))
        return fail(fmt::format("{} has no config.json; give the folder of a model", folder.string()),
            ExitCode::Usage);
    const auto text = readFile(file);
    if (!text)
        return fail(text.error().message, ExitCode::Usage);
    auto json = parseJson(*text, file.string(), RepeatedKeys::LastCounts);
    if (!json)
        return fail(json.error().message, ExitCode::Usage);
    if (!json->is_object())
        return fail(fmt::format("{} is no object {{…}}; fetch it again", file.string()), ExitCode::Usage);
    return json;
}

Result<ModelFolder> openModelFolder(const fs::path& folder)
{
    ModelFolder model{.folder = folder};
    if (isThere(folder / indexFile))
        TRY(addShards(model));
    else if (isThere(folder / wholeFile))
        TRY(addFile(model, wholeFile));
    else
        return noWeights(folder);
    return model;
}

} // namespace mantissa
