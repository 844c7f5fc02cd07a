// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which read-out is best, found by sequential halving over coming training batches and then tried again on
// fresh ones. Pure. A probe is one batch, on which the last weights and the read-outs that are still in the
// race see the same rows. It costs about one forward pass of a whole batch: with more read-outs each sees
// fewer rows.

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/record/run_config.h"

#include <cstdint>
#include <vector>

namespace mantissa {

constexpr std::int64_t longestWindow
    = 64; ///< steps that a read-out averages over at most: what science found to work
constexpr std::int64_t enoughPoints
    = 16; ///< of a window: neighbours are nearly alike, so a mean of these is that of all
/// Steps that a read-out of this run averages over.
std::int64_t windowLength(const PhasesConfig& phases);

class ReadoutRace {
public:
    /// `probes` of the block; `batchRows`, sequences or images of a batch; `hasBefore`: there is a window
    /// before the last one, so that leads other than 0 mean something.
    ReadoutRace(std::int64_t probes, std::int64_t batchRows, bool hasBefore);

    /// Of the probe that comes: how many probes ahead of the next update its batch is, its first rows, and
    /// the leads to try.
    std::int64_t ahead() const { return static_cast<std::int64_t>(m_done.size()); }
    std::int64_t rows() const;
    const std::vector<double>& leads() const { return m_leads; }
    /// Losses in the order of leads(); one that is not finite counts for nothing.
    void probed(double loss, const std::vector<double>& readoutLosses);

    /// The lead that is best so far: the winner, once retesting has begun.
    double winner() const;
    /// The loss of winner() among those of the last probe; NaN before the first.
    double winnersLoss(const std::vector<double>& readoutLosses, const std::vector<double>& leads) const;
    bool isRetesting() const { return ahead() >= m_selecting; }

    struct Verdict {
        double lead = 0;
        double meanGain = 0;
        double gainSpread = 0;
        double confidence = 0; ///< P(gain > 0)
        std::int64_t retests = 0; ///< finite ones
        /// Probes that the next block needs for a like gain at the noise of this one, to be sure as
        /// `threshold` says.
        std::int64_t wanted = 0;
    };
    /// From the retests alone, which had no part in the choice.
    Verdict verdict(double threshold) const;

    /// What was probed, and the reverse: the race goes on where it was.
    Json state() const;
    static Result<ReadoutRace> from(const Json& state);

private:
    struct Probe {
        double loss = 0;
        std::vector<double> leads{};
        std::vector<double> readoutLosses{};
    };
    double meanGain(double lead) const;
    void halve();

    std::int64_t m_probes = 0;
    std::int64_t m_batchRows = 0;
    bool m_hasBefore = false;
    std::int64_t m_selecting = 0; ///< probes that choose; the others retest
    std::vector<double> m_leads{};
    std::vector<Probe> m_done{};
};

} // namespace mantissa
