// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where bytes live. On a machine without an accelerator Device and Host are both RAM, told apart by the
// allocator. Here and not in core/memory because a PhasePlan names tiers.

#include "core/base/result.h"

#include <array>
#include <string_view>

namespace mantissa {

enum class Tier { Device, Host, Disk };

inline constexpr std::array allTiers{Tier::Device, Tier::Host, Tier::Disk};

std::string_view nameOf(Tier tier);
Result<Tier> parseTier(std::string_view name);

} // namespace mantissa
