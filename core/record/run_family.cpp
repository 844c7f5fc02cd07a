// SPDX-License-Identifier: Apache-2.0
#include "core/record/run_family.h"

#include "core/base/json.h"

#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

constexpr auto manifestFile = "run.json";
constexpr auto forkedFrom = "forked_from";
constexpr auto continuedAt = "continued_at";

} // namespace

RunFamily readRunFamily(const std::filesystem::path& runFolder)
{
    RunFamily family;
    const auto manifest = readJsonFile(runFolder / manifestFile);
    if (!manifest || !manifest->is_object())
        return family;
    if (const auto parent = manifest->find(forkedFrom); parent != manifest->end() && parent->is_object()) {
        const auto textAt = [&](const char* key) {
            const auto found = parent->find(key);
            return found != parent->end() && found->is_string() ? found->get<std::string>() : std::string();
        };
        family.parentIdentity = textAt("identity");
        family.parentName = textAt("run");
        if (const auto step = parent->find("step"); step != parent->end() && step->is_number_integer())
            family.forkedAt = step->get<std::int64_t>();
    }
    if (const auto steps = manifest->find(continuedAt); steps != manifest->end() && steps->is_array())
        for (const Json& step : *steps)
            if (step.is_number_integer())
                family.continuedAt.push_back(step.get<std::int64_t>());
    return family;
}

Status noteContinued(const std::filesystem::path& runFolder, std::int64_t step)
{
    RunFamily family = readRunFamily(runFolder);
    if (family.isFork() && family.continuedAt.empty() && family.forkedAt == step)
        return {};
    family.continuedAt.push_back(step);
    return writeRunFamily(runFolder, family);
}

Status writeRunFamily(const std::filesystem::path& runFolder, const RunFamily& family)
{
    auto manifest = readJsonFile(runFolder / manifestFile);
    if (!manifest || !manifest->is_object())
        return {};
    if (family.isFork())
        (*manifest)[forkedFrom]
            = {{"identity", family.parentIdentity}, {"run", family.parentName}, {"step", family.forkedAt}};
    if (!family.continuedAt.empty())
        (*manifest)[continuedAt] = family.continuedAt;
    return writeFileAtomically(runFolder / manifestFile, jsonText(*manifest) + "\n");
}

} // namespace mantissa
