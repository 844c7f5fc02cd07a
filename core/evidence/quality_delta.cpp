// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/quality_delta.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

std::optional<Interval> overBatches(const Evaluated& run, const Evaluated& baseline)
{
    if (run.batchLosses.size() != baseline.batchLosses.size())
        return std::nullopt;
    std::vector<double> differences;
    for (std::size_t i = 0; i < run.batchLosses.size(); ++i)
        differences.push_back((run.batchLosses[i] - baseline.batchLosses[i]) / baseline.loss * 100);
    return meanInterval(differences);
}

} // namespace

std::vector<QualityPoint> qualityDelta(const Run& run, const Run& baseline)
{
    std::vector<QualityPoint> points;
    for (const Evaluated& own : run.evaluations()) {
        const auto& others = baseline.evaluations();
        // the last of equals: an evaluation repeated after a resume stands for the first
        const auto other = std::find_if(others.rbegin(), others.rend(),
            [&](const Evaluated& e) { return e.trainedTokens == own.trainedTokens; });
        if (other == others.rend() || !(other->loss > 0) || std::isinf(other->loss))
            continue;
        points.push_back({own.step, own.trainedTokens, (own.loss - other->loss) / other->loss * 100,
            overBatches(own, *other)});
    }
    return points;
}

std::string signedText(double value, int digits)
{
    if (std::isnan(value))
        return "–";
    const std::string number = fmt::format("{:.{}f}", std::abs(value), digits);
    const bool isNothing = std::isfinite(value) && number.find_first_of("123456789") == std::string::npos;
    return (isNothing ? "" : value < 0 ? "−" : "+") + number;
}

std::string percentText(const std::optional<double>& percent, int digits, bool isSigned)
{
    if (!percent)
        return "–";
    if (!std::isfinite(*percent))
        return "not finite";
    return (isSigned ? signedText(*percent, digits) : fmt::format("{:.{}f}", *percent, digits)) + " %";
}

} // namespace mantissa
