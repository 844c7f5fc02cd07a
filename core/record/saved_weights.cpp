// SPDX-License-Identifier: Apache-2.0
#include "core/record/saved_weights.h"

#include "core/base/file.h"
#include "core/record/best_evaluation.h"
#include "core/record/run_store.h"

#include <fmt/format.h>

#include <charconv>

namespace mantissa {

namespace fs = std::filesystem;

std::optional<fs::path> runAt(const fs::path& place)
{
    std::error_code error;
    const fs::path own = placeOf(place);
    if (fs::exists(own / "run.json", error))
        return own;
    const fs::path run = own.parent_path().parent_path();
    if (fs::exists(own / "model.safetensors", error) && fs::exists(run / "run.json", error))
        return run;
    return {};
}

namespace {

Result<fs::path> bestOf(const fs::path& folder)
{
    const auto run = openRun(folder);
    if (!run)
        return fail(run.error());
    if (const auto best = bestCheckpoint(*run))
        return best->folder;
    return fail(fmt::format("{} has no checkpoint of an evaluated step; train with training.keep_best=true",
                    folder.string()),
        ExitCode::Usage);
}

/// The folder's name is the step with leading zeros.
Result<fs::path> checkpointOfStep(const fs::path& run, const std::string& step)
{
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(step.data(), step.data() + step.size(), number);
    if (failed != std::errc() || end != step.data() + step.size())
        return fail(
            fmt::format("'{}' names no checkpoint; write newest, best or a step", step), ExitCode::Usage);
    const fs::path folder = run / "checkpoints" / checkpointName(number);
    std::error_code error;
    if (fs::exists(folder / "DONE", error))
        return folder;
    return fail(fmt::format("{} has no checkpoint of step {}; its folder checkpoints shows those it has",
                    run.string(), number),
        ExitCode::Usage);
}

} // namespace

Result<SavedWeights> savedWeightsAt(const fs::path& place, const std::string& which)
{
    const fs::path own = placeOf(place);
    const fs::path run = runAt(place).value_or(own);
    const auto config = readRunConfig(run); // says in words when this is no run
    if (!config)
        return fail(config.error());
    if (run != own && !which.empty())
        return fail(fmt::format("{} is one checkpoint; name the run to choose among them", place.string()),
            ExitCode::Usage);
    if (run != own)
        return SavedWeights{*config, own};
    if (!which.empty() && which != "newest") {
        const auto chosen = which == "best" ? bestOf(run) : checkpointOfStep(run, which);
        return chosen ? Result<SavedWeights>(SavedWeights{*config, *chosen}) : fail(chosen.error());
    }
    const auto newest = newestCheckpoint(run);
    if (!newest)
        return fail(fmt::format("{} has no checkpoint yet; wait for one, or lower training.save_interval",
                        place.string()),
            ExitCode::Usage);
    return SavedWeights{*config, *newest};
}

} // namespace mantissa
