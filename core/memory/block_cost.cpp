// SPDX-License-Identifier: Apache-2.0
#include "core/memory/block_cost.h"

#include "core/memory/attention_scratch.h"
#include "core/memory/product_tiles.h"

#include <algorithm>
#include <thread>

namespace mantissa {

namespace {

/// The larger of what the two products of a backward hold: [rows, in] times [in, out] went before.
std::int64_t gradientTiles(const BatchForm& b, std::int64_t rows, std::int64_t in, std::int64_t out)
{
    return std::max(tileBytes(b.scratch, rows, out, in), tileBytes(b.scratch, in, rows, out));
}

/// Whether attention is our kernel's.
bool isFused(const BatchForm& b, const DecoderLayerForm& f)
{
    return b.hasKernels && f.dropout == 0 && f.attention.scoreCap == 0;
}

/// What our attention takes beside its operands, on all threads.
std::int64_t attentionScratch(const BatchForm& b, const DecoderLayerForm& f, bool isBackward)
{
    const std::int64_t threads = std::min<std::int64_t>(
        std::max(1U, std::thread::hardware_concurrency()), b.samples * f.attention.kvHeads);
    return threads * attentionScratchBytes(b.context, f.attention.headWidth, b.bytes, b.isBf16, isBackward);
}

/// FP32 copies of `count` tensors of attention where it is emulated; with dropout it is LibTorch's own and
/// has none.
std::int64_t attentionTiles(const BatchForm& b, const DecoderLayerForm& f, std::int64_t count)
{
    if (isFused(b, f) || b.scratch != ProductScratch::Tiles || f.dropout > 0)
        return 0;
    const std::int64_t head = b.context * f.attention.headWidth;
    const std::int64_t heads = wholesAtOnce(head, f.attention.heads);
    const std::int64_t samples
        = heads == f.attention.heads ? wholesAtOnce(head * heads, b.samples) : std::int64_t{1};
    return count * head * heads * samples * floatBytes;
}

std::int64_t normStatistics(const NormForm& norm, std::int64_t tokens)
{
    return (norm.kind == NormKind::Layer ? 2 : 1) * tokens * floatBytes;
}

BlockCost cost(const EmbeddingForm& f, const BatchForm& b, bool isTied)
{
    const std::int64_t stream = b.tokens() * f.width * b.bytes; // one copy of the residual stream
    BlockCost cost;
    cost.saved = stream + (f.dropout > 0 ? b.tokens() * f.width : 0);
    cost.forwardPeak = (f.learnsPositions ? 2 : 1) * stream;
    // its dense gradient, before it is added to the head's
    cost.backwardExtra = isTied ? f.vocab * f.width * b.bytes : 0;
    return cost;
}

BlockCost cost(const DecoderLayerForm& f, const BatchForm& b, bool /*isTied*/)
{
    const std::int64_t tokens = b.tokens();
    const std::int64_t stream = tokens * f.width * b.bytes;
    const std::int64_t heads
        = tokens * f.attention.heads * f.attention.headWidth * b.bytes; // q, k or v, spread
    const std::int64_t kvHeads = tokens * f.attention.kvHeads * f.attention.headWidth * b.bytes;
    const std::int64_t hidden = tokens * f.mlp.width * b.bytes;
    const bool isFused = mantissa::isFused(b, f);
    const bool isRms = f.norm.kind != NormKind::Layer;
    const bool turns = f.attention.rotary.width > 0;
    const std::int64_t dropoutMask = f.dropout > 0 ? tokens * f.width : 0;
    // dropout leaves the fused attention: 13 bytes of each score
    std::int64_t scores = f.dropout > 0 ? 13 * tokens * f.attention.heads * b.context : 0;
    std::int64_t stretchInHand = 0;
    if (f.attention.scoreCap > 0) {
        // so do capped scores: their tanh and their shares, keys and values in FP32
        constexpr std::int64_t stretch = 256; // queries at a time, each over the keys that any of them sees
        const std::int64_t most = f.attention.window > 0 ? f.attention.window + stretch : b.context;
        const std::int64_t seen = std::min(b.context, most);
        const std::int64_t mean = f.attention.window > 0 ? seen : (b.context + stretch) / 2;
        const std::int64_t wide = b.bytes == floatBytes ? 0 : 2 * f.attention.headWidth;
        scores += (2 * std::min(mean, b.context) + wide) * tokens * f.attention.heads * floatBytes;
        // backward, the gradients of one stretch before and after its softmax
        stretchInHand = 2 * b.samples * f.attention.heads * std::min(stretch, b.context) * seen * floatBytes;
    }
    // LibTorch's RMS norm keeps what it divides; of 16-bit numbers in FP32 as well
    const bool dividesTwice = isRms && !b.hasKernels;
    std::int64_t norms = (dividesTwice ? (b.bytes == floatBytes ? 4 : 9) : 2) * stream;
    if (f.norms == NormPlaces::Both) // what each branch made, before its second norm
        norms += 2 * stream + 2 * normStatistics(f.norm, tokens);
    // queries and keys before their norm, and its statistics
    std::int64_t headNorms = 0;
    if (f.attention.queryKeyNorm != QueryKeyNorm::None)
        headNorms = heads + kvHeads
            + (f.attention.queryKeyNorm == QueryKeyNorm::PerHead ? f.attention.heads + f.attention.kvHeads
                                                                 : 2)
                * tokens * floatBytes;
    // each product and what is made of it; ours bends the gate and multiplies at once
    const std::int64_t hiddens = (!f.mlp.isGated ? 2 : b.hasKernels ? 3 : 4) * hidden;
    BlockCost cost;
    cost.input = stream;
    // q, k, v and what attention makes of them; the stream after each branch
    cost.saved = norms + headNorms + (isFused ? 2 * heads + 2 * kvHeads : 4 * heads) + 2 * stream + hiddens
        + 2 * normStatistics(f.norm, tokens)
        + tokens * f.attention.heads * floatBytes /* log-sum-exp */ + 2 * dropoutMask + scores
        + (turns ? b.context * f.attention.rotary.width * (b.hasKernels ? floatBytes : b.bytes) : 0);
    // forward: the stream (what RMS norm makes of it stays for a while), then all of the MLP's; or attention,
    // before its output is added
    const std::int64_t base = (dividesTwice ? 5 : 3) * stream;
    cost.forwardPeak = std::max(
        base + hiddens, base + hiddens - hidden + tileBytes(b.scratch, tokens, f.width, f.mlp.width));
    if (isFused)
        cost.forwardPeak = std::max(cost.forwardPeak,
            2 * stream + 2 * heads + 2 * kvHeads + (turns ? heads + kvHeads : 0) + headNorms
                + std::max(attentionScratch(b, f, /*isBackward*/ false), stream));
    else if (turns)
        cost.forwardPeak = std::max(cost.forwardPeak, 9 * heads + attentionTiles(b, f, 4));
    else
        cost.forwardPeak = std::max({cost.forwardPeak, 8 * heads,
            7 * heads + tileBytes(b.scratch, tokens, f.width, f.width), 6 * heads + attentionTiles(b, f, 4)});
    cost.forwardPeak += scores;
    // backward: gradients of the stream and of the MLP's inner tensors; or those of q, k, v and what made
    // them, when what the MLP had saved is gone
    const std::int64_t down = gradientTiles(b, tokens, f.mlp.width, f.width);
    const std::int64_t up = gradientTiles(b, tokens, f.width, f.mlp.width);
    if (isFused)
        cost.backwardExtra
            = std::max(stream + (f.mlp.isGated ? 2 : 1) * hidden, stream + hidden + std::max(down, up));
    else if (f.mlp.isGated)
        cost.backwardExtra = std::max({stream + 2 * hidden, stream + hidden + std::max(down, up),
            6 * heads + attentionTiles(b, f, 8) - hiddens});
    else
        cost.backwardExtra = std::max(
            stream + hidden + std::max(down, up), 5 * heads + attentionTiles(b, f, 8) - hiddens - 2 * stream);
    if (isFused) // gradients of q, k, v and of what the heads mixed; the MLP's are gone
        cost.backwardExtra = std::max(cost.backwardExtra,
            stream + 2 * heads + 2 * kvHeads + attentionScratch(b, f, /*isBackward*/ true) - hiddens
                - 2 * stream);
    cost.backwardExtra += stretchInHand;
    cost.earlyGradients = (f.mlp.isGated ? 3 : 2) * f.width * f.mlp.width;
    return cost;
}

BlockCost cost(const HeadForm& f, const BatchForm& b, bool /*isTied*/)
{
    const std::int64_t tokens = b.tokens();
    const std::int64_t stream = tokens * f.width * b.bytes;
    const std::int64_t logits = tokens * f.vocab;
    const bool isFp32 = b.bytes == floatBytes;
    BlockCost cost;
    cost.input = stream;
    if (f.norm.kind != NormKind::Layer && !b.hasKernels) {
        cost.states = (isFp32 ? 2 : 5) * stream + normStatistics(f.norm, tokens);
        cost.statesBackward = (isFp32 ? 7 : 14) * stream;
    } else {
        cost.states = stream + normStatistics(f.norm, tokens);
        cost.statesBackward = 3 * stream + normStatistics(f.norm, tokens);
    }
    if (b.hasKernels) { // the logits become their gradient where they are; bent or divided ones are others
        const std::int64_t steps = (f.logits.cap > 0 ? 3 : 0) + (f.logits.divisor != 1 ? 1 : 0);
        cost.saved = cost.states + (1 + (f.logits.cap > 0 ? 1 : 0)) * logits * b.bytes;
        cost.forwardPeak = stream + std::min<std::int64_t>(1 + steps, 3) * logits * b.bytes;
        cost.backwardExtra = stream + (steps > 0 ? logits * b.bytes : 0);
        return cost;
    }
    cost.saved = cost.states + logits * floatBytes; // normed, log-probabilities
    // logits, in FP32, and their log-probabilities
    cost.forwardPeak = logits * (2 * floatBytes + (isFp32 ? 0 : b.bytes));
    cost.backwardExtra = 2 * logits * floatBytes;
    return cost;
}

/// The images in the compute format; FP32 is what they come in.
std::int64_t imageCopy(const BatchForm& b)
{
    return b.bytes == floatBytes ? 0 : b.samples * imageSide * imageSide * b.bytes;
}

BlockCost cost(const ConvolutionForm& f, const BatchForm& b, bool /*isTied*/)
{
    const std::int64_t pixels = f.side * f.side;
    const std::int64_t full = b.samples * f.out * pixels * b.bytes;
    const std::int64_t pooled = b.samples * f.out * pixels / 4;
    // FP32 copies of the maps
    const std::int64_t maps = b.scratch == ProductScratch::Tiles
        ? (f.in + f.out) * pixels * wholesAtOnce(f.out * pixels, b.samples) * floatBytes
        : 0;
    BlockCost cost;
    cost.input = b.samples * f.in * pixels * b.bytes;
    if (b.hasKernels) { // the pooled map and a byte for each of its numbers
        cost.saved = pooled * b.bytes + pooled + (f.takesImages ? imageCopy(b) : 0);
        cost.forwardPeak = cost.input + full + std::max(maps, pooled * b.bytes + pooled);
        // the map's gradient beside the pooled one's; or FP32 copies of it and of what entered
        cost.backwardExtra = std::max(full + pooled * b.bytes, full + 2 * maps - cost.saved);
        return cost;
    }
    // the rectified map, the pooled map and the indices of its maxima
    cost.saved = full + pooled * b.bytes + pooled * indexBytes;
    cost.forwardPeak = std::max(cost.saved, cost.input + full + maps);
    // the map's gradient while pooling goes back; or that before and after rectifying, the indices gone; or
    // FP32 copies of it, of what entered and of its gradient, the maps gone too
    cost.backwardExtra = std::max({full, 2 * full - pooled * indexBytes, full + 2 * maps - cost.saved});
    cost.saved += f.takesImages ? imageCopy(b) : 0;
    return cost;
}

BlockCost cost(const LinearForm& f, const BatchForm& b, bool /*isTied*/)
{
    BlockCost cost;
    cost.saved = b.samples * f.out * b.bytes + (f.takesImages ? imageCopy(b) : 0);
    cost.input = b.samples * f.in * b.bytes;
    cost.forwardPeak
        = b.samples * (f.in + 2 * f.out) * b.bytes + tileBytes(b.scratch, b.samples, f.in, f.out);
    cost.backwardExtra = b.samples * (f.in + f.out) * b.bytes
        + std::max(
            tileBytes(b.scratch, b.samples, f.out, f.in), tileBytes(b.scratch, f.out, b.samples, f.in));
    if (!f.rectifies) { // the last one: the loss
        cost.saved += b.samples * f.out * floatBytes;
        cost.backwardExtra += 2 * b.samples * f.out * floatBytes;
    }
    return cost;
}

} // namespace

ProductScratch cpuProductScratch(Precision precision)
{
    return precision != Precision::Fp32 && emulatedOnThisCpu(precision) ? ProductScratch::Tiles
                                                                        : ProductScratch::None;
}

std::int64_t tileBytes(ProductScratch scratch, std::int64_t rows, std::int64_t inner, std::int64_t columns)
{
    return scratch == ProductScratch::Tiles ? productTileBytes(rows, inner, columns) : 0;
}

BlockCost costOf(const BlockForm& form, const BatchForm& batch, bool isTied)
{
    return std::visit([&](const auto& own) { return cost(own, batch, isTied); }, form);
}

} // namespace mantissa
