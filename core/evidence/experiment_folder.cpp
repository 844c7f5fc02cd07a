// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/experiment_folder.h"

#include "core/base/json.h"
#include "core/base/shown_text.h"
#include "core/record/config_remarks.h"
#include "core/record/run_labels.h"
#include "core/record/run_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>
#include <system_error>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

bool isThere(const fs::path& path)
{
    std::error_code error;
    return fs::exists(path, error);
}

/// Folders in one that hold a file of this name; a link beside the folder that it leads to is that folder.
std::set<fs::path> foldersWith(const char* file, const fs::path& folder)
{
    std::error_code error;
    std::set<fs::path> found;
    for (fs::directory_iterator at(placeOf(folder), error), end; !error && at != end; at.increment(error))
        if (isThere(at->path() / file))
            found.insert(placeOf(at->path()));
    return found;
}

/// What the runs that are there learn from; not known without one that has begun.
DataRead dataOfOthers(const fs::path& folder)
{
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (const DataRead data = readData(at->path()); data.isKnown())
            return data;
    return {};
}

Status checkSameConfig(const PlannedRun& planned, const fs::path& folder, const RunConfig& saved)
{
    RunConfig expected = planned.config;
    if (expected.training.epochs > 0) // the run has counted its data and knows its last step
        expected.training.maxSteps = saved.training.maxSteps;
    const auto differences = differencesOf(saved, expected);
    if (differences.empty())
        return {};
    const KeyDifference& first = differences.front();
    return fail(
        fmt::format("{} holds a run of another experiment ({} is {} there and {} here); choose another "
                    "folder (--out), or remove it",
            folder.string(), first.key, first.ofA, first.ofB),
        ExitCode::Usage);
}

} // namespace

Result<StoredExperiment> readExperiment(const fs::path& folder)
{
    const auto json = readJsonFile(folder / "experiment.json");
    if (!json)
        return fail(json.error());
    const auto damaged = [&](const std::string& finding) {
        return fail(fmt::format("{} {}; `mantissa-cli experiment` writes it anew (--out with this folder)",
            (folder / "experiment.json").string(), finding));
    };
    if (!json->is_object() || !json->value("arms", Json()).is_array() || json->at("arms").empty()
        || !json->value("seeds", Json()).is_array())
        return damaged("names no arms or no seeds");
    StoredExperiment stored;
    const auto textOf = [&](const Json& object, const char* key) {
        return object.value(key, Json()).is_string() ? object.at(key).get<std::string>() : std::string();
    };
    stored.plan.name = textOf(*json, "name");
    stored.command = textOf(*json, "command");
    for (const Json& seed : json->at("seeds")) {
        if (!seed.is_number_integer())
            return damaged("has a seed that is no whole number");
        stored.plan.seeds.push_back(seed.get<std::int64_t>());
    }
    for (const Json& arm : json->at("arms")) {
        if (!arm.is_object() || textOf(arm, "name").empty() || !arm.value("config", Json()).is_object())
            return damaged("has an arm without a name or a config");
        if (!isPlainName(textOf(arm, "name")))
            return damaged(fmt::format(
                "has an arm called {}, which cannot name a folder in it", jsonLine(arm.at("name"))));
        auto loaded = configFromJson(arm.at("config"), {}, folder);
        if (!loaded)
            return fail(loaded.error());
        stored.plan.arms.push_back({textOf(arm, "name"), std::move(loaded->config)});
    }
    if (stored.plan.arms.front().name != baselineArmName)
        return damaged("does not begin with the baseline arm");
    return stored;
}

std::vector<fs::path> experimentsIn(const fs::path& runsFolder)
{
    const auto found = foldersWith("experiment.json", runsFolder);
    return {found.begin(), found.end()};
}

bool isExperiment(const fs::path& folder)
{
    return isThere(folder / "experiment.json") && !isThere(folder / "run.json");
}

Status checkNoExperiment(const fs::path& folder)
{
    if (!isExperiment(folder))
        return {};
    const auto run = readRunConfig(folder); // says it in words
    return run ? Status{} : fail(run.error());
}

std::vector<ExperimentListing> listExperiments(const fs::path& runsFolder)
{
    std::vector<ExperimentListing> listings;
    for (const fs::path& folder : experimentsIn(runsFolder)) {
        ExperimentListing listing{.folder = folder,
            .name = shown(folder.filename().string()),
            .isArchived = readRunLabels(folder).isArchived};
        if (const auto stored = readExperiment(folder))
            for (const PlannedRun& planned : runsOf(stored->plan)) {
                const fs::path run = folder / planned.folder;
                const RunState state = isThere(run / "run.json") ? listRun(run).state : RunState::Interrupted;
                ++listing.plannedRuns;
                listing.endedRuns += state == RunState::Running || state == RunState::Interrupted
                        || state == RunState::Stopped
                    ? 0
                    : 1;
            }
        listings.push_back(std::move(listing));
    }
    return listings;
}

std::vector<fs::path> runFoldersIn(const fs::path& folder)
{
    const auto found = foldersWith("run.json", folder);
    return {found.rbegin(), found.rend()};
}

ExperimentRuns::Seen ExperimentRuns::look(const fs::path& runFolder)
{
    std::error_code error;
    const fs::path log = runFolder / "events.jsonl";
    Seen seen{.folder = runFolder, .bytes = fs::file_size(log, error)};
    seen.written = fs::last_write_time(log, error);
    return seen;
}

Status ExperimentRuns::refresh(
    const ExperimentPlan& plan, const fs::path& folder, const std::stop_token& stop)
{
    const Status status = readRuns(plan, folder, stop);
    if (!status) {
        m_runs.clear();
        m_seen.clear();
    }
    return status;
}

Status ExperimentRuns::readRuns(
    const ExperimentPlan& plan, const fs::path& folder, const std::stop_token& stop)
{
    const auto planned = runsOf(plan);
    m_timesRead = 0;
    m_runs.resize(planned.size());
    m_seen.resize(planned.size());
    for (std::size_t i = 0; i < planned.size(); ++i) {
        const fs::path runFolder = folder / planned[i].folder;
        if (!isThere(runFolder / "run.json")) { // the last file of a new folder
            m_runs[i].reset();
            continue;
        }
        const auto saved = readRunConfig(runFolder);
        if (!saved) { // a damaged run is one run's trouble; who trains it is told what it is
            m_runs[i].reset();
            continue;
        }
        TRY(checkSameConfig(planned[i], runFolder, *saved));
        const Seen seen
            = look(runFolder); // before it is read: what is written meanwhile is found the next time
        if (m_runs[i] && seen == m_seen[i] && isFinal(*m_runs[i]))
            continue;
        auto read = readRun(runFolder, stop);
        if (!read) {
            m_runs[i].reset();
            continue;
        }
        m_runs[i] = std::move(read->run);
        m_seen[i] = seen;
        ++m_timesRead;
    }
    return {};
}

Result<std::vector<std::optional<Run>>> openExperimentRuns(const ExperimentPlan& plan, const fs::path& folder)
{
    ExperimentRuns runs;
    if (auto status = runs.refresh(plan, folder); !status)
        return fail(status.error());
    return std::move(runs).runs();
}

Result<ExperimentResult> openExperimentResult(const ExperimentPlan& plan, const fs::path& folder)
{
    const auto runs = openExperimentRuns(plan, folder);
    if (!runs)
        return fail(runs.error());
    std::vector<const Run*> pointers;
    for (const auto& run : *runs)
        pointers.push_back(run ? &*run : nullptr);
    return resultOf(plan, pointers);
}

Result<TrainerSetup> setUpRun(const PlannedRun& planned, const fs::path& folder)
{
    TrainerSetup setup{.config = planned.config, .folder = placeOf(folder / planned.folder)};
    if (isThere(setup.folder / "run.json")) {
        setup.resume = true;
        return setup;
    }
    std::error_code ignored;
    fs::remove(
        setup.folder / "config.json", ignored); // of a folder that was being made when the program was killed
    const DataRead data = dataOfOthers(folder);
    const auto made = createRunFolderAt(setup.folder, planned.config);
    if (!made)
        return fail(made.error());
    setup.notices = remarksOn(planned.config);
    if (data.isKnown()) // another run of the experiment has learned from it already
        TRY(writeData(setup.folder, data));
    return setup;
}

} // namespace mantissa
