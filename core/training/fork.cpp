// SPDX-License-Identifier: Apache-2.0
#include "core/training/fork.h"

#include "core/record/run_family.h"
#include "core/record/run_store.h"
#include "core/record/settings_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <ranges>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

constexpr const char* logFile = "events.jsonl";

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
    return error ? fail(fmt::format("cannot copy the log of {} to {}: {}; is the disk full?", from.string(),
               to.string(), error.message()))
                 : Status{};
}

Status linkCheckpoint(const fs::path& from, const fs::path& to)
{
    std::error_code error;
    fs::create_directories(to, error);
    for (fs::directory_iterator at(from, error), end; !error && at != end; at.increment(error)) {
        const fs::path name = at->path().filename();
        std::error_code cannot;
        fs::create_hard_link(at->path(), to / name, cannot);
        if (cannot) // another file system, or one that has no links
            fs::copy_file(at->path(), to / name, error);
    }
    return error ? fail(fmt::format("cannot copy the checkpoint {} to {}: {}; is the disk full?",
               from.string(), to.string(), error.message()))
                 : Status{};
}

Status fillFork(const ForkOrder& order, const CheckpointSaved& saved, const fs::path& folder)
{
    TRY(writeData(folder, readData(order.run)));
    TRY(writeRunFamily(folder,
        {.parentIdentity = runIdentity(order.run),
            .parentName = placeOf(order.run).filename().string(),
            .forkedAt = saved.step}));
    TRY(copyLog(order.run, folder, order.checkpoint.filename().string()));
    return linkCheckpoint(order.checkpoint, folder / "checkpoints" / order.checkpoint.filename());
}

} // namespace

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
    std::ranges::sort(whole, isEarlierCheckpoint);
    return whole;
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
