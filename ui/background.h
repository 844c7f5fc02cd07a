// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Work on values, away from the GUI thread: its owner asks now and then whether it is done. Nothing is shared
// while it lasts, and what is not waited for any more is asked to stop.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace mantissa::ui {

/// From this many bytes of logs on they are read on a thread of its own: some thousand rows, which take less
/// time than a frame does.
constexpr std::int64_t longLogBytes = std::int64_t{1} << 20;
/// How often its owner looks whether it is done.
constexpr int backgroundMilliseconds = 20;

template <class T> class Background {
public:
    /// `work` looks at its token often: the owner's destructor waits for it.
    explicit Background(std::function<T(std::stop_token)> work)
        : m_thread([this, work = std::move(work)](const std::stop_token& stop) {
            m_result.emplace(work(stop));
            m_isDone = true;
        })
    {
    }
    bool isDone() const { return m_isDone; }
    /// Once, when it is done.
    T take() { return std::move(*m_result); }

private:
    std::optional<T> m_result{};
    std::atomic<bool> m_isDone = false;
    std::jthread m_thread; // last: stopped and joined before what it writes goes away
};

} // namespace mantissa::ui
