// SPDX-License-Identifier: Apache-2.0
#pragma once

// How far apart two colours look, also to colour-blind eyes: CIEDE2000 after a simulation by Machado,
// Oliveira and Fernandes (2009) at full severity. Colours are linear RGB, 0 to 1.

#include <algorithm>
#include <array>
#include <cmath>

namespace mantissa {

using LinearRgb = std::array<double, 3>;
using ColourMatrix = std::array<std::array<double, 3>, 3>;

inline constexpr std::array<ColourMatrix, 4> visions{{{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
    {{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216},
        {-0.003882, -0.048116, 1.051998}}}, // protan
    {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413},
        {-0.011820, 0.042940, 0.968881}}}, // deutan
    {{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602},
        {0.004733, 0.691367, 0.303900}}}}}; // tritan

inline LinearRgb seenBy(const ColourMatrix& vision, const LinearRgb& colour)
{
    LinearRgb seen{};
    for (std::size_t i = 0; i < 3; ++i)
        seen[i] = std::clamp(
            vision[i][0] * colour[0] + vision[i][1] * colour[1] + vision[i][2] * colour[2], 0.0, 1.0);
    return seen;
}

/// CIE L*a*b* under D65.
inline std::array<double, 3> labOf(const LinearRgb& c)
{
    const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
    const double x = f((0.4124564 * c[0] + 0.3575761 * c[1] + 0.1804375 * c[2]) / 0.95047);
    const double y = f(0.2126729 * c[0] + 0.7151522 * c[1] + 0.0721750 * c[2]);
    const double z = f((0.0193339 * c[0] + 0.1191920 * c[1] + 0.9503041 * c[2]) / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

inline double colourDistance(const LinearRgb& first, const LinearRgb& second)
{
    constexpr double degree = 3.14159265358979323846 / 180;
    auto [l1, a1, b1] = labOf(first);
    auto [l2, a2, b2] = labOf(second);
    const auto seventh = [](double value) {
        return std::sqrt(std::pow(value, 7) / (std::pow(value, 7) + std::pow(25.0, 7)));
    };
    const double g = 0.5 * (1 - seventh((std::hypot(a1, b1) + std::hypot(a2, b2)) / 2));
    a1 *= 1 + g;
    a2 *= 1 + g;
    const double c1 = std::hypot(a1, b1);
    const double c2 = std::hypot(a2, b2);
    const auto hueOf = [&](double a, double b) { return std::fmod(std::atan2(b, a) / degree + 360, 360); };
    const double h1 = hueOf(a1, b1);
    const double h2 = hueOf(a2, b2);
    const double dh = c1 * c2 == 0 ? 0 : std::remainder(h2 - h1, 360);
    const double dH = 2 * std::sqrt(c1 * c2) * std::sin(dh / 2 * degree);
    const double l = (l1 + l2) / 2;
    const double c = (c1 + c2) / 2;
    const double h = c1 * c2 == 0 ? h1 + h2 : std::fmod(h1 + dh / 2 + 360, 360);
    const double t = 1 - 0.17 * std::cos((h - 30) * degree) + 0.24 * std::cos(2 * h * degree)
        + 0.32 * std::cos((3 * h + 6) * degree) - 0.2 * std::cos((4 * h - 63) * degree);
    const double sl = 1 + 0.015 * (l - 50) * (l - 50) / std::sqrt(20 + (l - 50) * (l - 50));
    const double sc = 1 + 0.045 * c;
    const double sh = 1 + 0.015 * c * t;
    const double turn = -std::sin(60 * std::exp(-std::pow((h - 275) / 25, 2)) * degree) * 2 * seventh(c);
    return std::sqrt(std::pow((l2 - l1) / sl, 2) + std::pow((c2 - c1) / sc, 2) + std::pow(dH / sh, 2)
        + turn * (c2 - c1) / sc * dH / sh);
}

} // namespace mantissa
