// SPDX-License-Identifier: Apache-2.0
#include "core/record/comparable.h"

#include <fmt/format.h>

namespace mantissa {

std::string whyNotComparable(
    const RunConfig& config, const DataRead& data, const RunConfig& baseline, const DataRead& baselineData)
{
    if (isOtherData(data, baselineData))
        return fmt::format(
            "learned from different data ({} and {})", shortIdentity(data), shortIdentity(baselineData));
    RunConfig other = baseline;
    if (data.isKnown() && baselineData.isKnown())
        other.data.source = config.data.source; // the same bytes, wherever they lie
    return isComparable(config, other) ? "" : "differ in more than precision and memory";
}

const DataRead& dataOf(const Run& run)
{
    static const DataRead unknown;
    return run.started() ? run.started()->data : unknown;
}

std::string whyNotComparable(const Run& run, const Run& baseline)
{
    return whyNotComparable(run.config(), dataOf(run), baseline.config(), dataOf(baseline));
}

} // namespace mantissa
