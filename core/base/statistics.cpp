// SPDX-License-Identifier: Apache-2.0
#include "core/base/statistics.h"

#include <cmath>

namespace mantissa {

namespace {

/// Continued fraction of the incomplete beta function (modified Lentz).
double betaFraction(double a, double b, double x)
{
    constexpr int mostTerms = 500;
    constexpr double enough = 1e-15;
    constexpr double tiny = 1e-300;
    const auto away = [](double value) { return std::abs(value) < tiny ? tiny : value; };
    double c = 1;
    double d = 1 / away(1 - (a + b) * x / (a + 1));
    double fraction = d;
    for (int m = 1; m < mostTerms; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / away(1 + even * d);
        c = away(1 + even / c);
        fraction *= c * d;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / away(1 + odd * d);
        c = away(1 + odd / c);
        const double factor = c * d;
        fraction *= factor;
        if (std::abs(factor - 1) < enough)
            break;
    }
    return fraction;
}

/// Regularised incomplete beta I_x(a, b).
double incompleteBeta(double a, double b, double x)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
    // the fraction converges fast on this side of the mean
    return x < (a + 1) / (a + b + 2) ? front * betaFraction(a, b, x) / a : 1 - front * betaFraction(b, a, 1 - x) / b;
}

} // namespace

double studentCdf(double t, double degrees)
{
    if (std::isinf(t))
        return t > 0 ? 1 : 0;
    const double tail = 0.5 * incompleteBeta(degrees / 2, 0.5, degrees / (degrees + t * t));
    return t > 0 ? 1 - tail : tail;
}

double studentQuantile(double probability, double degrees)
{
    double low = -1;
    double high = 1;
    while (studentCdf(low, degrees) > probability)
        low *= 2;
    while (studentCdf(high, degrees) < probability)
        high *= 2;
    for (int i = 0; i < 200 && high - low > 1e-13 * std::abs(high); ++i) {
        const double middle = 0.5 * (low + high);
        (studentCdf(middle, degrees) < probability ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

std::optional<Interval> meanInterval(std::span<const double> values)
{
    if (values.size() < 2)
        return std::nullopt;
    const auto n = static_cast<double>(values.size());
    double mean = 0;
    for (const double value : values)
        mean += value / n;
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    const double standardError = std::sqrt(squares / (n - 1) / n);
    constexpr double upper = 0.975;
    return Interval{mean, studentQuantile(upper, n - 1) * standardError, standardError, values.size()};
}

} // namespace mantissa
