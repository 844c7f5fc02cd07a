// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where the axes of charts have ticks, on paper or on screen: at round numbers, with labels that differ.

#include <string>
#include <vector>

namespace mantissa {

struct Tick {
    double value = 0;
    std::string label;
};

/// At most `most` ticks in [low, high] at 1, 2 or 5 times a power of ten, with thousands separators and
/// enough digits.
std::vector<Tick> niceTicks(double low, double high, int most, bool withSign = false);
/// Ticks of a logarithmic axis at 1, 2 or 5 times powers of ten; plain ones where those are too few. `low` is
/// above 0.
std::vector<Tick> logTicks(double low, double high, int most);
/// Ticks of a time axis in seconds at round seconds, minutes, hours or days, labels in one unit ("20 min").
std::vector<Tick> timeTicks(double low, double high, int most);
/// Ticks of a byte axis at round binary amounts, labels in one unit ("12 MiB").
std::vector<Tick> byteTicks(double highBytes, int most);

} // namespace mantissa
