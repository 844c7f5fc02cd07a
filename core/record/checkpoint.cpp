// SPDX-License-Identifier: Apache-2.0
#include "core/record/checkpoint.h"

#include "core/base/json.h"
#include "core/record/run_store.h"

#include <fmt/format.h>

#include <algorithm>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view temporaryPrefix = ".writing-";

void removeWhole(const fs::path& folder)
{
    std::error_code ignored;
    fs::remove(folder / "DONE", ignored); // first, so that a kill here leaves no whole-looking half
    fs::remove_all(folder, ignored);
}

} // namespace

Result<CheckpointWriter> CheckpointWriter::begin(const fs::path& runFolder, std::int64_t step)
{
    CheckpointWriter writer;
    writer.m_final = runFolder / "checkpoints" / checkpointName(step);
    writer.m_temporary = runFolder / "checkpoints" / (std::string(temporaryPrefix) + checkpointName(step));
    std::error_code error;
    fs::remove_all(writer.m_temporary, error);
    fs::create_directories(writer.m_temporary, error);
    if (error)
        return fail(
            fmt::format("cannot make {}: {}; free some space", writer.m_temporary.string(), error.message()));
    return writer;
}

Result<fs::path> CheckpointWriter::commit()
{
    std::error_code error;
    fs::remove_all(m_final, error);
    TRY(syncFolder(m_temporary));
    fs::rename(m_temporary, m_final, error);
    if (error)
        return fail(fmt::format("cannot rename {}: {}", m_temporary.string(), error.message()));
    const fs::path all = m_final.parent_path();
    TRY(syncFolder(all));
    TRY(syncFolder(all.parent_path())); // where "checkpoints" may be new
    TRY(writeFileAtomically(m_final / "DONE", ""));
    return m_final;
}

void CheckpointWriter::discard()
{
    std::error_code ignored;
    fs::remove_all(m_temporary, ignored);
}

void pruneCheckpoints(const fs::path& runFolder, std::int64_t keep, const fs::path& best)
{
    const std::vector<fs::path> whole = wholeCheckpoints(runFolder);
    std::vector<fs::path> broken;
    std::error_code error;
    for (fs::directory_iterator at(runFolder / "checkpoints", error), end; !error && at != end;
         at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (!name.starts_with("step-") && !name.starts_with(temporaryPrefix))
            continue; // somebody else's
        std::error_code ignored;
        if (!fs::exists(at->path() / "DONE", ignored))
            broken.push_back(at->path());
    }
    const auto surplus = std::max<std::ptrdiff_t>(
        0, static_cast<std::ptrdiff_t>(whole.size()) - static_cast<std::ptrdiff_t>(keep));
    broken.insert(broken.end(), whole.begin(), whole.begin() + surplus);
    for (const fs::path& folder : broken)
        if (folder.filename() != best.filename())
            removeWhole(folder);
}

void removeCheckpointsAfter(const fs::path& runFolder, std::int64_t step)
{
    const fs::path kept = runFolder / "checkpoints" / checkpointName(step);
    std::vector<fs::path> later;
    std::error_code error;
    for (fs::directory_iterator at(runFolder / "checkpoints", error), end; !error && at != end;
         at.increment(error))
        if (at->path().filename().string().starts_with("step-") && isEarlierCheckpoint(kept, at->path()))
            later.push_back(at->path());
    for (const fs::path& folder : later)
        removeWhole(folder);
}

} // namespace mantissa
