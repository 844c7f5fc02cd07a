// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/new_experiment.h"

#include "core/base/json.h"
#include "core/base/shell_word.h"
#include "core/base/shown_text.h"
#include "core/record/run_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <system_error>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

Result<ExperimentArm> readArm(const std::string& arm, const RunConfig& base)
{
    if (!arm.ends_with(".json"))
        return armFromPreset(arm, base);
    const auto keys = readJsonFile(arm);
    if (!keys)
        return fail(keys.error());
    return armFromJson(
        shown(fs::path(arm).stem().string()), *keys, base); // also a folder's name, and in JSON
}

Result<fs::path> makeFolder(const fs::path& first)
{
    fs::path folder = first;
    std::error_code error;
    for (int n = 2; fs::exists(folder, error); ++n)
        folder = first.string() + "-" + std::to_string(n);
    fs::create_directories(folder, error);
    if (error)
        return fail("cannot make the folder " + folder.string() + ": " + error.message());
    return folder;
}

} // namespace

std::string repeatCommand(const ExperimentRequest& request)
{
    std::string command
        = fmt::format("mantissa-cli experiment {} --arms {} --seeds {}", shellWord(request.configFile),
            shellWord(fmt::format("{}", fmt::join(request.arms, ","))), request.seeds);
    for (const std::string& setting : request.settings)
        command += " --set " + shellWord(setting);
    if (!request.out.empty())
        command += " --out " + shellWord(request.out);
    return command;
}

bool isBaselineArm(const std::string& arm, const RunConfig& base) { return arm == baselineOf(base).preset; }

Result<ExperimentPlan> planOf(const ExperimentRequest& request, const RunConfig& base)
{
    std::vector<ExperimentArm> arms;
    for (const std::string& name : request.arms) {
        if (isBaselineArm(name, base))
            continue;
        auto arm = readArm(name, base);
        if (!arm)
            return fail(arm.error());
        arms.push_back(std::move(*arm));
    }
    return planExperiment(base, std::move(arms), request.seeds);
}

Result<NewExperiment> makeExperiment(const RunConfig& base, const std::vector<std::string>& arms,
    std::int64_t seeds, const fs::path& runsFolder)
{
    const bool hasOwnPlan = std::find(arms.begin(), arms.end(), ownPlanArm) != arms.end();
    if (hasOwnPlan && base.choices == baselineOf(base).choices)
        return fail(
            "the plan in Train is FP32 everywhere, and that is the baseline; change it there, or leave "
            "it out",
            ExitCode::Usage);
    const auto isPreset = [](const std::string& arm) { return arm == ownPlanArm || findPreset(arm); };
    if (const auto unknown = std::find_if_not(arms.begin(), arms.end(), isPreset); unknown != arms.end())
        return fail(findPreset(*unknown).error()); // before a folder is made for it
    ExperimentRequest request{.seeds = seeds};
    const auto folder = makeFolder(placeOf(runsFolder) / ("experiment-" + folderNameOf(base.name)));
    if (!folder)
        return fail(folder.error());
    request.out = folder->string();
    request.configFile = (*folder / "config.json").string();
    const fs::path planFile = *folder / (std::string(ownPlanArm) + ".json");
    if (auto status = writeFileAtomically(request.configFile, jsonText(toJson(base)) + "\n"); !status)
        return fail(status.error());
    if (hasOwnPlan)
        if (auto status = writeFileAtomically(planFile, jsonText(choicesToJson(base.choices)) + "\n");
            !status)
            return fail(status.error());
    for (const std::string& arm : arms)
        request.arms.push_back(arm == ownPlanArm ? planFile.string() : arm);
    auto plan = planOf(request, base);
    if (!plan) {
        std::error_code ignored;
        fs::remove_all(*folder, ignored); // made a moment ago, and of no use
        return fail(plan.error());
    }
    return NewExperiment{*folder, {std::move(*plan), repeatCommand(request)}};
}

} // namespace mantissa
