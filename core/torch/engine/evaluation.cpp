// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/evaluation.h"

#include "core/base/seconds.h"
#include "core/torch/engine/block_walk.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/memory/work_span.h"

#include <chrono>
#include <cmath>

namespace mantissa {

void evaluateFeed(EngineState& state, WeightFeed& feed, Precision compute, EvaluationReport& report)
{
    std::int64_t hits = 0;
    std::int64_t rows = 0;
    double sum = 0;
    for (std::int64_t i = 0; i < state.data->evaluationBatches(); ++i) {
        state.leaveIfInterrupted();
        Batch batch;
        {
            const WorkSpan span(WorkKind::Data, "batch");
            const PurposeScope purpose(MemoryClass::Data);
            batch = state.data->evaluationBatch(i);
        }
        const double loss = forwardLoss(state.model, feed, batch, state.lossChunk(),
            state.context(compute, false), state.store.device(), state.data->hasClasses() ? &hits : nullptr);
        report.batchLosses.push_back(loss);
        sum += loss * static_cast<double>(batch.targets.numel());
        rows += batch.targets.numel();
    }
    report.loss = sum / static_cast<double>(rows);
    report.accuracy = state.data->hasClasses() ? static_cast<double>(hits) / static_cast<double>(rows) : NAN;
}

EvaluationReport evaluateWeights(EngineState& state, Precision compute)
{
    const auto start = std::chrono::steady_clock::now();
    state.beginReading();
    const Placement before = placementOf(state.plan);
    state.store.place(before); // else an evaluation that failed has left some weights cast
    if (!state.store.streams()) {
        Placement cast = before;
        cast.form = compute;
        state.store.place(cast);
    }
    EvaluationReport report;
    StoreFeed feed(state.model, state.store, compute);
    evaluateFeed(state, feed, compute, report);
    state.store.place(before);
    report.seconds = secondsSince(start);
    report.memory = state.reading();
    return report;
}

} // namespace mantissa
