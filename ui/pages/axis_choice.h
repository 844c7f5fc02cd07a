// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A drop-down of units for the x axis (AxisUnit as item data): which of them there are for what is shown.

class QComboBox;

namespace mantissa::ui {

/// Seconds that are not real are no axis; where they were chosen, the first unit takes their place.
void offerTime(QComboBox* axis, bool isTimed);

} // namespace mantissa::ui
