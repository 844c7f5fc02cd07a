// SPDX-License-Identifier: Apache-2.0
#include "core/record/run_store.h"

#include "core/base/digest.h"
#include "core/base/shown_text.h"
#include "core/record/environment.h"
#include "core/record/plans_that_ran.h"
#include "core/record/run_log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <random>
#include <set>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

std::string newIdentity()
{
    std::random_device chance;
    std::string digits;
    for (int i = 0; i < 4; ++i)
        digits += fmt::format("{:08x}", chance());
    return digits;
}

Result<fs::path> fillRunFolder(const fs::path& folder, const RunConfig& config)
{
    const Json manifest
        = {{"format", 1}, {"id", shown(folder.filename().string())}, {"identity", newIdentity()},
            {"name", config.name}, {"created", unixNow()}, {"version", programVersion()}};
    if (auto status = writeFileAtomically(folder / "config.json", jsonText(toJson(config)) + "\n"); !status)
        return fail(status.error());
    if (auto status = writeFileAtomically(folder / "environment.json", jsonText(machineEnvironment()) + "\n");
        !status)
        return fail(status.error());
    if (auto status = writeFileAtomically(folder / "run.json", jsonText(manifest) + "\n"); !status)
        return fail(status.error());
    return folder;
}

std::string whyNot(const fs::path& folder, const std::string& reason)
{
    return fmt::format(
        "cannot make the run folder {}: {}; choose another folder (--out)", folder.string(), reason);
}

RunState stateFrom(std::string_view outcome)
{
    for (const RunState state : {RunState::Completed, RunState::Stopped, RunState::Interrupted,
             RunState::OutOfMemory, RunState::Diverged, RunState::Failed})
        if (nameOf(state) == outcome)
            return state;
    return RunState::Interrupted;
}

/// How far a run is that has not ended: its log alone knows.
void takeProgress(RunListing& listing)
{
    constexpr std::int64_t least = 16 << 10; // some fifty events
    constexpr std::int64_t most
        = 4 << 20; // of a run that is paused the last events may be readings of its card
    bool hasStep = false;
    for (std::int64_t tail = least; tail <= most && !hasStep; tail *= 16)
        for (const RunEvent& event : readLastEvents(listing.folder / "events.jsonl", tail)) {
            if (const auto* done = std::get_if<StepDone>(&event)) {
                listing.steps = done->step + (done->skipped ? 0 : 1);
                hasStep = true;
            } else if (const auto* evaluated = std::get_if<Evaluated>(&event)) {
                listing.evalLoss = evaluated->loss;
            }
        }
}

} // namespace

std::string folderNameOf(const std::string& name)
{
    std::string safe;
    for (const char c : name)
        safe += (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_') ? c
                                                                                                       : '-';
    const auto start = safe.find_first_not_of('.');
    return start == std::string::npos ? "run" : safe.substr(start, 60);
}

RunListing listRun(const fs::path& given)
{
    const fs::path folder = placeOf(given);
    RunListing listing{.folder = folder, .name = shown(folder.filename().string()), .evalLoss = NAN};
    if (const auto manifest = readJsonFile(folder / "run.json");
        manifest && manifest->is_object() && manifest->contains("created"))
        listing.createdUnixSeconds = numberFrom((*manifest)["created"]);
    listing.data = readData(folder);
    if (auto config = readRunConfig(folder)) {
        listing.maxSteps = config->training.maxSteps;
        listing.preset = config->preset;
        listing.config = std::move(*config);
    }
    if (const auto summary = readJsonFile(folder / "summary.json"); summary && summary->is_object()) {
        const auto number = [&](const char* key) {
            const auto found = summary->find(key);
            return found == summary->end() ? NAN : numberFrom(*found);
        };
        constexpr double largest = 9e18; // of what fits 64 bits
        const auto whole = [&](const char* key) {
            const double value = number(key);
            return std::abs(value) < largest ? static_cast<std::int64_t>(value) : 0; // NaN is not less
        };
        listing.steps = whole("steps");
        listing.peakDeviceBytes = whole("peak_device_bytes");
        listing.parameters = whole("parameters");
        listing.evalLoss = number("eval_loss");
        listing.tokensPerSecond = number("tokens_per_second");
        if (const auto baseline = summary->find("is_baseline");
            baseline != summary->end() && baseline->is_boolean())
            listing.isBaseline = baseline->get<bool>();
        const auto outcome = summary->find("outcome");
        if (outcome != summary->end() && outcome->is_string())
            listing.state = stateFrom(outcome->get_ref<const std::string&>());
        if (listing.state == RunState::Completed && !hasLastCheckpoint(folder, listing.steps))
            listing.state = RunState::Interrupted; // it can be trained to its end again
    }
    if (RunLock::isHeld(folder))
        listing.state = RunState::Running;
    if (listing.state == RunState::Running || listing.state == RunState::Interrupted)
        takeProgress(listing); // a summary, if there is one, is of an earlier stop
    return listing;
}

std::string_view nameOf(RunState state)
{
    switch (state) {
    case RunState::Running:
        return "running";
    case RunState::Completed:
        return "completed";
    case RunState::Stopped:
        return "stopped";
    case RunState::Interrupted:
        return "interrupted";
    case RunState::OutOfMemory:
        return "out_of_memory";
    case RunState::Diverged:
        return "diverged";
    case RunState::Failed:
        return "failed";
    }
    return {};
}

Result<fs::path> createRunFolder(const fs::path& given, const RunConfig& config)
{
    std::error_code error;
    const fs::path runsFolder = placeOf(given);
    fs::create_directories(runsFolder, error);
    if (error)
        return fail(whyNot(runsFolder, error.message()));
    const std::time_t now = std::time(nullptr);
    const std::string stem
        = fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::localtime(now), folderNameOf(config.name));
    for (int attempt = 1; attempt < 1000; ++attempt) {
        const fs::path folder = runsFolder / (attempt == 1 ? stem : fmt::format("{}-{}", stem, attempt));
        if (fs::create_directory(folder, error)) {
            TRY(syncFolder(runsFolder));
            return fillRunFolder(folder, config);
        }
        if (error)
            return fail(whyNot(folder, error.message()));
    }
    return fail(whyNot(runsFolder / stem, "a thousand runs began in this second"));
}

Result<fs::path> createRunFolderAt(const fs::path& given, const RunConfig& config)
{
    std::error_code error;
    const fs::path folder = placeOf(given);
    if (fs::exists(folder / "config.json", error))
        return fail(
            fmt::format("{} holds a run already; resume it, or name another folder (--out)", folder.string()),
            ExitCode::Usage);
    fs::create_directories(folder, error);
    if (error)
        return fail(whyNot(folder, error.message()));
    TRY(syncFolder(folder.parent_path()));
    return fillRunFolder(folder, config);
}

std::string runIdentity(const fs::path& folder)
{
    const auto manifest = readJsonFile(folder / "run.json");
    if (!manifest || !manifest->is_object())
        return sha256Of(folder.string()).substr(0, 32);
    const auto known = manifest->find("identity");
    return known != manifest->end() && known->is_string() ? known->get<std::string>()
                                                          : sha256Of(jsonLine(*manifest)).substr(0, 32);
}

Result<RunConfig> readRunConfig(const fs::path& folder)
{
    std::error_code error;
    if (fs::exists(folder / "experiment.json", error) && !fs::exists(folder / "run.json", error))
        return fail(
            fmt::format("{} holds an experiment, which is no single run; choose one of the runs in it",
                folder.string()),
            ExitCode::Usage);
    if (!fs::exists(folder / "config.json", error))
        return fail(fmt::format("{} is no run folder (it has no config.json); choose the folder of a run",
                        folder.string()),
            ExitCode::Usage);
    auto loaded = loadConfig(folder / "config.json");
    if (!loaded)
        return fail(loaded.error());
    return std::move(loaded->config);
}

Result<Run> openRun(const fs::path& given)
{
    auto read = readRun(given);
    if (!read)
        return fail(read.error());
    return std::move(read->run);
}

Result<ReadRun> readRun(const fs::path& given, const std::stop_token& stop, std::int64_t end)
{
    const fs::path folder = placeOf(given);
    auto config = readRunConfig(folder);
    if (!config)
        return fail(config.error());
    ReadRun read{Run(std::move(*config), folder), RunLogReader(folder / "events.jsonl")};
    std::error_code error;
    if (!fs::exists(folder / "events.jsonl", error))
        return read; // made, never started
    TRY(read.reader.readNew(
        [&](const RunEvent& event) {
            read.run.apply(event);
            return !stop.stop_requested();
        },
        end));
    if (stop.stop_requested())
        return fail(folder.string() + " was not read to its end, since nobody waits for it any more");
    if (read.reader.skippedLines() > 0)
        read.run.apply(Notice{read.run.ticks(), Severity::Warning,
            fmt::format(
                "{} lines of events.jsonl could not be read and were left out", read.reader.skippedLines())});
    if (read.reader.hasTornEnd() && end == INT64_MAX && !RunLock::isHeld(folder))
        read.run.apply(Notice{
            read.run.ticks(), Severity::Info, "the last line of events.jsonl is torn and was left out"});
    return read;
}

std::int64_t logBytes(const fs::path& folder)
{
    std::error_code error;
    const auto bytes = fs::file_size(folder / "events.jsonl", error);
    return error ? 0 : static_cast<std::int64_t>(bytes);
}

RunWriter writerOf(const fs::path& folder)
{
    constexpr std::chrono::seconds recent{60};
    constexpr std::int64_t tail = 16 << 10;
    const bool wasTakenHere = RunLock::wasTakenHere(folder);
    if (RunLock::isHeld(folder))
        return wasTakenHere ? RunWriter::ThisMachine : RunWriter::AnotherMachine;
    if (wasTakenHere)
        return RunWriter::Nobody; // and let go: ended, or killed
    std::error_code error;
    const auto written = fs::last_write_time(folder / "events.jsonl", error);
    const auto age = fs::file_time_type::clock::now() - written;
    if (error || age >= recent || -age >= recent) // clocks of two machines differ, and are set back
        return RunWriter::Nobody;
    const auto events = readLastEvents(folder / "events.jsonl", tail);
    const bool hasEnded = !events.empty() && std::holds_alternative<RunEnded>(events.back());
    return hasEnded ? RunWriter::Nobody : RunWriter::AnotherMachine;
}

std::vector<RunListing> listRuns(const fs::path& runsFolder)
{
    std::vector<RunListing> runs;
    std::error_code error;
    std::set<fs::path> seen; // a link beside the run that it leads to is that run
    for (fs::directory_iterator at(placeOf(runsFolder), error), end; !error && at != end;
         at.increment(error)) {
        std::error_code ignored;
        if (fs::exists(at->path() / "run.json", ignored) && seen.insert(placeOf(at->path())).second)
            runs.push_back(listRun(at->path()));
    }
    std::sort(runs.begin(), runs.end(), [](const RunListing& a, const RunListing& b) {
        return std::pair(a.createdUnixSeconds, a.name) > std::pair(b.createdUnixSeconds, b.name);
    });
    return runs;
}

DataRead readData(const fs::path& folder)
{
    const auto manifest = readJsonFile(folder / "run.json");
    return manifest && manifest->is_object() ? dataReadFrom(manifest->value("data", Json())) : DataRead{};
}

Status writeData(const fs::path& folder, const DataRead& data)
{
    auto manifest = readJsonFile(folder / "run.json");
    if (!manifest || !manifest->is_object())
        return {};
    (*manifest)["data"] = toJson(data);
    return writeFileAtomically(folder / "run.json", jsonText(*manifest) + "\n");
}

std::vector<RunListing> baselineCandidates(const fs::path& runsFolder, const Run& run)
{
    const auto isAlike = [&](const RunListing& listing) {
        RunConfig config = listing.config;
        if (listing.data.isKnown() && run.data().isKnown())
            config.data.source = run.config().data.source; // the same bytes, wherever they lie
        return !isOtherData(listing.data, run.data()) && isComparable(config, run.config());
    };
    std::vector<RunListing> candidates = listRuns(runsFolder);
    std::erase_if(candidates, [&](const RunListing& listing) {
        return listing.state != RunState::Completed || !listing.isBaseline.value_or(true)
            || !isAlike(listing);
    });
    return candidates;
}

std::optional<fs::path> firstBaseline(const std::vector<RunListing>& candidates, const std::stop_token& stop)
{
    for (const RunListing& listing : candidates) {
        if (listing.isBaseline)
            return listing.folder;
        const auto older = readRun(listing.folder, stop); // than that key of the summary
        if (older && whyNoBaseline(older->run).empty())
            return listing.folder;
    }
    return std::nullopt;
}

std::optional<fs::path> findBaseline(const fs::path& runsFolder, const Run& run)
{
    return firstBaseline(baselineCandidates(runsFolder, run));
}

bool isEarlierCheckpoint(const fs::path& a, const fs::path& b)
{
    const std::string x = a.filename().string();
    const std::string y = b.filename().string();
    return std::pair(x.size(), x) < std::pair(y.size(), y); // names grow past eight digits
}

std::string checkpointName(std::int64_t step) { return fmt::format("step-{:08}", step); }

std::vector<fs::path> wholeCheckpoints(const fs::path& runFolder)
{
    std::vector<fs::path> whole;
    std::error_code error;
    for (fs::directory_iterator at(runFolder / "checkpoints", error), end; !error && at != end;
         at.increment(error)) {
        std::error_code ignored;
        if (at->path().filename().string().starts_with("step-") && fs::exists(at->path() / "DONE", ignored))
            whole.push_back(at->path());
    }
    std::sort(whole.begin(), whole.end(), isEarlierCheckpoint);
    return whole;
}

std::optional<fs::path> newestCheckpoint(const fs::path& runFolder)
{
    auto whole = wholeCheckpoints(runFolder);
    return whole.empty() ? std::nullopt : std::optional(std::move(whole.back()));
}

bool hasLastCheckpoint(const fs::path& runFolder, std::int64_t step)
{
    std::error_code error;
    return !fs::exists(runFolder / "checkpoints", error)
        || fs::exists(runFolder / "checkpoints" / checkpointName(step) / "DONE", error);
}

fs::path defaultRunsFolder()
{
    const char* chosen = std::getenv("MANTISSA_RUNS"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    return chosen && *chosen ? fs::path(chosen) : fs::path("runs");
}

} // namespace mantissa
