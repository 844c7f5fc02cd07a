// SPDX-License-Identifier: Apache-2.0
#include "core/training/spans.h"

#include <algorithm>
#include <chrono>
#include <unistd.h>

namespace mantissa {

namespace {

double between(SteadyTime from, SteadyTime to) { return std::chrono::duration<double>(to - from).count(); }

} // namespace

void Spans::begin()
{
    m_trainer = std::this_thread::get_id();
    m_last = steadyNow();
    nameThread("trainer");
}

void Spans::skip() { m_last = steadyNow(); }

void Spans::beginTick(Phase phase)
{
    std::int64_t& kept = m_keptTicks[indexOf(phase)];
    const bool isWarm = m_shares.ticks++ >= warmTicks;
    m_keeps = isWarm && kept < ticksOfAPhase;
    kept += m_keeps ? 1 : 0;
}

void Spans::nameThread(const std::string& name)
{
    const std::lock_guard lock(m_mutex);
    // a thread that came after another of the same name goes on in its row
    const auto known = std::ranges::find(m_threads, name);
    m_numbers[::gettid()] = static_cast<std::size_t>(known - m_threads.begin());
    if (known == m_threads.end())
        m_threads.push_back(name);
}

std::size_t Spans::threadHere()
{
    const auto known = m_numbers.find(::gettid());
    if (known != m_numbers.end())
        return known->second;
    m_threads.push_back("thread " + std::to_string(m_threads.size() + 1));
    return m_numbers[::gettid()] = m_threads.size() - 1;
}

void Spans::credit(SteadyTime now)
{
    m_shares.at(m_open.empty() ? WorkKind::Other : m_open.back()) += between(m_last, now);
    m_last = now;
}

Spans::Opened Spans::open(WorkKind kind)
{
    const Opened opened{steadyNow(), m_trainer.load() == std::this_thread::get_id(), m_keeps};
    if (opened.isSummed) {
        credit(opened.at);
        m_open.push_back(kind);
    }
    return opened;
}

void Spans::close(const Opened& opened, WorkKind kind, std::string_view name, std::int64_t index)
{
    const SteadyTime now = steadyNow();
    if (opened.isSummed) {
        credit(now);
        m_open.pop_back();
    }
    if (!opened.isKept)
        return;
    const std::lock_guard lock(m_mutex);
    if (m_kept.size() < mostSpans)
        m_kept.push_back(
            {name, index, kind, threadHere(), between(m_zero, opened.at), between(opened.at, now)});
}

TimeShares Spans::shares() const { return m_shares; }

std::vector<Span> Spans::kept() const
{
    const std::lock_guard lock(m_mutex);
    return m_kept;
}

std::vector<std::string> Spans::threads() const
{
    const std::lock_guard lock(m_mutex);
    return m_threads;
}

} // namespace mantissa
