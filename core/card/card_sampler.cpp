// SPDX-License-Identifier: Apache-2.0
#include "core/card/card_sampler.h"

#include <utility>

namespace mantissa {

CardSampler::CardSampler(CardMeter meter, std::chrono::milliseconds interval)
    : m_meter(std::move(meter))
    , m_thread([this, interval](const std::stop_token& stop) { sample(stop, interval); })
{
}

std::vector<CardReading> CardSampler::take()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_readings, {});
}

void CardSampler::sample(const std::stop_token& stop, std::chrono::milliseconds interval)
{
    constexpr std::size_t most = 64;
    while (!stop.stop_requested()) {
        const CardReading reading = m_meter.read();
        std::unique_lock lock(m_mutex);
        if (m_readings.size() == most)
            m_readings.erase(m_readings.begin());
        m_readings.push_back(reading);
        m_stopped.wait_for(lock, stop, interval, [] { return false; });
    }
}

} // namespace mantissa
