// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where the time of a run goes: each thread says what it does from when to when. The trainer thread's seconds
// are summed by kind over the whole run; what happens in the first ticks of each phase is kept span by span,
// for a trace. Made by whoever starts a run and outlives it; any thread.

#include "core/base/seconds.h"
#include "core/precision/phase.h"
#include "core/record/time_shares.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace mantissa {

/// What one thread did without a break. Spans of one thread nest or lie apart.
struct Span {
    std::string_view name{}; ///< lives as long as the program
    std::int64_t index = -1; ///< of a block or a step; -1: of none
    WorkKind kind = WorkKind::Other;
    std::size_t thread = 0; ///< place in Spans::threads()
    double begin = 0; ///< seconds from the beginning
    double seconds = 0;
};

class Spans {
public:
    /// Of each phase this many ticks are kept, once LibTorch is warm: its first steps allocate and choose.
    static constexpr std::int64_t warmTicks = 3;
    static constexpr std::int64_t ticksOfAPhase = 20;
    /// And never more spans than this, some 3 MB of trace.
    static constexpr std::size_t mostSpans = 20000;

    /// The calling thread is the trainer's: its time counts from here on.
    void begin();
    /// Trainer thread, between spans: what has passed since the last one is no work, as while a run stands.
    void skip();
    /// Trainer thread: a tick begins, and what is in it is kept when the phase is still young.
    void beginTick(Phase phase);
    /// How the calling thread is called in the trace.
    void nameThread(const std::string& name);

    /// Trainer thread, or any once that has ended.
    TimeShares shares() const;
    /// What was kept, as spans ended, and the threads in the order in which they appeared.
    std::vector<Span> kept() const;
    std::vector<std::string> threads() const;

private:
    friend class SpanScope;
    struct Opened {
        SteadyTime at{};
        bool isSummed = false; ///< on the trainer thread
        bool isKept = false;
    };
    Opened open(WorkKind kind);
    void close(const Opened& opened, WorkKind kind, std::string_view name, std::int64_t index);
    /// What has passed since the last span began or ended belongs to the innermost one.
    void credit(SteadyTime now);
    std::size_t threadHere(); // with m_mutex held

    const SteadyTime m_zero = steadyNow();
    std::atomic<std::thread::id> m_trainer{};
    std::atomic<bool> m_keeps = false;
    // trainer thread
    SteadyTime m_last{};
    std::vector<WorkKind> m_open{};
    TimeShares m_shares{};
    std::array<std::int64_t, allPhases.size()> m_keptTicks{};
    // any thread
    mutable std::mutex m_mutex{};
    // by the kernel's number, as that of std::thread is another's once a thread has ended
    std::map<int, std::size_t> m_numbers{}; // guarded by m_mutex, like the next two
    std::vector<std::string> m_threads{};
    std::vector<Span> m_kept{};
};

/// One span, as long as it lives. Without `spans` it costs a comparison.
class SpanScope {
public:
    SpanScope(Spans* spans, WorkKind kind, std::string_view name, std::int64_t index = -1)
        : m_spans(spans)
        , m_kind(kind)
        , m_name(name)
        , m_index(index)
    {
        if (m_spans)
            m_opened = m_spans->open(kind);
    }
    ~SpanScope()
    {
        if (m_spans)
            m_spans->close(m_opened, m_kind, m_name, m_index);
    }
    SpanScope(const SpanScope&) = delete;
    SpanScope& operator=(const SpanScope&) = delete;

private:
    Spans* m_spans;
    WorkKind m_kind;
    std::string_view m_name;
    std::int64_t m_index;
    Spans::Opened m_opened{};
};

} // namespace mantissa
