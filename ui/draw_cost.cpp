// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/draw_cost.h"

#include "ui/run_session.h"

#include <QThread>

#include <algorithm>
#include <ctime>

namespace mantissa::ui {

void DrawCost::measure(RunSession& session)
{
    constexpr qint64 interval = 1000; // milliseconds
    if (m_clock.isValid() && m_clock.elapsed() < interval)
        return;
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    const double cpu = static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
    if (m_clock.isValid()) {
        m_share = (cpu - m_cpuSeconds) / (static_cast<double>(m_clock.elapsed()) * 1e-3);
        // what is dear is drawn less often: training comes first
        const std::int64_t threads = session.run().config().training.threads;
        const bool hasCoreToSpare = threads > 0 && threads < QThread::idealThreadCount();
        const double wanted
            = hasCoreToSpare ? 0.2 : 0.1; // of a core; each thread of training waits for the slowest
        session.setFrameMilliseconds(
            static_cast<int>(session.frameMilliseconds() * std::max(0.8, m_share / wanted)));
    }
    m_cpuSeconds = cpu;
    m_clock.start();
}

} // namespace mantissa::ui
