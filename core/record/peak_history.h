// SPDX-License-Identifier: Apache-2.0
#pragma once

// The largest instant of a phase, and how it grew: a resume makes rows void, and with them peaks that only
// those rows had.

#include "core/memory/memory_reading.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace mantissa {

/// The largest instant of one phase. Transitions count to the phase entered.
struct PhasePeak {
    MemoryReading memory{};
    std::int64_t tick = 0;
};

class PeakHistory {
public:
    /// `rows` is how many rows a run has to keep for the reading to stay.
    void include(const MemoryReading& reading, std::int64_t tick, std::int64_t rows);
    /// Forgets readings of rows at and after `rows`.
    void truncate(std::int64_t rows);
    /// Nothing before the first reading.
    const std::optional<PhasePeak>& largest() const { return m_largest; }

private:
    struct Growth {
        PhasePeak peak{}; ///< from here on
        std::int64_t rows = 0;
    };

    std::optional<PhasePeak> m_largest{};
    std::vector<Growth> m_growth{}; ///< oldest first; rows never fall
};

} // namespace mantissa
