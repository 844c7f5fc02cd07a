// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run's card said of itself while the run trained on it: each reading as an event, and columns over
// ticks for the lanes of a chart.

#include "core/card/card_reading.h"
#include "core/record/series.h"

#include <cstdint>
#include <vector>

namespace mantissa {

struct CardMeasured {
    std::int64_t tick = 0; ///< the next row
    CardReading reading{};
    bool isHeld = false; ///< the run stands still until the card is cooler: memory.max_temperature
};

/// NaN where a reading lacks the value. Empty as long as there was no reading.
struct CardColumns {
    Series celsius;
    Series watts;
    Series megahertz;
    Series loadPercent;
    Series usedBytes;
    Series othersBytes;
};

/// Part of a Run.
class CardRecord {
public:
    void add(const CardMeasured& event);
    /// A row ends: it is given the last reading before.
    void appendTick(std::int64_t tick);
    /// A process begins at this row; later ones are void.
    void truncate(std::int64_t tick);
    void release() { m_isHeld = false; }

    bool isEmpty() const { return m_readings.empty(); }
    /// Oldest first; of very many some between are let go.
    const std::vector<CardMeasured>& readings() const { return m_readings; }
    const CardColumns& columns() const { return m_columns; }
    /// By the last reading.
    bool isHeld() const { return m_isHeld; }

private:
    std::vector<CardMeasured> m_readings{};
    CardColumns m_columns{};
    bool m_isHeld = false;
};

} // namespace mantissa
