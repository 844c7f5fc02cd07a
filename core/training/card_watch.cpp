// SPDX-License-Identifier: Apache-2.0
#include "core/training/card_watch.h"

#include "core/base/units.h"
#include "core/record/device_choice.h"
#include "core/record/device_limit.h"

#include <fmt/format.h>

#include <algorithm>

namespace mantissa {

namespace {

constexpr double coolerBy
    = 5; // degrees below the limit: at the limit itself it would stop and go every second
constexpr std::int64_t keptInFull = 3600; // an hour of readings, one a second; then every second one, …
constexpr std::int64_t leastGrowth = 256 * mebibyte; // of what others hold, to be worth a word …
constexpr double leastGrowthShare = 0.02; // … and of the whole card

std::string degrees(double celsius) { return fmt::format("{:.0f} °C", celsius); }

/// What the allocator had reserved at the last row.
std::int64_t reservedBytes(const Run& run)
{
    const Series& reserved = run.columns().reservedBytes;
    return reserved.size() > 0 ? static_cast<std::int64_t>(reserved.at(reserved.size() - 1)) : 0;
}

} // namespace

CardWatch::CardWatch(RunInHand& run, Mailbox& mailbox, CardSource source)
    : m_run(run)
    , m_mailbox(mailbox)
    , m_source(std::move(source))
{
}

void CardWatch::begin()
{
    const MemoryConfig& memory = m_run.config().memory;
    const auto device = parseDevice(memory.device);
    if (!device || device->kind != DeviceKind::Card)
        return;
    m_kept = static_cast<std::int64_t>(m_run.run().card().readings().size());
    auto meter = CardMeter::open(m_run.engine().facts().cardUuid, device->index, m_source.library);
    if (meter)
        m_sampler.emplace(std::move(*meter), m_source.interval);
    else
        m_run.noticeLater(fmt::format("temperature, power and load of the card are not known: {}{}",
            meter.error().message, memory.maxCelsius ? "; memory.max_temperature is not watched" : ""));
}

bool CardWatch::isToBeKept() const
{
    constexpr std::int64_t whileStill = 30; // readings for one, in a pause or a very long step
    if (m_kept > 0 && m_run.tick() == m_tickKept && m_seen % whileStill != 0)
        return false;
    const auto halvings = std::min<std::int64_t>(m_kept / keptInFull, 30);
    return m_seen % (std::int64_t{1} << halvings) == 0;
}

Status CardWatch::tell()
{
    if (!m_sampler)
        return {};
    for (const CardReading& reading : m_sampler->take()) {
        const bool wasHolding = m_isHolding;
        TRY(judgeHeat(reading));
        if (isToBeKept() || m_isHolding != wasHolding) {
            TRY(m_run.emit(CardMeasured{.tick = m_run.tick(), .reading = reading, .isHeld = m_isHolding}));
            ++m_kept;
            m_tickKept = m_run.tick();
        }
        ++m_seen;
        TRY(judgeOthers(reading));
        TRY(judgeDriver(reading));
    }
    return {};
}

Status CardWatch::judgeHeat(const CardReading& reading)
{
    const auto& limit = m_run.config().memory.maxCelsius;
    if (!limit || !reading.celsius)
        return {};
    const double cool = *limit - coolerBy;
    if (m_isHolding && !m_mailbox.isHeld()) {
        m_isHolding = false;
        return m_run.notice(Severity::Warning,
            fmt::format("gone on at {}, as asked for; memory.max_temperature ({}) counts again once the card "
                        "was at {} or below",
                degrees(*reading.celsius), degrees(*limit), degrees(cool)));
    }
    if (!m_isHot && *reading.celsius > *limit) {
        m_isHot = m_isHolding = true;
        m_mailbox.setHeld(true);
        return m_run.notice(Severity::Warning,
            fmt::format("paused: the card is at {}, above memory.max_temperature ({}); it goes on by itself "
                        "at {}, or when you say so",
                degrees(*reading.celsius), degrees(*limit), degrees(cool)));
    }
    if (!m_isHot || *reading.celsius > cool)
        return {};
    m_isHot = false;
    if (!std::exchange(m_isHolding, false))
        return {};
    m_mailbox.setHeld(false);
    return m_run.notice(Severity::Info, fmt::format("the card has cooled to {}", degrees(*reading.celsius)));
}

Status CardWatch::judgeOthers(const CardReading& reading)
{
    if (!reading.othersBytes)
        return {};
    const std::int64_t now = *reading.othersBytes;
    const std::int64_t before = m_othersTold.value_or(now);
    const auto growth = std::max(leastGrowth,
        static_cast<std::int64_t>(leastGrowthShare * static_cast<double>(reading.totalBytes.value_or(0))));
    m_othersTold = std::min(before, now); // what is given back may be taken again, which is worth a word
    if (now - before < growth)
        return {};
    m_othersTold = now;
    return m_run.notice(Severity::Warning,
        fmt::format(
            "another program takes the card: others hold {} of its memory, {} before; this run may run "
            "out of it, and its speed is not its own",
            formatBytes(now), formatBytes(before)));
}

/// The driver names no cause: what is on the card beyond what was reserved, others and the allowance.
Status CardWatch::judgeDriver(const CardReading& reading)
{
    const std::int64_t reserved = reservedBytes(m_run.run());
    if (!reading.usedBytes || reserved == 0)
        return {};
    const std::int64_t beyond = *reading.usedBytes - reading.othersBytes.value_or(0) - reserved;
    // twice what is set aside for it: an estimate may miss
    const std::int64_t allowed = 2 * cardAllowance(reading.totalBytes.value_or(*reading.usedBytes));
    if (beyond <= allowed || beyond - m_driverTold < leastGrowth)
        return {};
    m_driverTold = beyond;
    return m_run.notice(Severity::Warning,
        fmt::format("the driver holds {} of the card beside the {} that this run has reserved{}; a lower "
                    "memory.budget leaves it room",
            formatBytes(beyond), formatBytes(reserved),
            reading.othersBytes ? "" : ", its own or of other programs, which it does not tell apart"));
}

} // namespace mantissa
