// SPDX-License-Identifier: Apache-2.0
#include "core/record/card_record.h"

#include "core/record/event_json.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <utility>

namespace mantissa {

namespace {

using Number = std::optional<double> CardReading::*;
using Bytes = std::optional<std::int64_t> CardReading::*;

constexpr std::array<std::pair<const char*, Number>, 6> numbers{
    {{"celsius", &CardReading::celsius}, {"watts", &CardReading::watts},
        {"limit_watts", &CardReading::limitWatts}, {"megahertz", &CardReading::megahertz},
        {"memory_megahertz", &CardReading::memoryMegahertz}, {"load_percent", &CardReading::loadPercent}}};
constexpr std::array<std::pair<const char*, Bytes>, 3> sizes{{{"total_bytes", &CardReading::totalBytes},
    {"used_bytes", &CardReading::usedBytes}, {"others_bytes", &CardReading::othersBytes}}};

} // namespace

Json write(const CardMeasured& e)
{
    Json json = {{"event", "card_reading"}, {"tick", e.tick}};
    for (const auto& [key, member] : numbers)
        if (const auto& value = e.reading.*member)
            json[key] = jsonNumber(*value);
    for (const auto& [key, member] : sizes)
        if (const auto& value = e.reading.*member)
            json[key] = *value;
    if (e.isHeld)
        json["held"] = true;
    return json;
}

void read(const LineReader& r, CardMeasured& e)
{
    r("tick", e.tick), r("held", e.isHeld);
    for (const auto& [key, member] : numbers)
        if (const Json* value = r.find(key); value && value->is_number())
            e.reading.*member = value->get<double>();
    for (const auto& [key, member] : sizes)
        if (const Json* value = r.find(key); value && value->is_number_integer())
            e.reading.*member = value->get<std::int64_t>();
}

void CardRecord::add(const CardMeasured& event)
{
    constexpr std::size_t most = 65536; // some MB; the trainer's own grow slower the longer a run takes
    if (m_readings.size() == most) {
        std::size_t i = 0;
        std::erase_if(m_readings, [&](const CardMeasured&) { return i++ % 2 == 1; });
    }
    m_readings.push_back(event);
    m_isHeld = event.isHeld;
}

void CardRecord::appendTick(std::int64_t tick)
{
    if (m_readings.empty())
        return;
    const CardReading& last = m_readings.back().reading;
    const auto append = [&](Series& series, const auto& value) {
        while (series.size() < tick) // rows before the first reading
            series.append(NAN);
        series.append(value ? static_cast<double>(*value) : NAN);
    };
    append(m_columns.celsius, last.celsius);
    append(m_columns.watts, last.watts);
    append(m_columns.megahertz, last.megahertz);
    append(m_columns.loadPercent, last.loadPercent);
    append(m_columns.usedBytes, last.usedBytes);
    append(m_columns.othersBytes, last.othersBytes);
}

void CardRecord::truncate(std::int64_t tick)
{
    std::erase_if(m_readings, [&](const CardMeasured& e) { return e.tick > tick; });
    for (Series* series : {&m_columns.celsius, &m_columns.watts, &m_columns.megahertz, &m_columns.loadPercent,
             &m_columns.usedBytes, &m_columns.othersBytes})
        series->truncate(tick);
    m_isHeld = false;
}

} // namespace mantissa
