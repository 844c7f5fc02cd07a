// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a training command shows while it works: one line that is rewritten on a terminal, plain lines in a
// pipe.

#include "core/record/run.h"

#include <chrono>
#include <cstdio>
#include <string>

namespace mantissa {

/// Where a run is, in a line: step, phase, loss, speed, memory, and how long it takes yet (NaN: not known).
std::string progressText(const Run& run, double secondsLeft);

/// Whether lines can be written over there.
bool isScreen(std::FILE* out);
/// Whether colours are wanted there: on a screen, without NO_COLOR (https://no-color.org).
bool isColoured(std::FILE* out);
/// What of an event is worth a line of its own; empty for most.
std::string wordsOn(const RunEvent& event);

class Progress {
public:
    /// To stderr where a command has results of its own: stdout holds those alone.
    explicit Progress(std::FILE* out = stderr);
    /// Shows where `run` is; cheap enough to call often.
    void show(const Run& run);
    /// Segments, evaluations and notices get a line of their own.
    void tell(const RunEvent& event);
    /// Ends the rewritten line.
    void finish();

private:
    void line(const std::string& text);
    void write(const std::string& text);
    std::FILE* m_out;
    bool m_isTerminal = false;
    bool m_open = false; // a rewritten line stands unfinished
    std::chrono::steady_clock::time_point m_last{};
    std::chrono::steady_clock::time_point m_start{};
    std::int64_t m_firstStep = -1;
};

} // namespace mantissa
