// SPDX-License-Identifier: Apache-2.0
#pragma once

// Events on their way from the trainer thread to one reader. A mutex and a swapped vector: never drops, never
// waits long.

#include "core/record/run_event.h"

#include <mutex>
#include <vector>

namespace mantissa {

class EventChannel {
public:
    /// Any thread.
    void push(RunEvent event);
    /// All events since the last call, in order. Any thread.
    std::vector<RunEvent> drain();

private:
    std::mutex m_mutex;
    std::vector<RunEvent> m_pending; // guarded by m_mutex
};

} // namespace mantissa
