// SPDX-License-Identifier: Apache-2.0
#include "core/training/samples.h"

#include "core/base/seconds.h"

#include <chrono>

namespace mantissa {

Status Samples::writeIfDue()
{
    const TrainingConfig& training = m_run.config().training;
    if (training.sampleInterval == 0 || m_run.step() % training.sampleInterval != 0 || !m_run.writer())
        return {};
    const auto& before = m_run.run().texts().all();
    if (!before.empty() && before.back().step == m_run.step())
        return {};
    const SpanScope span(m_run.spans(), WorkKind::Evaluation, "text");
    const auto start = std::chrono::steady_clock::now();
    const TextOrder order{.prompt = training.samplePrompt.empty() ? "\n" : training.samplePrompt,
        .tokens = training.sampleTokens,
        .seed = training.seed};
    const auto text = m_ladder.ask([&] { return m_run.writer()->write(order); });
    if (!text)
        return fail(text.error());
    return m_run.emit(TextWritten{.tick = m_run.tick(),
        .step = m_run.step(),
        .prompt = order.prompt,
        .text = *text,
        .seconds = secondsSince(start)});
}

} // namespace mantissa
