// SPDX-License-Identifier: Apache-2.0
#include "core/memory/estimate.h"

#include <algorithm>

namespace mantissa {

namespace {

constexpr std::int64_t floatBytes = 4;
constexpr std::int64_t indexBytes = 8;

std::int64_t elementsOf(const BlockShape& block)
{
    std::int64_t count = 0;
    for (const TensorShape& tensor : block.tensors)
        count += tensor.elements();
    return count;
}

/// Keeps the larger of two instants.
void take(MemoryComposition& peak, const MemoryComposition& instant)
{
    if (instant.total() > peak.total())
        peak = instant;
}

/// What lies on Device between ticks of a phase.
MemoryComposition resting(const EstimateInput& input, const ResolvedPlan& plan)
{
    const std::int64_t n = parameterCount(input.model);
    MemoryComposition memory;
    memory.at(MemoryClass::Weights) = n * static_cast<std::int64_t>(bytesPerElement(plan.compute));
    if (plan.compute != Precision::Fp32 && plan.remainder == Tier::Device)
        memory.at(MemoryClass::Remainder) = 2 * n;
    if (plan.moments == Tier::Device)
        memory.at(MemoryClass::Moments) = 8 * n;
    return memory;
}

std::int64_t batchBytes(const EstimateInput& input)
{
    if (readsText(input.model.kind))
        return 2 * input.batchSize * input.model.context * indexBytes; // inputs and targets
    return input.batchSize * (imageSide * imageSide * floatBytes + indexBytes);
}

MemoryComposition probePeak(const EstimateInput& input, const ResolvedPlan& plan)
{
    const auto bytes = static_cast<std::int64_t>(bytesPerElement(plan.compute));
    MemoryComposition memory = resting(input, plan);
    memory.at(MemoryClass::Data) = batchBytes(input);
    memory.at(MemoryClass::Workspace) = parameterCount(input.model) * bytes; // the read-out's weights
    for (const BlockShape& block : blocksOf(input.model, input.batchSize, bytes))
        memory.at(MemoryClass::Activations) = std::max(memory.at(MemoryClass::Activations), block.forwardPeak);
    return memory;
}

/// Walks a step backwards, block by block: gradients grow while saved activations shrink.
MemoryComposition stepPeak(const EstimateInput& input, const ResolvedPlan& plan)
{
    const auto bytes = static_cast<std::int64_t>(bytesPerElement(plan.compute));
    const auto gradientBytes = static_cast<std::int64_t>(bytesPerElement(plan.gradients));
    const auto blocks = blocksOf(input.model, input.batchSize, bytes);
    MemoryComposition instant = resting(input, plan);
    instant.at(MemoryClass::Data) = batchBytes(input);
    if (input.accumulation > 1)
        instant.at(MemoryClass::Gradients) = parameterCount(input.model) * floatBytes; // sums over micro-batches
    std::int64_t saved = 0;
    for (const BlockShape& block : blocks)
        saved += block.saved;
    MemoryComposition peak;
    const bool tiedHead = readsText(input.model.kind) && input.model.tied;
    for (std::size_t i = blocks.size(); i-- > 0;) {
        instant.at(MemoryClass::Activations) = saved + blocks[i].backwardExtra;
        take(peak, instant);
        if (i + 1 == blocks.size() && tiedHead)
            instant.at(MemoryClass::Gradients) += input.model.vocab * input.model.width * gradientBytes;
        const std::int64_t counted = i == 0 && tiedHead ? input.model.context * input.model.width : elementsOf(blocks[i]);
        instant.at(MemoryClass::Gradients) += counted * gradientBytes;
        instant.at(MemoryClass::Activations) = saved;
        take(peak, instant);
        saved -= blocks[i].saved;
    }
    return peak;
}

/// Casting into the phase: the tensor in hand exists twice, the rest of the model in one of the two forms.
MemoryComposition castPeak(const EstimateInput& input, const ResolvedPlan& plan)
{
    MemoryComposition memory = resting(input, plan);
    memory.at(MemoryClass::Weights) += largestTensor(input.model) * floatBytes;
    return memory;
}

} // namespace

std::int64_t Estimate::peakDeviceBytes() const
{
    std::int64_t most = 0;
    for (const auto& phase : byPhase)
        most = std::max(most, phase ? phase->total() : 0);
    return most;
}

Phase Estimate::largestPhase() const
{
    Phase largest = Phase::Full;
    std::int64_t most = -1;
    for (const Phase phase : allPhases)
        if (const auto& composition = byPhase[indexOf(phase)]; composition && composition->total() > most) {
            most = composition->total();
            largest = phase;
        }
    return largest;
}

Estimate estimateMemory(const EstimateInput& input)
{
    Estimate estimate;
    bool casts = false;
    for (const Phase phase : allPhases)
        casts = casts || (input.phaseRuns[indexOf(phase)] && input.choices.table.resolve(phase).compute != Precision::Fp32);
    for (const Phase phase : allPhases) {
        if (!input.phaseRuns[indexOf(phase)])
            continue;
        const ResolvedPlan plan = input.choices.table.resolve(phase);
        MemoryComposition peak = phase == Phase::Predict ? probePeak(input, plan) : stepPeak(input, plan);
        if (casts)
            take(peak, castPeak(input, plan));
        estimate.byPhase[indexOf(phase)] = peak;
    }
    return estimate;
}

} // namespace mantissa
