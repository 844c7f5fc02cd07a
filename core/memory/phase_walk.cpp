// SPDX-License-Identifier: Apache-2.0
#include "core/memory/phase_walk.h"

#include <algorithm>

namespace mantissa {

std::int64_t momentBytes(const TensorDescription& tensor, MomentsFormat format)
{
    const std::int64_t n = tensor.trains ? tensor.elements() : 0;
    if (format == MomentsFormat::Fp32 || tensor.keepsFp32Moments)
        return 2 * n * floatBytes;
    constexpr std::int64_t block = 256; // elements that share two scales
    return 2 * n + 2 * (n + block - 1) / block * floatBytes;
}

void take(MemoryComposition& peak, const MemoryComposition& instant)
{
    if (instant.total() > peak.total())
        peak = instant;
}

std::vector<BlockCost> PhaseWalk::costs() const
{
    std::vector<BlockCost> all;
    for (const BlockDescription& block : model.blocks)
        all.push_back(costOf(block.form, batch, model.tied.has_value()));
    return all;
}

std::int64_t PhaseWalk::elementsOf(std::size_t block) const
{
    std::int64_t count = 0;
    for (const TensorDescription& tensor : model.tensorsOf(model.blocks[block]))
        count += tensor.elements();
    return count;
}

std::int64_t PhaseWalk::trainedOf(std::size_t block) const
{
    std::int64_t count = 0;
    for (const TensorDescription& tensor : model.tensorsOf(model.blocks[block]))
        count += tensor.trains ? tensor.elements() : 0;
    return count;
}

std::int64_t PhaseWalk::tokens() const { return batch.tokens(); }

std::int64_t PhaseWalk::chunk() const { return std::min(input.choices.lossChunk, tokens()); }

bool PhaseWalk::isChunked() const { return input.choices.lossChunk > 0 && isText; }

std::int64_t PhaseWalk::projection() const { return isText ? model.head()->vocab * model.head()->width : 0; }

std::int64_t PhaseWalk::projectionTrained() const
{
    if (!isText)
        return 0;
    return (tied ? model.tensors[*model.tied] : model.tensors.back()).trains ? projection() : 0;
}

std::int64_t PhaseWalk::sumBytes(std::int64_t contributions) const
{
    return contributions > 1 ? floatBytes : gradientBytes;
}

std::int64_t PhaseWalk::projectionContributions() const
{
    return input.accumulation * (isChunked() ? (tokens() + chunk() - 1) / chunk() : 1);
}

std::int64_t PhaseWalk::tableRows() const
{
    return std::min(tokens() * input.accumulation, input.model.vocab) * input.model.width;
}

std::int64_t PhaseWalk::fetched(std::size_t block) const
{
    if (!streams)
        return 0;
    std::int64_t count = elementsOf(block);
    if (block == 0 && isText) // rows of the table
        count += tableRows() - projection();
    if (block + 1 == blocks.size() && tied)
        count += projection();
    return count * bytes;
}

MemoryComposition PhaseWalk::resting() const
{
    MemoryComposition memory;
    for (const TensorDescription& tensor : model.tensors) {
        const std::int64_t n = tensor.elements();
        if (!streams)
            memory.at(MemoryClass::Weights) += n * bytes;
        if (!streams && plan.compute != Precision::Fp32 && plan.remainder == Tier::Device
            && input.choices.master == Master::Exact)
            memory.at(MemoryClass::Remainder) += 2 * n;
        if (plan.moments == Tier::Device)
            memory.at(MemoryClass::Moments) += momentBytes(tensor, input.choices.moments);
    }
    return memory;
}

std::int64_t PhaseWalk::batchBytes() const
{
    if (isText)
        return 2 * tokens() * indexBytes; // inputs and targets
    return samples * (imageSide * imageSide * floatBytes + indexBytes);
}

std::int64_t PhaseWalk::forwardLogits() const
{
    const std::int64_t logits = chunk() * input.model.vocab;
    const LogitForm form = isText ? model.head()->logits : LogitForm{};
    const bool areRead = batch.hasKernels && form.cap == 0 && form.divisor == 1; // as they are
    const std::int64_t widened = areRead ? bytes : floatBytes + (bytes == floatBytes ? 0 : bytes);
    return std::max(logits * widened,
        logits * bytes + tileBytes(batch.scratch, chunk(), input.model.width, input.model.vocab));
}

std::int64_t PhaseWalk::chunkExtra() const
{
    const std::int64_t logits = chunk() * input.model.vocab * bytes;
    const std::int64_t slice = (projection() + 7) / 8 * bytes;
    const std::int64_t toSlice
        = slice + tileBytes(batch.scratch, (input.model.vocab + 7) / 8, chunk(), input.model.width);
    const std::int64_t toStates = chunk() * input.model.width * bytes
        + tileBytes(batch.scratch, chunk(), input.model.vocab, input.model.width);
    return std::max({forwardLogits(), logits + toSlice, logits + toStates});
}

MemoryComposition PhaseWalk::probePeak() const
{
    MemoryComposition rest = resting();
    rest.at(MemoryClass::Data) = batchBytes();
    if (!streams)
        rest.at(MemoryClass::Workspace) = model.elements() * bytes; // the read-out's weights
    MemoryComposition peak;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        MemoryComposition instant = rest;
        instant.at(MemoryClass::Weights) += fetched(i);
        const bool isHead = i + 1 == blocks.size() && isChunked();
        instant.at(MemoryClass::Activations)
            = isHead ? 2 * blocks[i].input + forwardLogits() : blocks[i].forwardPeak;
        take(peak, instant);
    }
    return peak;
}

/// One graph, walked backwards: gradients grow while saved activations shrink.
MemoryComposition PhaseWalk::wholePeak() const
{
    MemoryComposition instant = resting();
    instant.at(MemoryClass::Data) = batchBytes();
    const bool sumsRest = input.accumulation > 1 && !leaves;
    std::int64_t saved = 0;
    for (const BlockCost& block : blocks)
        saved += block.saved;
    if (isChunked()) // logits of all rows are never kept
        saved += blocks.back().states - blocks.back().saved;
    if (sumsRest)
        instant.at(MemoryClass::Gradients)
            = (model.trainedElements() + (tied ? projectionTrained() : 0)) * floatBytes;
    MemoryComposition peak;
    for (std::size_t i = blocks.size(); i-- > 0;) {
        const BlockCost& block = blocks[i];
        const bool isHead = i + 1 == blocks.size();
        const std::int64_t held = instant.at(MemoryClass::Gradients);
        instant.at(MemoryClass::Activations)
            = saved + (isHead && isChunked() ? block.input + chunkExtra() : block.backwardExtra);
        take(peak, instant);
        std::int64_t counted = trainedOf(i);
        if (isHead && tied)
            counted += projectionTrained();
        if (i == 0 && tied)
            counted -= projectionTrained();
        std::int64_t added = counted * (input.accumulation > 1 ? 0 : gradientBytes);
        if (isHead && isText && isChunked() && input.accumulation == 1)
            added
                += projectionTrained() * ((leaves ? 0 : sumBytes(projectionContributions())) - gradientBytes);
        instant.at(MemoryClass::Gradients) += added;
        const std::int64_t own = isHead && isChunked() ? block.states : block.saved;
        instant.at(MemoryClass::Activations)
            = isHead && isChunked() ? saved - own + block.statesBackward : saved;
        take(peak, instant);
        if (leaves)
            instant.at(MemoryClass::Gradients) = held;
        saved -= own;
    }
    return peak;
}

void PhaseWalk::headInstants(MemoryComposition instant, MemoryComposition& peak) const
{
    const BlockCost& head = blocks.back();
    instant.at(MemoryClass::Weights) += fetched(blocks.size() - 1);
    const std::int64_t norms
        = (trainedOf(blocks.size() - 1) - (tied ? 0 : projectionTrained())) * sumBytes(input.accumulation);
    std::int64_t& activations = instant.at(MemoryClass::Activations);
    const std::int64_t kept = activations;
    if (isChunked()) {
        if (!leaves)
            instant.at(MemoryClass::Gradients) += projectionTrained() * sumBytes(projectionContributions());
        activations = kept + head.states + head.input + chunkExtra();
        take(peak, instant);
        instant.at(MemoryClass::Gradients) += norms;
        activations = kept + head.statesBackward;
        take(peak, instant);
        return;
    }
    activations = kept + head.saved + head.backwardExtra;
    take(peak, instant);
    instant.at(MemoryClass::Gradients) += projectionTrained() * sumBytes(input.accumulation) + norms;
    activations = kept + head.saved;
    take(peak, instant);
}

/// Block by block: what enters each block waits, then one block at a time has a graph, from the last to the
/// first.
MemoryComposition PhaseWalk::byBlockPeak() const
{
    MemoryComposition rest = resting();
    const std::int64_t micros = input.accumulation;
    rest.at(MemoryClass::Data) = micros * batchBytes() + (isText ? micros * tokens() * indexBytes : 0);
    const std::int64_t stream = blocks.size() > 1 ? blocks[1].input : 0;
    const std::int64_t flows = (micros - 1) * stream; // of the micro-batches not in hand, going up
    const std::int64_t downFlows
        = 2 * (micros - 1) * stream; // coming down, what came from above stays until the block is done
    MemoryComposition peak;
    std::int64_t kept = 0; // inputs that wait on Device
    for (std::size_t i = 0; i + 1 < blocks.size(); ++i) {
        MemoryComposition instant = rest;
        instant.at(MemoryClass::Weights) += fetched(i);
        instant.at(MemoryClass::Activations) = kept + flows + blocks[i].forwardPeak;
        take(peak, instant);
        if (!streams)
            kept += i == 0 ? 0 : micros * blocks[i].input;
    }
    MemoryComposition atHead = rest;
    atHead.at(MemoryClass::Activations) = kept + flows + blocks.back().input;
    headInstants(atHead, peak);
    std::int64_t held = leaves ? 0 : projectionTrained() * sumBytes(projectionContributions());
    for (std::size_t i = blocks.size() - 1; i-- > 0;) {
        const BlockCost& block = blocks[i];
        const std::int64_t rows
            = i == 0 && isText && model.tensors.front().trains ? tableRows() - projection() : 0;
        const std::int64_t own = (trainedOf(i) + rows) * gradientBytes;
        const std::int64_t sums = micros > 1 ? (trainedOf(i) + rows) * floatBytes : 0;
        MemoryComposition instant = rest;
        instant.at(MemoryClass::Weights) += fetched(i);
        const std::int64_t fromAbove = isText ? 0 : blocks[i + 1].input; // blocks of text count it as theirs
        instant.at(MemoryClass::Activations)
            = kept + downFlows + fromAbove + block.saved + block.backwardExtra + (streams ? block.input : 0);
        instant.at(MemoryClass::Gradients)
            = held + (micros > 1 ? sums : std::min(block.earlyGradients, trainedOf(i)) * gradientBytes);
        if (i > 0 || !isText)
            take(peak, instant);
        instant.at(MemoryClass::Activations) = kept + downFlows + 2 * block.input;
        instant.at(MemoryClass::Gradients) = held + (micros > 1 ? sums : own);
        take(peak, instant);
        if (!streams && i > 0)
            kept -= micros * block.input;
        held += leaves ? 0 : (micros > 1 ? sums : own);
    }
    return peak;
}

/// Casting into the phase: the tensor in hand exists twice, the rest of the model in one of the two forms.
MemoryComposition PhaseWalk::castPeak() const
{
    MemoryComposition memory = resting();
    memory.at(MemoryClass::Weights) += model.largestTensor() * floatBytes;
    return memory;
}

} // namespace mantissa
