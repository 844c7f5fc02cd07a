// SPDX-License-Identifier: Apache-2.0
#include "core/output/diagnostics.h"

#include "core/base/json.h"
#include "core/output/zip.h"

#include <nlohmann/json.hpp>

#include <cctype>

namespace mantissa {

namespace {

constexpr std::size_t mostOfLog = std::size_t{1} << 20; // bytes, from its end

bool belongsToPath(char c)
{
    return c != '"' && c != '\'' && c != ',' && c != ';' && c != ')' && c != '\\'
        && !std::isspace(static_cast<unsigned char>(c));
}

std::string withoutHost(const std::string& environment)
{
    auto json = parseJson(environment, "environment.json");
    if (!json || !json->is_object())
        return {};
    json->erase("host");
    return jsonText(*json);
}

} // namespace

std::string withoutPaths(std::string_view text)
{
    std::string safe;
    for (std::size_t at = 0; at < text.size();) {
        const bool begins = text[at] == '/'
            && (at == 0 || !belongsToPath(text[at - 1]) || text[at - 1] == '=' || text[at - 1] == ':'
                || text[at - 1] == '(');
        if (!begins) {
            safe += text[at++];
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && belongsToPath(text[end]))
            ++end;
        std::string_view path = text.substr(at, end - at);
        while (path.size() > 1 && path.back() == '/')
            path.remove_suffix(1);
        const std::size_t last = path.rfind('/');
        safe += path.size() > 1 ? "…" + std::string(path.substr(last)) : std::string(path);
        at = end;
    }
    return safe;
}

Result<std::string> diagnosticsZip(const std::filesystem::path& runFolder, const std::string& facts)
{
    std::vector<ZipEntry> entries{{"facts.txt", withoutPaths(facts)}};
    for (const char* name : {"config.json", "environment.json", "run.json", "summary.json", "events.jsonl"}) {
        auto text = readFile(runFolder / name);
        if (!text)
            continue;
        if (text->size() > mostOfLog && std::string_view(name) == "events.jsonl")
            text->erase(0, text->find('\n', text->size() - mostOfLog) + 1);
        entries.push_back(
            {name, withoutPaths(std::string_view(name) == "environment.json" ? withoutHost(*text) : *text)});
    }
    if (entries.size() == 1)
        return fail(runFolder.string() + " holds no run; open one first");
    return zipOf(entries);
}

} // namespace mantissa
