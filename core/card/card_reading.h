// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a card's driver says of it at one instant. What it does not say is missing, and is never 0.

#include <cstdint>
#include <optional>

namespace mantissa {

struct CardReading {
    std::optional<double> celsius{};
    std::optional<double> watts{};
    std::optional<double> limitWatts{}; ///< what it may draw
    std::optional<double> megahertz{}; ///< of its processors
    std::optional<double> memoryMegahertz{};
    std::optional<double> loadPercent{}; ///< of the last moments in which any kernel ran
    std::optional<std::int64_t> totalBytes{};
    std::optional<std::int64_t> usedBytes{}; ///< by all processes, contexts and what the driver keeps
    /// By other processes. Missing where the driver does not name this one's share, as in most containers,
    /// whose process numbers are not the host's.
    std::optional<std::int64_t> othersBytes{};
    friend bool operator==(const CardReading&, const CardReading&) = default;
};

} // namespace mantissa
