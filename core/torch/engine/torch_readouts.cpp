// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/torch_readouts.h"

#include "core/base/seconds.h"
#include "core/torch/engine/block_walk.h"
#include "core/torch/engine/evaluation.h"
#include "core/torch/engine/guarded.h"
#include "core/torch/engine/jump.h"
#include "core/torch/engine/whole_model.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/work_span.h"

#include <ATen/ATen.h>

#include <chrono>
#include <cmath>

namespace mantissa {

namespace {

using Clock = std::chrono::steady_clock;

Batch firstRows(Batch batch, std::int64_t rows)
{
    const std::int64_t all = batch.inputs.size(0);
    if (rows <= 0 || rows >= all)
        return batch;
    const at::Tensor inputs = batch.inputs.narrow(0, 0, rows);
    const std::int64_t targets = batch.rows.defined()
        ? (batch.rows < inputs.numel()).sum().item<std::int64_t>()
        : batch.targets.numel() / all * rows;
    if (targets == 0) // none of these rows trains in this batch
        return batch;
    return {inputs, batch.targets.narrow(0, 0, targets),
        batch.rows.defined() ? batch.rows.narrow(0, 0, targets) : at::Tensor()};
}

} // namespace

Result<ProbeReport> TorchReadouts::probe(const ProbeOrder& order)
{
    return guarded([&]() -> Result<ProbeReport> {
        const auto start = Clock::now();
        m_state.beginInstants();
        ProbeReport report;
        m_state.store.place(placementOf(m_state.plan)); // else an evaluation that failed has left some cast
        const Batch batch
            = firstRows(batchOnDevice(*m_state.data, order.step, 0, m_state.store.device()), order.rows);
        const std::int64_t chunk = m_state.lossChunk();
        StoreFeed feed(m_state.model, m_state.store, m_state.plan.compute);
        const WorkSpan span(WorkKind::Forward, "forward");
        report.loss = forwardLoss(m_state.model, feed, batch, chunk,
            m_state.context(m_state.plan.compute, false), m_state.store.device());
        for (const double lead : order.leads) {
            ReadoutFeed readout(
                m_state.model, m_state.store, m_state.plan.compute, m_state.readout, lead, /*keeps*/ true);
            report.readoutLosses.push_back(m_state.readout.count() > 0
                    ? forwardLoss(m_state.model, readout, batch, chunk,
                        m_state.context(m_state.plan.compute, false), m_state.store.device())
                    : NAN);
        }
        report.seconds = secondsSince(start);
        report.memory = m_state.reading();
        report.instants = CountedAllocator::instance().instants();
        return report;
    });
}

Result<EvaluationReport> TorchReadouts::evaluate(double lead, Precision compute)
{
    return guarded([&]() -> Result<EvaluationReport> {
        const auto start = Clock::now();
        m_state.beginReading();
        TORCH_CHECK(m_state.readout.count() > 0, "no weights were collected for a read-out");
        EvaluationReport report;
        ReadoutFeed feed(m_state.model, m_state.store, compute, m_state.readout, lead, /*keeps*/ false);
        evaluateFeed(m_state, feed, compute, report);
        report.seconds = secondsSince(start);
        report.memory = m_state.reading();
        return report;
    });
}

Result<JumpReport> TorchReadouts::jump(const JumpOrder& order)
{
    return guarded([&]() -> Result<JumpReport> {
        return JumpReport{moveWeights(m_state.store, m_state.readout, order, m_state.config.training.seed)};
    });
}

} // namespace mantissa
