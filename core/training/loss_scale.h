// SPDX-License-Identifier: Apache-2.0
#pragma once

// The FP16 loss scale: 65,536 to start, doubled after 2,000 clean steps, halved on overflow, from 1 to 2^24.

#include "core/base/json.h"

#include <cstdint>
#include <deque>

namespace mantissa {

class LossScale {
public:
    double value() const { return m_value; }
    /// After an FP16 step. An overflow means its update was skipped.
    void stepDone(bool overflow);
    /// 20 skips within 100 steps: the format does not fit this run.
    bool isHopeless() const;

    Json state() const;
    Status restore(const Json& state);

private:
    double m_value = 65536;
    std::int64_t m_cleanSteps = 0;
    std::deque<bool> m_recent; // the last 100 steps, true for a skip
};

} // namespace mantissa
