// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What drawing costs the processor, and how often it may be done for that. GUI thread.

#include <QElapsedTimer>

namespace mantissa::ui {

class RunSession;

class DrawCost {
public:
    /// Measures at most once a second, and lets the session draw less often where drawing is dear.
    void measure(RunSession& session);
    /// Of one core, over the last second or so.
    double share() const { return m_share; }

private:
    QElapsedTimer m_clock{}; ///< since the last measurement
    double m_cpuSeconds = 0; ///< CPU time of this thread then
    double m_share = 0;
};

} // namespace mantissa::ui
