// SPDX-License-Identifier: Apache-2.0
#pragma once

// Student's t and the bootstrap: intervals of a mean. Source of t: regularised incomplete beta by continued
// fraction.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace mantissa {

/// The upper one of two in the middle. Of at least one value.
double medianOf(std::vector<double> values);

/// P(T <= t) with `degrees` degrees of freedom.
double studentCdf(double t, double degrees);
/// The t with P(T <= t) = probability.
double studentQuantile(double probability, double degrees);

struct Interval {
    double mean = 0;
    double halfWidth = 0; ///< of the 95 % interval
    double standardError = 0;
    std::size_t n = 0;
    double low() const { return mean - halfWidth; }
    double high() const { return mean + halfWidth; }
};
/// Nothing with fewer than two values: n = 1 has no interval.
std::optional<Interval> meanInterval(std::span<const double> values);

struct Bounds {
    double low = 0;
    double high = 0;
};
/// 95 % bootstrap interval of the mean: expanded percentiles (Hesterberg 2015, "What Teachers Should Know
/// About the Bootstrap"), because plain ones are too narrow with few values. The same values give the same
/// bounds anywhere.
std::optional<Bounds> bootstrapBounds(std::span<const double> values);

} // namespace mantissa
