// SPDX-License-Identifier: Apache-2.0
#include "core/precision/tier.h"

#include <fmt/format.h>

namespace mantissa {

std::string_view nameOf(Tier tier)
{
    switch (tier) {
    case Tier::Device:
        return "device";
    case Tier::Host:
        return "host";
    case Tier::Disk:
        return "disk";
    }
    return {};
}

Result<Tier> parseTier(std::string_view name)
{
    for (const Tier tier : allTiers)
        if (nameOf(tier) == name)
            return tier;
    return fail(
        fmt::format("'{}' is no place for tensors; expected device, host or disk", name), ExitCode::Usage);
}

} // namespace mantissa
