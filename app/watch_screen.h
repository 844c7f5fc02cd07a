// SPDX-License-Identifier: Apache-2.0
#pragma once

// A run as a few lines of a terminal that are drawn over themselves: loss and memory as columns, where it
// stands, and above them what happens.

#include "core/record/run.h"

#include <string>
#include <vector>

namespace mantissa {

class WatchScreen {
public:
    /// stdout is a terminal that can be drawn on and has room.
    static bool fits();

    /// What is worth a line of its own stays above the picture.
    void tell(const RunEvent& event);
    /// `state`: what it does, or how it ended.
    void show(const Run& run, const std::string& state);

private:
    std::vector<std::string> m_words{}; ///< since the last picture
    int m_lines = 0; ///< of the last picture
};

} // namespace mantissa
