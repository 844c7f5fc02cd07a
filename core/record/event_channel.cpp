// SPDX-License-Identifier: Apache-2.0
#include "core/record/event_channel.h"

#include <utility>

namespace mantissa {

void EventChannel::push(RunEvent event)
{
    const std::lock_guard lock(m_mutex);
    m_pending.push_back(std::move(event));
}

std::vector<RunEvent> EventChannel::drain()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_pending, {});
}

} // namespace mantissa
