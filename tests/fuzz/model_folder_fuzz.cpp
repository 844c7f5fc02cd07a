// SPDX-License-Identifier: Apache-2.0
// What a model's folder says of itself: config.json, the header of its weights, the index of its shards. The
// first byte chooses which of them the rest is.

#include "core/files/model_folder.h"
#include "core/model/family.h"
#include "core/model/model_description.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace mantissa;

namespace {

void mustSay(const Error& error)
{
    if (error.message.empty())
        std::abort();
}

void readConfig(const std::string& text)
{
    constexpr std::int64_t fewLayers = 64; // a description names each tensor of each
    const auto json = parseJson(text, "config.json");
    if (!json)
        return mustSay(json.error());
    if (!json->is_object())
        return;
    const auto config = modelFromForeign(*json);
    if (!config)
        return mustSay(config.error());
    if (check(*config) && config->layers <= fewLayers)
        for (const TensorDescription& tensor : describe(*config).tensors)
            if (tensor.name.empty())
                std::abort();
}

void readHeader(const std::string& bytes)
{
    const auto header = parseSafetensorsHeader(bytes, static_cast<std::int64_t>(bytes.size()), "the file");
    if (!header)
        return mustSay(header.error());
    for (const SafetensorsEntry& entry : header->entries)
        if (entry.begin > entry.end
            || header->dataStart + entry.end > static_cast<std::int64_t>(bytes.size()))
            std::abort();
}

void readFolder(const std::string& index)
{
    static const std::filesystem::path folder = "/dev/shm/model_folder_fuzz." + std::to_string(::getpid());
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "model.safetensors.index.json", std::ios::binary) << index;
    const auto opened = openModelFolder(folder);
    if (!opened)
        mustSay(opened.error());
    std::filesystem::remove_all(folder);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 3) {
    case 0:
        readConfig(rest);
        break;
    case 1:
        readHeader(rest);
        break;
    default:
        readFolder(rest);
    }
    return 0;
}
