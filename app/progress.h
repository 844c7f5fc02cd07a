// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a training command shows while it works: one line that is rewritten on a terminal, plain lines in a
// pipe.

#include "core/record/run.h"

#include <chrono>

namespace mantissa {

/// Writes to stderr, so that stdout holds results only.
class Progress {
public:
    Progress();
    /// Shows where `run` is; cheap enough to call often.
    void show(const Run& run);
    /// Segments, evaluations and notices get a line of their own.
    void tell(const RunEvent& event);
    /// Ends the rewritten line.
    void finish();

private:
    void line(const std::string& text);
    bool m_isTerminal = false;
    bool m_open = false; // a rewritten line stands unfinished
    std::chrono::steady_clock::time_point m_last{};
    std::chrono::steady_clock::time_point m_start{};
    std::int64_t m_firstStep = -1;
};

} // namespace mantissa
