// SPDX-License-Identifier: Apache-2.0
#include "core/record/best_evaluation.h"

#include "core/record/run_store.h"

#include <cmath>

namespace mantissa {

const Evaluated* bestEvaluation(const Run& run)
{
    const Evaluated* best = nullptr;
    for (const Evaluated& evaluated : run.evaluations())
        if (std::isfinite(evaluated.loss) && (!best || evaluated.loss < best->loss))
            best = &evaluated;
    return best;
}

std::optional<BestCheckpoint> bestCheckpoint(const Run& run)
{
    std::optional<BestCheckpoint> best;
    for (const Evaluated& evaluated : run.evaluations()) {
        const auto folder = run.folder() / "checkpoints" / checkpointName(evaluated.step);
        std::error_code error;
        if (std::isfinite(evaluated.loss) && (!best || evaluated.loss < best->loss)
            && std::filesystem::exists(folder / "DONE", error))
            best = BestCheckpoint{evaluated.step, evaluated.loss, folder};
    }
    return best;
}

} // namespace mantissa
