// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether a run is leaving its course, from losses and gradient norms alone. Pure: no clock, no engine.
// Loss: one-sided, in robust sigmas above the median of the last hundred steps; one bad batch is a Caution,
// the median of several a Warning, and Critical only once a quarter of what training had gained is lost too:
// batch noise has heavy tails, and an answer to noise would repeat itself. Gradient norm: times the median of
// the last hundred. Oscillation: neighbouring losses that swing against each other far beyond what
// independent batches do (their autocorrelation is near 0).

#include "core/base/json.h"
#include "core/record/divergence_finding.h"

#include <cstdint>
#include <deque>

namespace mantissa {

class DivergenceMonitor {
public:
    /// `threshold`: sigmas of the loss that make a Warning; twice as many are Critical.
    explicit DivergenceMonitor(double threshold = 3)
        : m_threshold(threshold)
    {
    }

    /// After an update. What was told within the last fifty steps is not told again unless it is worse.
    DivergenceFinding stepDone(double loss, double gradNorm);
    /// After a forward-only batch.
    static DivergenceFinding probeDone(double loss);
    /// Whether the last steps were ordinary, so that the weights are worth keeping.
    bool isCalm() const;

    /// Everything it remembers: enough to see what it saw.
    Json state() const;
    Status restore(const Json& state);

private:
    DivergenceFinding judge() const;
    DivergenceFinding judgeLoss() const;
    DivergenceFinding judgeNorm() const;
    DivergenceFinding judgeSwing() const;
    /// Sigmas of `loss` above the trend.
    double sigmasAbove(double loss) const;

    double m_threshold;
    std::deque<double> m_losses{}; ///< the trend, then the last few
    std::deque<double> m_norms{};
    double m_firstLoss = 0; ///< median of the first ten
    double m_bestLoss = 0; ///< least trend
    std::int64_t m_seen = 0;
    std::int64_t m_quietUntil = 0; ///< in steps seen
    DivergenceLevel m_told = DivergenceLevel::Normal; ///< what is not told again until then
};

} // namespace mantissa
