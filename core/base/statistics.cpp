// SPDX-License-Identifier: Apache-2.0
#include "core/base/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

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
    const double front = std::exp(
        std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
    // the fraction converges fast on this side of the mean
    return x < (a + 1) / (a + b + 2) ? front * betaFraction(a, b, x) / a
                                     : 1 - front * betaFraction(b, a, 1 - x) / b;
}

constexpr double upper = 0.975; // of a 95 % interval
constexpr std::size_t resamples = 99'999;

/// Means of `resamples` draws with replacement, sorted. The generator is one that the standard fixes to the
/// bit.
std::vector<double> resampledMeans(std::span<const double> values)
{
    constexpr std::uint64_t seed = 20'150'101;
    std::mt19937_64 random(seed);
    std::vector<double> means(resamples);
    for (double& mean : means) {
        double sum = 0;
        for (std::size_t i = 0; i < values.size(); ++i)
            sum += values[random() % values.size()]; // the bias is below 2^-50
        mean = sum / static_cast<double>(values.size());
    }
    std::sort(means.begin(), means.end());
    return means;
}

} // namespace

double medianOf(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

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
    return Interval{mean, studentQuantile(upper, n - 1) * standardError, standardError, values.size()};
}

std::optional<Bounds> bootstrapBounds(std::span<const double> values)
{
    if (values.size() < 2)
        return std::nullopt;
    const auto n = static_cast<double>(values.size());
    const std::vector<double> means = resampledMeans(values);
    // how far out the normal distribution has to be cut for its interval to be as wide as Student's
    const double cut = std::sqrt(n / (n - 1)) * studentQuantile(upper, n - 1);
    const double tail = 0.5 * std::erfc(cut / std::numbers::sqrt2);
    const auto rank
        = std::max<std::size_t>(1, static_cast<std::size_t>(tail * static_cast<double>(resamples + 1)));
    return Bounds{means[rank - 1], means[resamples - rank]};
}

} // namespace mantissa
