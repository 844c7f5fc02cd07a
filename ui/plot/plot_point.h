// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mantissa::ui {

/// A value at a tick.
struct PlotPoint {
    double tick = 0;
    double value = 0;
    double halfWidth = 0; ///< of its interval; 0: none
};

} // namespace mantissa::ui
