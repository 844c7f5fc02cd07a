// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/experiment_folder.h"

#include "core/record/run_store.h"

#include <fmt/format.h>

#include <system_error>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

bool isThere(const fs::path& path)
{
    std::error_code error;
    return fs::exists(path, error);
}

Status checkSameConfig(const PlannedRun& planned, const fs::path& folder)
{
    const auto saved = readRunConfig(folder);
    if (!saved)
        return fail(saved.error());
    const auto differences = differencesOf(*saved, planned.config);
    if (differences.empty())
        return {};
    const KeyDifference& first = differences.front();
    return fail(fmt::format("{} holds a run of another experiment ({} is {} there and {} here); name another folder with --out, or "
                            "remove it", folder.string(), first.key, first.ofA, first.ofB),
        ExitCode::Usage);
}

} // namespace

Result<std::vector<std::optional<Run>>> openExperimentRuns(const ExperimentPlan& plan, const fs::path& folder)
{
    std::vector<std::optional<Run>> runs;
    for (const PlannedRun& planned : runsOf(plan)) {
        runs.emplace_back();
        const fs::path runFolder = folder / planned.folder;
        if (!isThere(runFolder / "run.json"))
            continue; // run.json is the last file of a new folder
        if (auto status = checkSameConfig(planned, runFolder); !status)
            return fail(status.error());
        auto run = openRun(runFolder);
        if (!run)
            return fail(run.error());
        runs.back() = std::move(*run);
    }
    return runs;
}

Result<TrainerSetup> setUpRun(const PlannedRun& planned, const fs::path& folder)
{
    TrainerSetup setup{.config = planned.config, .folder = folder / planned.folder};
    if (isThere(setup.folder / "run.json")) {
        setup.resume = true;
        return setup;
    }
    std::error_code ignored;
    fs::remove(setup.folder / "config.json", ignored); // of a folder that was being made when the program was killed
    const auto made = createRunFolderAt(setup.folder, planned.config);
    if (!made)
        return fail(made.error());
    return setup;
}

} // namespace mantissa
