// SPDX-License-Identifier: Apache-2.0
#include "core/training/jump_trial.h"

#include "core/base/statistics.h"

#include <algorithm>
#include <cmath>

namespace mantissa {

LossSlope slopeOf(std::span<const double> losses)
{
    const std::size_t n = losses.size();
    if (n < 32)
        return {};
    std::vector<double> slopes;
    slopes.reserve(n * (n - 1) / 2);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = i + 1; j < n; ++j)
            slopes.push_back((losses[i] - losses[j]) / static_cast<double>(j - i));
    LossSlope slope{.perStep = medianOf(std::move(slopes))};
    // what is left around the line, by its robust spread; then the error of a slope through n such points
    std::vector<double> rest(n);
    for (std::size_t i = 0; i < n; ++i)
        rest[i] = losses[i] + slope.perStep * static_cast<double>(i);
    std::vector<double> copy = rest;
    const double middle = medianOf(copy);
    for (double& value : rest)
        value = std::fabs(value - middle);
    const double sigma = 1.4826 * medianOf(std::move(rest));
    const auto count = static_cast<double>(n);
    slope.error = sigma * std::sqrt(12.0 / (count * (count * count - 1)));
    return slope;
}

JumpTrial::JumpTrial(std::int64_t fromStep, std::int64_t correctSteps, int checks, const LossSlope& slope)
    : m_fromStep(fromStep)
    , m_correctSteps(correctSteps)
    , m_checks(checks)
    , m_slope(slope)
{
}

std::vector<std::int64_t> JumpTrial::referenceSteps() const
{
    std::vector<std::int64_t> steps;
    std::int64_t end = m_correctSteps;
    for (int check = 0; check < m_checks; ++check, end *= 2)
        for (std::int64_t t = end - m_correctSteps / 2; t < end; ++t)
            steps.push_back(m_fromStep + t);
    return steps;
}

void JumpTrial::stepped(std::int64_t step, double loss)
{
    const auto reference = m_references.find(step);
    if (reference == m_references.end())
        return;
    if (!m_pairs.empty() && m_references.find(step - 1) == m_references.end())
        m_pairs.clear(); // the next check begins
    if (std::isfinite(reference->second - loss))
        m_pairs.push_back({static_cast<double>(step - m_fromStep), reference->second - loss});
}

bool JumpTrial::isCheck(std::int64_t step) const
{
    std::int64_t end = m_correctSteps;
    for (int check = 0; check < m_checks; ++check, end *= 2)
        if (step == m_fromStep + end - 1)
            return true;
    return false;
}

bool JumpTrial::isLastCheck(std::int64_t step) const
{
    return step == m_fromStep + (m_correctSteps << (m_checks - 1)) - 1;
}

JumpTrial::Lead JumpTrial::lead() const
{
    std::vector<double> differences;
    double steps = 0;
    for (const Pair& pair : m_pairs) {
        differences.push_back(pair.difference);
        steps += pair.steps;
    }
    const auto interval = meanInterval(differences);
    if (!interval || m_slope.perStep <= 0)
        return {NAN, NAN, 0};
    const double n = static_cast<double>(interval->n);
    const double gained = interval->mean / m_slope.perStep;
    Lead lead{.steps = gained - steps / n};
    // both the mean of the pairs and the slope are uncertain
    const double ofPairs = interval->standardError / m_slope.perStep;
    const double ofSlope = gained * m_slope.error / m_slope.perStep;
    const double error = std::hypot(ofPairs, ofSlope);
    lead.low = lead.steps - studentQuantile(0.9, n - 1) * error;
    lead.confidence = error > 0    ? studentCdf((lead.steps - m_costSteps) / error, n - 1)
        : lead.steps > m_costSteps ? 1.0
                                   : 0.0;
    return lead;
}

} // namespace mantissa
