// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which samples a step learns from, counted through the run, whatever batches came before.

#include "core/record/run_config.h"

#include <algorithm>
#include <cstdint>

namespace mantissa {

class SampleCount {
public:
    explicit SampleCount(const TrainingConfig& training)
        : m_batchSize(training.batchSize)
        , m_accumulation(training.accumulation)
    {
    }

    /// From `step` on, before which there were `samples`.
    void goOnFrom(std::int64_t step, std::int64_t samples)
    {
        m_firstStep = step;
        m_before = samples;
    }
    /// How many come before the first one of a micro-batch.
    std::int64_t before(std::int64_t step, std::int64_t microBatch) const
    {
        const std::int64_t since = (step - m_firstStep) * m_accumulation * m_batchSize;
        return std::max<std::int64_t>(0, m_before + since) + microBatch * m_batchSize;
    }

private:
    std::int64_t m_batchSize;
    std::int64_t m_accumulation;
    std::int64_t m_firstStep = 0;
    std::int64_t m_before = 0;
};

} // namespace mantissa
