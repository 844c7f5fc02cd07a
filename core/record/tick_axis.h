// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ticks of a run told as steps, trained tokens or seconds. All of them grow with the tick; a Probe is a tick
// but no step.

#include "core/record/run.h"

namespace mantissa {

enum class AxisUnit { Tick, Step, Tokens, Seconds };
inline constexpr std::array allAxisUnits{AxisUnit::Tick, AxisUnit::Step, AxisUnit::Tokens, AxisUnit::Seconds};

/// What was done before the tick; inside a tick, in proportion. Seconds are those of steps and probes.
double axisValueAt(const Run& run, AxisUnit unit, double tick);
/// The tick at which a value is reached; the run's end for one that is not.
double tickOfAxisValue(const Run& run, AxisUnit unit, double value);

} // namespace mantissa
