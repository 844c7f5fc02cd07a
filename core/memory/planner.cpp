// SPDX-License-Identifier: Apache-2.0
#include "core/memory/planner.h"

#include <algorithm>

namespace mantissa {

namespace {

constexpr std::int64_t proposedChunk = 256; // rows of logits

/// Changes every phase's plan; nothing when none changed.
template <class Change> std::optional<PresetChoices> everyPhase(PresetChoices choices, Change change)
{
    const PrecisionTable before = choices.table;
    for (const Phase phase : allPhases) {
        PhasePlan plan = choices.table.at(phase);
        change(plan);
        choices.table = choices.table.with(phase, plan);
    }
    if (choices.table == before)
        return std::nullopt;
    return choices;
}

} // namespace

std::string_view nameOf(Rung rung)
{
    switch (rung) {
    case Rung::Recompute:
        return "recompute";
    case Rung::Release:
        return "release";
    case Rung::OffloadMoments:
        return "offload_moments";
    case Rung::OffloadRemainder:
        return "offload_remainder";
    case Rung::Layerwise:
        return "layerwise";
    case Rung::Disk:
        return "disk";
    case Rung::LossChunk:
        return "loss_chunk";
    case Rung::Bf16:
        return "bf16";
    case Rung::Int8Moments:
        return "int8_moments";
    }
    return {};
}

std::string_view titleOf(Rung rung)
{
    switch (rung) {
    case Rung::Recompute:
        return "recompute activations in the backward pass";
    case Rung::Release:
        return "release gradients as each block is done";
    case Rung::OffloadMoments:
        return "offload optimizer moments to host";
    case Rung::OffloadRemainder:
        return "offload the low halves of 16-bit weights to host";
    case Rung::Layerwise:
        return "stream weights from host, block by block";
    case Rung::Disk:
        return "keep all states on disk";
    case Rung::LossChunk:
        return "take the loss 256 rows at a time";
    case Rung::Bf16:
        return "compute in BF16 in every phase, exact FP32 master";
    case Rung::Int8Moments:
        return "store optimizer moments as int8";
    }
    return {};
}

std::optional<PresetChoices> climbed(const PresetChoices& choices, Rung rung)
{
    PresetChoices more = choices;
    const auto changed = [&]() { return more == choices ? std::nullopt : std::optional(more); };
    switch (rung) {
    case Rung::Recompute:
        return everyPhase(choices, [](PhasePlan& plan) { plan.activations = ActivationPolicy::Recompute; });
    case Rung::Release:
        more.releaseGradients = true;
        return changed();
    case Rung::OffloadMoments:
        return everyPhase(
            choices, [](PhasePlan& plan) { plan.moments = std::max(plan.moments, Tier::Host); });
    case Rung::OffloadRemainder:
        return everyPhase(
            choices, [](PhasePlan& plan) { plan.remainder = std::max(plan.remainder, Tier::Host); });
    case Rung::Layerwise:
        more.execution = Execution::Layerwise;
        if (auto placed
            = everyPhase(more, [](PhasePlan& plan) { plan.weights = std::max(plan.weights, Tier::Host); }))
            return placed;
        return changed();
    case Rung::Disk:
        more.execution = Execution::Layerwise;
        return everyPhase(
            more, [](PhasePlan& plan) { plan.weights = plan.remainder = plan.moments = Tier::Disk; });
    case Rung::LossChunk:
        more.lossChunk = more.lossChunk > 0 ? more.lossChunk : proposedChunk;
        return changed();
    case Rung::Bf16:
        more.table = more.table.withEnabled(true);
        if (auto cast = everyPhase(more, [](PhasePlan& plan) { plan.compute = Precision::Bf16; }))
            return cast;
        return changed();
    case Rung::Int8Moments:
        more.moments = MomentsFormat::Int8;
        return changed();
    }
    return std::nullopt;
}

namespace {

/// Climbs exact rungs until `isEnough` of the Estimate's peak; rungs that lower nothing are dropped unless a
/// later one does.
template <class Enough> FittedChoices climbUntil(EstimateInput input, Enough isEnough)
{
    FittedChoices fitted{
        .choices = input.choices, .peakDeviceBytes = estimateMemory(input).peakDeviceBytes()};
    std::vector<Rung> pending;
    for (const Rung rung : exactRungs) {
        if (isEnough(fitted.peakDeviceBytes))
            break;
        const auto more = climbed(input.choices, rung);
        if (!more)
            continue;
        input.choices = *more;
        pending.push_back(rung);
        const std::int64_t now = estimateMemory(input).peakDeviceBytes();
        if (now >= fitted.peakDeviceBytes)
            continue;
        fitted.peakDeviceBytes = now;
        fitted.choices = input.choices;
        fitted.taken.insert(fitted.taken.end(), pending.begin(), pending.end());
        pending.clear();
    }
    fitted.fits = isEnough(fitted.peakDeviceBytes);
    return fitted;
}

} // namespace

FittedChoices fitExactly(EstimateInput input, std::int64_t budgetBytes)
{
    return climbUntil(std::move(input), [budgetBytes](std::int64_t peak) { return peak <= budgetBytes; });
}

FittedChoices climbOnce(EstimateInput input)
{
    const std::int64_t before = estimateMemory(input).peakDeviceBytes();
    return climbUntil(std::move(input), [before](std::int64_t peak) { return peak < before; });
}

std::vector<PlanLine> planLadder(EstimateInput input)
{
    std::vector<PlanLine> lines{
        {.choices = input.choices, .peakDeviceBytes = estimateMemory(input).peakDeviceBytes()}};
    const auto climb = [&](Rung rung) {
        const auto more = climbed(input.choices, rung);
        if (!more)
            return;
        input.choices = *more;
        lines.push_back(
            {rung, *more, estimateMemory(input).peakDeviceBytes(), lines.back().keepsBits && isExact(rung)});
    };
    for (const Rung rung : exactRungs)
        climb(rung);
    for (const Rung rung : proposedRungs)
        climb(rung);
    return lines;
}

} // namespace mantissa
