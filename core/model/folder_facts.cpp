// SPDX-License-Identifier: Apache-2.0
#include "core/model/folder_facts.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace mantissa {

Json foreignConfigOf(const ModelConfig& model)
{
    auto json
        = parseJson(model.source.empty() ? "{}" : model.source, "model.config", RepeatedKeys::LastCounts);
    return json && json->is_object() ? std::move(*json) : Json::object();
}

std::int64_t positionsOf(const ModelConfig& model)
{
    const Json json = foreignConfigOf(model);
    for (const char* key : {"max_position_embeddings", "n_positions"})
        if (const auto found = json.find(key); found != json.end() && found->is_number_integer())
            return found->get<std::int64_t>();
    return model.context;
}

std::string savedFormatOf(const ModelConfig& model)
{
    const Json json = foreignConfigOf(model);
    for (const char* key : {"dtype", "torch_dtype"})
        if (const auto found = json.find(key); found != json.end() && found->is_string())
            return found->get<std::string>();
    return {};
}

std::string licenceOf(const std::filesystem::path& folder)
{
    constexpr int headLines = 100;
    constexpr std::size_t longest = 80; // of a licence's name
    std::ifstream readme(folder / "README.md");
    std::string line;
    for (int i = 0; i < headLines && std::getline(readme, line); ++i) {
        if (!line.starts_with("license:"))
            continue;
        line.erase(0, line.find_first_not_of(" \t", std::string_view("license:").size()));
        while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
            line.pop_back();
        return line.substr(0, longest);
    }
    return {};
}

} // namespace mantissa
