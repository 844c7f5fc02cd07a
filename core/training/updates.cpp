// SPDX-License-Identifier: Apache-2.0
#include "core/training/updates.h"

#include "core/training/learning_rate.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

NumberLook Updates::look() const
{
    const std::int64_t interval = m_run.config().training.numbersInterval;
    if (m_wantsNumbers)
        return NumberLook::Exact;
    return interval > 0 && (m_run.step() + 1) % interval == 0 ? NumberLook::Sampled : NumberLook::None;
}

StepOrder Updates::order() const
{
    return {.step = m_run.step(),
        .learningRate = learningRateAt(m_run.config().optimizer, m_run.step(), m_run.maxSteps()),
        .lossScale = isScaled() ? m_lossScale.value() : 1.0,
        .numbers = look()};
}

Status Updates::done(const StepOrder& order, const StepReport& report)
{
    TRY(m_run.emit(StepDone{.tick = m_run.tick(),
        .step = m_run.step(),
        .loss = report.loss,
        .gradNorm = report.gradNorm,
        .learningRate = order.learningRate,
        .seconds = report.seconds,
        .lossScale = order.lossScale,
        .skipped = report.skipped,
        .memory = report.memory}));
    if (!report.numbers.empty()) {
        const bool isExact = order.numbers == NumberLook::Exact;
        m_wantsNumbers = m_wantsNumbers && !isExact;
        TRY(m_run.emit(NumbersMeasured{.tick = m_run.tick(),
            .step = m_run.step(),
            .isExact = isExact,
            .seconds = report.numbersSeconds,
            .groups = report.numbers}));
    }
    m_run.stepDone(report.skipped);
    if (isScaled())
        m_lossScale.stepDone(report.skipped);
    return {};
}

Status Updates::checkOverflows() const
{
    if (!m_lossScale.isHopeless())
        return {};
    return fail(fmt::format("FP16 overflowed in 20 of the last 100 steps (loss scale now {}); choose "
                            "bf16 or fp32 for {} and resume",
                    m_lossScale.value(), nameOf(m_segments.currentPhase())),
        ExitCode::Diverged);
}

void Updates::savePosition(Json& position) const { position["loss_scale"] = m_lossScale.state(); }

Status Updates::takePosition(const Json& position) { return m_lossScale.restore(position.at("loss_scale")); }

} // namespace mantissa
