// SPDX-License-Identifier: Apache-2.0
#include "core/record/saved_weights.h"

#include "core/base/file.h"
#include "core/record/run_store.h"

#include <fmt/format.h>

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

Result<SavedWeights> savedWeightsAt(const fs::path& place)
{
    const fs::path own = placeOf(place);
    const fs::path run = runAt(place).value_or(own);
    const auto config = readRunConfig(run); // says in words when this is no run
    if (!config)
        return fail(config.error());
    if (run != own)
        return SavedWeights{*config, own};
    const auto newest = newestCheckpoint(run);
    if (!newest)
        return fail(fmt::format("{} has no checkpoint yet; wait for one, or lower training.save_interval",
                        place.string()),
            ExitCode::Usage);
    return SavedWeights{*config, *newest};
}

} // namespace mantissa
