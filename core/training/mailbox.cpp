// SPDX-License-Identifier: Apache-2.0
#include "core/training/mailbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mantissa {

std::string_view nameOf(TrainerState state)
{
    switch (state) {
    case TrainerState::Training:
        return "training";
    case TrainerState::Pausing:
        return "pausing";
    case TrainerState::Paused:
        return "paused";
    case TrainerState::Stopping:
        return "stopping";
    case TrainerState::Interrupting:
        return "interrupting";
    }
    return {};
}

Result<TrainerState> parseTrainerState(std::string_view name)
{
    for (const TrainerState state : {TrainerState::Training, TrainerState::Pausing, TrainerState::Paused,
             TrainerState::Stopping, TrainerState::Interrupting})
        if (nameOf(state) == name)
            return state;
    return fail(fmt::format("no trainer is '{}'", name));
}

void Mailbox::requestStop(StopRequest request)
{
    const std::lock_guard lock(m_mutex);
    m_stop = std::max(m_stop, request);
    m_changed.notify_all();
}

void Mailbox::setPaused(bool paused)
{
    const std::lock_guard lock(m_mutex);
    m_paused = paused;
    m_held = m_held && paused;
    m_stands = m_stands && paused;
    m_changed.notify_all();
}

void Mailbox::setTable(const PrecisionTable& table, const PrecisionTable& from)
{
    const std::lock_guard lock(m_mutex);
    if (!m_edits.empty() && m_edits.back().from == from)
        m_edits.back().table = table;
    else
        m_edits.push_back({table, from});
}

void Mailbox::requestSnapshot()
{
    const std::lock_guard lock(m_mutex);
    m_snapshot = true;
}

void Mailbox::requestNumbers()
{
    const std::lock_guard lock(m_mutex);
    m_numbers = true;
}

TrainerState Mailbox::state() const
{
    const std::lock_guard lock(m_mutex);
    if (m_stop != StopRequest::None)
        return m_stop == StopRequest::Stop ? TrainerState::Stopping : TrainerState::Interrupting;
    if (!m_paused && !m_held)
        return TrainerState::Training;
    return m_stands ? TrainerState::Paused : TrainerState::Pausing;
}

StopRequest Mailbox::stopRequested() const
{
    const std::lock_guard lock(m_mutex);
    return m_stop;
}

bool Mailbox::isInterrupted(bool hasBegun) const
{
    const StopRequest stop = stopRequested();
    return stop == StopRequest::Interrupt || (stop == StopRequest::Stop && !hasBegun);
}

std::vector<TableEdit> Mailbox::takeEdits()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_edits, {});
}

bool Mailbox::takeSnapshotRequest()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_snapshot, false);
}

bool Mailbox::takeNumbersRequest()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_numbers, false);
}

void Mailbox::setHeld(bool held)
{
    const std::lock_guard lock(m_mutex);
    m_held = held;
}

bool Mailbox::isHeld() const
{
    const std::lock_guard lock(m_mutex);
    return m_held;
}

bool Mailbox::waitWhilePaused(std::chrono::milliseconds most)
{
    std::unique_lock lock(m_mutex);
    const auto goesOn = [&] {
        m_stands
            = (m_paused || m_held) && m_stop == StopRequest::None; // it comes again where only time passed
        return !m_stands;
    };
    const bool waits = !goesOn();
    m_changed.wait_for(lock, most, goesOn);
    return waits;
}

} // namespace mantissa
