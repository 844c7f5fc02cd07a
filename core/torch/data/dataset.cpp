// SPDX-License-Identifier: Apache-2.0
#include "core/torch/data/dataset.h"

namespace mantissa {

std::uint64_t randomAt(std::int64_t seed, std::int64_t a, std::int64_t b, std::int64_t c)
{
    std::uint64_t state = 0;
    for (const std::int64_t part : {seed, a, b, c}) { // splitmix64 over the parts
        state += static_cast<std::uint64_t>(part) + 0x9E3779B97F4A7C15ull;
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9ull;
        state = (state ^ (state >> 27)) * 0x94D049BB133111EBull;
        state ^= state >> 31;
    }
    return state;
}

Result<std::unique_ptr<Dataset>> openDataset(const RunConfig& config, const AskInterrupted& isInterrupted)
{
    if (config.data.kind == DataKind::Images)
        return openImages(config, isInterrupted);
    return config.data.hasRows() ? openRows(config, isInterrupted) : openText(config, isInterrupted);
}

} // namespace mantissa
