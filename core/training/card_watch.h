// SPDX-License-Identifier: Apache-2.0
#pragma once

// Watches the card of a run: tells its readings as events, pauses while it is too hot, and says when others
// take of its memory or the driver holds more than it should. Trainer thread; readings come from a thread of
// their own.

#include "core/card/card_sampler.h"
#include "core/training/mailbox.h"
#include "core/training/run_in_hand.h"

#include <chrono>
#include <optional>
#include <string>

namespace mantissa {

/// Where readings come from, and how often; tests have a library of their own.
struct CardSource {
    std::string library = nvmlLibrary;
    std::chrono::milliseconds interval{1000};
};

class CardWatch {
public:
    /// `run` and `mailbox` outlive it.
    CardWatch(RunInHand& run, Mailbox& mailbox, CardSource source);

    /// Once the engine is made. Nothing is read of a run without a card; a card that cannot be read is noted.
    void begin();
    /// Tells what was read since the last call, and holds or releases the mailbox. Nothing where nothing was.
    Status tell();
    std::chrono::milliseconds interval() const { return m_source.interval; }

private:
    Status judgeHeat(const CardReading& reading);
    Status judgeOthers(const CardReading& reading);
    Status judgeDriver(const CardReading& reading);
    /// The longer a run, the fewer of its readings are kept, so that its log does not grow with its days; and
    /// few while no row is added.
    bool isToBeKept() const;

    RunInHand& m_run;
    Mailbox& m_mailbox;
    CardSource m_source;
    std::optional<CardSampler> m_sampler{};
    std::int64_t m_seen = 0;
    std::int64_t m_kept = 0;
    std::int64_t m_tickKept = -1;
    bool m_isHolding = false;
    bool m_isHot = false; ///< was above the limit, and has not been well below it since
    std::optional<std::int64_t>
        m_othersTold{}; ///< bytes of others, as of the first reading or the last notice
    std::int64_t m_driverTold = 0;
};

} // namespace mantissa
