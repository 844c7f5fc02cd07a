// SPDX-License-Identifier: Apache-2.0
#pragma once

// One jump on probation: what it was worth, in steps of the course before it. Pure.
// The weights before the jump have seen some coming batches forward only. When training after the jump meets
// the same batch, the difference of the losses is paired: its noise is a small part of a batch's. The course
// before lowers the loss by `slope` a step (Theil-Sen over its history), so a difference d, met t steps after
// the jump, is a lead of d / slope - t steps.

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace mantissa {

/// How fast the loss falls, per step.
struct LossSlope {
    double perStep = 0; ///< positive: it falls; the median over pairs of steps
    double error = 0; ///< its standard error
    /// Too flat or too noisy to measure a lead with.
    bool isClear() const { return perStep > 2 * error && perStep > 0; }
};
/// Of losses in the order of steps, oldest first; at least 32.
LossSlope slopeOf(std::span<const double> losses);

class JumpTrial {
public:
    /// `correctSteps`: K. Judged after K steps, and again after each doubling up to `checks` times.
    JumpTrial(std::int64_t fromStep, std::int64_t correctSteps, int checks, const LossSlope& slope);

    /// The steps whose batches the weights before the jump must see: the last half of K, 2K, … steps.
    std::vector<std::int64_t> referenceSteps() const;
    void refer(std::int64_t step, double loss) { m_references[step] = loss; }
    /// The reference passes and the copy, in steps.
    void setCost(double steps) { m_costSteps = steps; }
    /// A step after the jump, with the loss of its batch before the update.
    void stepped(std::int64_t step, double loss);

    struct Lead {
        double steps = 0;
        double low = 0; ///< of the one-sided 90 % interval
        double confidence = 0; ///< P(lead > cost)
    };
    /// After K (or 2K, 4K) steps: what the pairs of its last half say.
    Lead lead() const;
    /// Update `step` is the last of a check.
    bool isCheck(std::int64_t step) const;
    /// It is also the last check.
    bool isLastCheck(std::int64_t step) const;

    std::int64_t fromStep() const { return m_fromStep; }
    std::int64_t correctSteps() const { return m_correctSteps; }
    double costSteps() const { return m_costSteps; }

private:
    struct Pair {
        double steps = 0; ///< after the jump
        double difference = 0; ///< reference - loss
    };

    std::int64_t m_fromStep = 0;
    std::int64_t m_correctSteps = 0;
    int m_checks = 1;
    LossSlope m_slope{};
    double m_costSteps = 0;
    std::map<std::int64_t, double> m_references{};
    std::vector<Pair> m_pairs{}; ///< since the last check began
};

} // namespace mantissa
