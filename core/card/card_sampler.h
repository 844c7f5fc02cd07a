// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reads a card again and again on a thread of its own: a driver takes milliseconds to answer, and sometimes
// much longer, which no step should wait for.

#include "core/card/cards.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace mantissa {

class CardSampler {
public:
    CardSampler(CardMeter meter, std::chrono::milliseconds interval);
    CardSampler(const CardSampler&) = delete;
    CardSampler& operator=(const CardSampler&) = delete;

    /// What was read since the last call, oldest first; of a long time without one the last minute or so.
    std::vector<CardReading> take();

private:
    void sample(const std::stop_token& stop, std::chrono::milliseconds interval);

    CardMeter m_meter; // used by the thread alone
    std::mutex m_mutex;
    std::condition_variable_any m_stopped;
    std::vector<CardReading> m_readings{}; // guarded by m_mutex
    std::jthread m_thread; // last: stopped and joined before what it uses goes away
};

} // namespace mantissa
