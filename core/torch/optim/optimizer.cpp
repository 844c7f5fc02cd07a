// SPDX-License-Identifier: Apache-2.0
#include "core/torch/optim/optimizer.h"

#include "core/torch/optim/optimizer_list.h"

#include <fmt/format.h>

namespace mantissa {

Result<const Optimizer*> optimizerFor(const OptimizerUse& use)
{
    static const std::vector<const Optimizer*> all = listedOptimizers();
    std::string reasons;
    for (const Optimizer* optimizer : all) {
        const std::string reason = optimizer->whyNot(use);
        if (reason.empty())
            return optimizer;
        reasons += (reasons.empty() ? "" : "; ") + reason;
    }
    return fail(fmt::format("{} with precision.master {} and {} moments cannot be updated on {}: {}. Put the "
                            "moments on host (precision.phases.*.moments), or choose others",
                    nameOf(use.kind), nameOf(use.master), nameOf(use.moments), use.device.str(), reasons),
        ExitCode::Usage);
}

} // namespace mantissa
