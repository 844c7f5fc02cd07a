// SPDX-License-Identifier: Apache-2.0
#include "core/training/fork.h"

#include "core/record/checkpoint.h"
#include "core/record/run_family.h"
#include "core/record/run_length.h"
#include "core/record/run_store.h"
#include "core/record/settings_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <fcntl.h>
#include <fstream>
#include <ranges>
#include <unistd.h>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

constexpr const char* logFile = "events.jsonl";
constexpr const char* manifestFile = "run.json";

/// As the run told of it last: a stretch that was rolled back is trained, and saved, again.
const CheckpointSaved* eventOf(const Run& run, const fs::path& checkpoint)
{
    const auto& saved = run.checkpoints();
    const auto found = std::find_if(saved.rbegin(), saved.rend(), [&](const CheckpointSaved& event) {
        return fs::path(event.folder).filename() == checkpoint.filename();
    });
    return found == saved.rend() ? nullptr : &*found;
}

/// What was changed at the checkpoint's own tick was changed after it.
RunConfig configAt(const Run& run, const CheckpointSaved& saved)
{
    const auto stretches = configsThatRan(run);
    RunConfig config = stretches.front().config;
    for (const ConfigStretch& stretch : stretches)
        if (stretch.tick < saved.tick)
            config = stretch.config;
    return config;
}

bool isSynced(const fs::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    const bool isSynced = ::fsync(descriptor) == 0;
    ::close(descriptor);
    return isSynced;
}

/// The log's lines up to the one that tells of the checkpoint.
Status copyLog(const fs::path& from, const fs::path& to, const std::string& checkpointName)
{
    std::ifstream source(from / logFile, std::ios::binary);
    std::streamoff end = 0;
    std::streamoff at = 0;
    for (std::string line; std::getline(source, line);) {
        at += static_cast<std::streamoff>(line.size()) + 1;
        if (line.find(R"("event":"checkpoint")") != std::string::npos
            && line.find("/" + checkpointName + "\"") != std::string::npos)
            end = at;
    }
    std::error_code error;
    fs::copy_file(from / logFile, to / logFile, error);
    if (!error)
        fs::permissions(to / logFile, fs::perms::owner_write, fs::perm_options::add, error);
    if (!error)
        fs::resize_file(to / logFile, static_cast<std::uintmax_t>(end), error);
    if (!error && !isSynced(to / logFile))
        error = std::make_error_code(std::errc::io_error);
    return error ? fail(fmt::format("cannot copy the log of {} to {}: {}; is the disk full?", from.string(),
               to.string(), error.message()))
                 : Status{};
}

/// Aside first, and DONE last, as any checkpoint is written.
Status linkCheckpoint(const ForkOrder& order, const CheckpointSaved& saved, const fs::path& run)
{
    auto writer = CheckpointWriter::begin(run, saved.step);
    if (!writer)
        return fail(writer.error());
    std::error_code error;
    for (fs::directory_iterator at(order.checkpoint, error), end; !error && at != end; at.increment(error)) {
        const fs::path name = at->path().filename();
        if (name == "DONE")
            continue;
        std::error_code cannot;
        fs::create_hard_link(at->path(), writer->folder() / name, cannot);
        if (!cannot)
            continue; // on the disk since it was written
        // another file system, or one without links
        fs::copy_file(at->path(), writer->folder() / name, error);
        if (!error && !isSynced(writer->folder() / name))
            error = std::make_error_code(std::errc::io_error);
        if (error)
            break; // the next step of the loop would begin anew
    }
    if (error)
        return fail(fmt::format("cannot copy the checkpoint {} to {}: {}; is the disk full?",
            order.checkpoint.string(), run.string(), error.message()));
    const auto whole = writer->commit();
    return whole ? Status{} : fail(whole.error());
}

/// run.json, by which a folder is a run, comes back last: what a kill leaves before that is listed nowhere.
Status fillFork(const ForkOrder& order, const CheckpointSaved& saved, const fs::path& folder)
{
    const fs::path aside = folder / ".writing-manifest";
    std::error_code error;
    fs::create_directory(aside, error);
    if (!error)
        fs::rename(folder / manifestFile, aside / manifestFile, error);
    if (error)
        return fail(fmt::format("cannot write in {}: {}", folder.string(), error.message()));
    TRY(writeData(aside, readData(order.run)));
    TRY(writeRunFamily(aside,
        {.parentIdentity = runIdentity(order.run),
            .parentName = placeOf(order.run).filename().string(),
            .forkedAt = saved.step}));
    TRY(copyLog(order.run, folder, order.checkpoint.filename().string()));
    TRY(linkCheckpoint(order, saved, folder));
    fs::rename(aside / manifestFile, folder / manifestFile, error);
    if (error)
        return fail(fmt::format("cannot write in {}: {}", folder.string(), error.message()));
    fs::remove(aside, error);
    return syncFolder(folder);
}

} // namespace

std::optional<ForkPoint> forkPoint(const Run& run, const fs::path& checkpoint)
{
    const CheckpointSaved* saved = eventOf(run, checkpoint);
    if (!saved)
        return std::nullopt;
    ForkPoint point{.step = saved->step, .config = configAt(run, *saved)};
    if (run.data().isKnown() && run.data().trainingSamples > 0) {
        point.samples = run.data().trainingSamples;
        point.samplesLearned = samplesLearned(run, run.data(), saved->step);
    }
    return point;
}

Status checkLength(const ForkPoint& point, TrainingConfig wanted)
{
    if (wanted.epochs > 0 && point.samples == 0)
        return {}; // known once the data are read
    wanted.maxSteps = lastStepOf(wanted, point.samples, point.step, point.samplesLearned);
    return wanted.maxSteps > point.step
        ? Status{}
        : fail(
            fmt::format("the checkpoint is of step {}; name a larger number", point.step), ExitCode::Usage);
}

Result<fs::path> forkRun(const ForkOrder& order, const fs::path& runsFolder)
{
    const auto whole = wholeCheckpoints(order.run);
    if (std::ranges::find(whole, order.checkpoint) == whole.end())
        return fail(fmt::format("{} is no whole checkpoint of {}; choose another",
            order.checkpoint.filename().string(), order.run.string()));
    const auto run = openRun(order.run);
    if (!run)
        return fail(run.error());
    const CheckpointSaved* saved = eventOf(*run, order.checkpoint);
    if (!saved)
        return fail(fmt::format("the log of {} says nothing of {}; choose another checkpoint",
            order.run.string(), order.checkpoint.filename().string()));
    RunConfig config = configAt(*run, *saved);
    config.name = order.name;
    const auto folder = createRunFolder(runsFolder, config);
    if (!folder)
        return fail(folder.error());
    if (const auto filled = fillFork(order, *saved, *folder); !filled) {
        std::error_code ignored;
        fs::remove_all(*folder, ignored);
        return fail(filled.error());
    }
    return *folder;
}

} // namespace mantissa
