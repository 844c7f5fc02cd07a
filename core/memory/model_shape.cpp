// SPDX-License-Identifier: Apache-2.0
#include "core/memory/model_shape.h"

#include "core/memory/product_tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace mantissa {

namespace {

constexpr std::int64_t floatBytes = 4;
constexpr std::int64_t indexBytes = 8;

/// What products, attention and convolutions hold for a moment beside operands and results, in bytes.
struct Scratch {
    ProductScratch kind;

    std::int64_t product(std::int64_t rows, std::int64_t inner, std::int64_t columns) const
    {
        return tileBytes(kind, rows, inner, columns);
    }
    /// Backward of [rows, in] times [in, out]. What oneDNN packs was measured over five shapes
    /// (docs/measurements).
    std::int64_t gradients(std::int64_t rows, std::int64_t in, std::int64_t out) const
    {
        if (kind == ProductScratch::Packed)
            return 865'000 + 4 * in * out / 3;
        return std::max(product(rows, out, in), product(in, rows, out));
    }
    /// FP32 copies of `count` tensors of attention.
    std::int64_t attention(const ModelConfig& m, std::int64_t samples, std::int64_t count) const
    {
        if (kind != ProductScratch::Tiles || m.dropout > 0)
            return 0;
        const std::int64_t head = m.context * (m.width / m.heads);
        const std::int64_t heads = wholesAtOnce(head, m.heads);
        return count * head * heads * (heads == m.heads ? wholesAtOnce(head * heads, samples) : 1)
            * floatBytes;
    }
    /// FP32 copies of a convolution's maps.
    std::int64_t convolution(std::int64_t in, std::int64_t out, std::int64_t samples) const
    {
        return kind == ProductScratch::Tiles ? (in + out) * wholesAtOnce(out, samples) * floatBytes : 0;
    }
};

std::vector<BlockShape> gptBlocks(
    const ModelConfig& m, std::int64_t samples, std::int64_t e, const Scratch& scratch)
{
    const std::int64_t h = m.width;
    const std::int64_t f = m.ffnWidth();
    const std::int64_t tokens = samples * m.context;
    const std::int64_t stream = tokens * h * e; // one copy of the residual stream
    const std::int64_t hidden = tokens * f * e;
    const std::int64_t normStatistics = 2 * tokens * floatBytes;
    const std::int64_t dropoutMask = m.dropout > 0 ? tokens * h : 0;

    std::vector<BlockShape> blocks;
    BlockShape embedding;
    embedding.tensors
        = {{"transformer.wte.weight", {m.vocab, h}}, {"transformer.wpe.weight", {m.context, h}}};
    embedding.saved = stream + dropoutMask;
    embedding.forwardPeak = 2 * stream;
    embedding.backwardExtra
        = m.tied ? m.vocab * h * e : 0; // its dense gradient, before it is added to the head's
    const std::int64_t headScores
        = m.dropout > 0 ? tokens * m.heads * m.context : 0; // dropout leaves the fused attention
    blocks.push_back(embedding);
    for (std::int64_t i = 0; i < m.layers; ++i) {
        const std::string prefix = fmt::format("transformer.h.{}.", i);
        BlockShape layer;
        layer.tensors = {{prefix + "ln_1.weight", {h}}, {prefix + "ln_1.bias", {h}},
            {prefix + "attn.c_attn.weight", {h, 3 * h}}, {prefix + "attn.c_attn.bias", {3 * h}},
            {prefix + "attn.c_proj.weight", {h, h}}, {prefix + "attn.c_proj.bias", {h}},
            {prefix + "ln_2.weight", {h}}, {prefix + "ln_2.bias", {h}}, {prefix + "mlp.c_fc.weight", {h, f}},
            {prefix + "mlp.c_fc.bias", {f}}, {prefix + "mlp.c_proj.weight", {f, h}},
            {prefix + "mlp.c_proj.bias", {h}}};
        const std::int64_t logSumExp = tokens * m.heads * floatBytes;
        // normed, q k v, attention, middle residual, normed, fc, gelu, new residual
        layer.saved
            = 8 * stream + 2 * hidden + 2 * normStatistics + logSumExp + 2 * dropoutMask + 13 * headScores;
        layer.input = stream;
        // input, middle residual, normed; before and after gelu; or attention, before its output is added
        layer.forwardPeak = 13 * headScores
            + std::max({3 * stream + 2 * hidden, 8 * stream,
                3 * stream + hidden + scratch.product(tokens, h, f),
                7 * stream + scratch.product(tokens, h, h), 6 * stream + scratch.attention(m, samples, 4)});
        // the gradient of the stream, and of gelu's output while c_proj's backward still holds it; or those
        // of q, k, v and what made them, when what the MLP had saved is gone
        layer.backwardExtra = std::max(
            stream + hidden + std::max(scratch.gradients(tokens, f, h), scratch.gradients(tokens, h, f)),
            5 * stream + scratch.attention(m, samples, 8) - 2 * hidden - 2 * stream);
        layer.earlyGradients = 2 * h * f;
        blocks.push_back(layer);
    }
    BlockShape head;
    head.tensors = {{"transformer.ln_f.weight", {h}}, {"transformer.ln_f.bias", {h}}};
    if (!m.tied)
        head.tensors.push_back({"lm_head.weight", {m.vocab, h}});
    const std::int64_t logits = tokens * m.vocab;
    head.states = stream + normStatistics;
    head.statesBackward = 3 * stream + normStatistics;
    head.input = stream;
    head.saved = head.states + logits * floatBytes; // normed, log-probabilities
    head.forwardPeak = logits
        * (2 * floatBytes + (e == floatBytes ? 0 : e)); // logits, in FP32, and their log-probabilities
    head.backwardExtra = 2 * logits * floatBytes;
    blocks.push_back(head);
    return blocks;
}

std::vector<BlockShape> llamaBlocks(
    const ModelConfig& m, std::int64_t samples, std::int64_t e, const Scratch& scratch)
{
    const std::int64_t h = m.width;
    const std::int64_t f = m.ffnWidth();
    const std::int64_t kv = m.kvWidth();
    const std::int64_t tokens = samples * m.context;
    const std::int64_t stream = tokens * h * e;
    const std::int64_t hidden = tokens * f * e;
    const std::int64_t statistics = tokens * floatBytes;

    std::vector<BlockShape> blocks;
    BlockShape embedding;
    embedding.tensors = {{"model.embed_tokens.weight", {m.vocab, h}}};
    embedding.saved = stream;
    embedding.forwardPeak = stream;
    embedding.backwardExtra = m.tied ? m.vocab * h * e : 0;
    blocks.push_back(embedding);
    for (std::int64_t i = 0; i < m.layers; ++i) {
        const std::string prefix = fmt::format("model.layers.{}.", i);
        BlockShape layer;
        layer.tensors = {{prefix + "input_layernorm.weight", {h}},
            {prefix + "self_attn.q_proj.weight", {h, h}}, {prefix + "self_attn.k_proj.weight", {kv, h}},
            {prefix + "self_attn.v_proj.weight", {kv, h}}, {prefix + "self_attn.o_proj.weight", {h, h}},
            {prefix + "post_attention_layernorm.weight", {h}}, {prefix + "mlp.gate_proj.weight", {f, h}},
            {prefix + "mlp.up_proj.weight", {f, h}}, {prefix + "mlp.down_proj.weight", {h, f}}};
        // the norms upcast what is not FP32; q, k, v spread over all heads; gate, its silu, up and their
        // product
        layer.saved = (e == floatBytes ? 10 : 15) * stream + 4 * hidden + 2 * statistics
            + tokens * m.heads * floatBytes + m.context * (h / m.heads) * e;
        layer.input = stream;
        layer.forwardPeak
            = std::max({5 * stream + 4 * hidden, 5 * stream + 3 * hidden + scratch.product(tokens, h, f),
                9 * stream + scratch.attention(m, samples, 4)});
        layer.backwardExtra = std::max({stream + 2 * hidden,
            stream + hidden + std::max(scratch.product(tokens, h, f), scratch.product(f, tokens, h)),
            6 * stream + scratch.attention(m, samples, 8) - 4 * hidden});
        layer.earlyGradients = 3 * h * f;
        blocks.push_back(layer);
    }
    BlockShape head;
    head.tensors = {{"model.norm.weight", {h}}};
    if (!m.tied)
        head.tensors.push_back({"lm_head.weight", {m.vocab, h}});
    const std::int64_t logits = tokens * m.vocab;
    head.states = (e == floatBytes ? 2 : 5) * stream + statistics;
    head.statesBackward = (e == floatBytes ? 7 : 14) * stream;
    head.input = stream;
    head.saved = head.states + logits * floatBytes;
    head.forwardPeak = logits * (2 * floatBytes + (e == floatBytes ? 0 : e));
    head.backwardExtra = 2 * logits * floatBytes;
    blocks.push_back(head);
    return blocks;
}

BlockShape linearBlock(const std::string& name, std::int64_t in, std::int64_t out, std::int64_t samples,
    std::int64_t e, const Scratch& scratch)
{
    BlockShape block;
    block.tensors = {{name + ".weight", {out, in}}, {name + ".bias", {out}}};
    block.saved = samples * out * e;
    block.input = samples * in * e;
    block.forwardPeak = samples * (in + 2 * out) * e + scratch.product(samples, in, out);
    block.backwardExtra = samples * (in + out) * e
        + std::max(scratch.product(samples, out, in), scratch.product(out, samples, in));
    return block;
}

void countLoss(BlockShape& head, std::int64_t samples)
{
    head.saved += samples * imageClasses * floatBytes;
    head.backwardExtra += 2 * samples * imageClasses * floatBytes;
}

BlockShape convolutionBlock(const std::string& name, std::int64_t in, std::int64_t out, std::int64_t side,
    std::int64_t samples, std::int64_t e, const Scratch& scratch)
{
    BlockShape block;
    block.tensors = {{name + ".weight", {out, in, 3, 3}}, {name + ".bias", {out}}};
    const std::int64_t full = samples * out * side * side;
    const std::int64_t pooled = full / 4;
    block.input = samples * in * side * side * e;
    // the rectified map, the pooled map and the indices of its maxima
    block.saved = (full + pooled) * e + pooled * indexBytes;
    const std::int64_t maps = scratch.convolution(in * side * side, out * side * side, samples);
    block.forwardPeak = std::max(block.saved, (samples * in * side * side + full) * e + maps);
    // the map's gradient while pooling goes back; or that before and after rectifying, the indices gone; or
    // FP32 copies of it, of what entered and of its gradient, the maps gone too
    block.backwardExtra
        = std::max({full * e, 2 * full * e - pooled * indexBytes, full * e + 2 * maps - block.saved});
    return block;
}

/// The images in the compute format; FP32 is what they come in.
std::int64_t imageCopy(std::int64_t samples, std::int64_t e)
{
    return e == floatBytes ? 0 : samples * imageSide * imageSide * e;
}

std::vector<BlockShape> convnetBlocks(
    const ModelConfig& m, std::int64_t samples, std::int64_t e, const Scratch& scratch)
{
    const std::int64_t c = m.width;
    std::vector<BlockShape> blocks{convolutionBlock("conv1", 1, c, imageSide, samples, e, scratch),
        convolutionBlock("conv2", c, 2 * c, imageSide / 2, samples, e, scratch),
        linearBlock("fc1", 2 * c * (imageSide / 4) * (imageSide / 4), 4 * c, samples, e, scratch),
        linearBlock("fc2", 4 * c, imageClasses, samples, e, scratch)};
    blocks.front().saved += imageCopy(samples, e);
    countLoss(blocks.back(), samples);
    return blocks;
}

std::vector<BlockShape> mlpBlocks(
    const ModelConfig& m, std::int64_t samples, std::int64_t e, const Scratch& scratch)
{
    std::vector<BlockShape> blocks;
    std::int64_t in = imageSide * imageSide;
    for (std::int64_t i = 0; i < m.layers; ++i) {
        blocks.push_back(linearBlock(fmt::format("fc{}", i + 1), in, m.width, samples, e, scratch));
        in = m.width;
    }
    blocks.push_back(linearBlock(fmt::format("fc{}", m.layers + 1), in, imageClasses, samples, e, scratch));
    blocks.front().saved += imageCopy(samples, e);
    countLoss(blocks.back(), samples);
    return blocks;
}

} // namespace

std::string_view nameOf(ModelKind kind)
{
    switch (kind) {
    case ModelKind::Gpt:
        return "gpt";
    case ModelKind::Llama:
        return "llama";
    case ModelKind::Convnet:
        return "convnet";
    case ModelKind::Mlp:
        return "mlp";
    }
    return {};
}

Result<ModelKind> parseModelKind(std::string_view name)
{
    for (const ModelKind kind : {ModelKind::Gpt, ModelKind::Llama, ModelKind::Convnet, ModelKind::Mlp})
        if (nameOf(kind) == name)
            return kind;
    return fail(
        fmt::format("'{}' is no kind of model; expected gpt, llama, convnet or mlp", name), ExitCode::Usage);
}

std::int64_t ModelConfig::ffnWidth() const
{
    if (ffn > 0)
        return ffn;
    return kind == ModelKind::Llama ? (8 * width / 3 + 63) / 64 * 64 : 4 * width;
}

std::int64_t ModelConfig::kvWidth() const { return width / heads * (kvHeads > 0 ? kvHeads : heads); }

Result<ModelConfig> knownModel(std::string_view name)
{
    // GPT-2 small (Radford et al. 2019), TinyLlama (Zhang et al. 2024), Llama 7B (Touvron et al. 2023)
    static const ModelConfig models[]
        = {{.name = "gpt2", .layers = 12, .width = 768, .heads = 12, .context = 1024, .vocab = 50257},
            {.name = "tinyllama-1.1b",
                .kind = ModelKind::Llama,
                .layers = 22,
                .width = 2048,
                .heads = 32,
                .kvHeads = 4,
                .ffn = 5632,
                .context = 2048,
                .vocab = 32000,
                .tied = false},
            {.name = "llama-7b",
                .kind = ModelKind::Llama,
                .layers = 32,
                .width = 4096,
                .heads = 32,
                .ffn = 11008,
                .context = 2048,
                .vocab = 32000,
                .tied = false}};
    std::string known;
    for (const ModelConfig& model : models) {
        if (model.name == name)
            return model;
        known += (known.empty() ? "" : ", ") + model.name;
    }
    return fail(fmt::format("no model is called '{}'; known: {}", name, known), ExitCode::Usage);
}

std::int64_t TensorShape::elements() const
{
    return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
}

std::int64_t tileBytes(ProductScratch scratch, std::int64_t rows, std::int64_t inner, std::int64_t columns)
{
    return scratch == ProductScratch::Tiles ? productTileBytes(rows, inner, columns) : 0;
}

ProductScratch cpuProductScratch(Precision precision)
{
    if (precision == Precision::Fp32)
        return ProductScratch::None;
    return emulatedOnThisCpu(precision) ? ProductScratch::Tiles : ProductScratch::Packed;
}

std::vector<BlockShape> blocksOf(
    const ModelConfig& model, std::int64_t samples, std::int64_t bytes, ProductScratch kind)
{
    const Scratch scratch{kind};
    switch (model.kind) {
    case ModelKind::Gpt:
        return gptBlocks(model, samples, bytes, scratch);
    case ModelKind::Llama:
        return llamaBlocks(model, samples, bytes, scratch);
    case ModelKind::Convnet:
        return convnetBlocks(model, samples, bytes, scratch);
    case ModelKind::Mlp:
        return mlpBlocks(model, samples, bytes, scratch);
    }
    return {};
}

std::vector<TensorShape> tensorsOf(const ModelConfig& model)
{
    std::vector<TensorShape> tensors;
    for (const BlockShape& block : blocksOf(model, 1, floatBytes, ProductScratch::None))
        tensors.insert(tensors.end(), block.tensors.begin(), block.tensors.end());
    return tensors;
}

bool keepsFp32Moments(const TensorShape& tensor)
{
    constexpr std::int64_t leastElements = 4096;
    const auto named = [&](std::string_view part) { return tensor.name.find(part) != std::string::npos; };
    return tensor.sizes.size() < 2 || tensor.elements() < leastElements || named(".wte.") || named(".wpe.")
        || named("embed_tokens");
}

std::int64_t parameterCount(const ModelConfig& model)
{
    std::int64_t count = 0;
    for (const TensorShape& tensor : tensorsOf(model))
        count += tensor.elements();
    return count;
}

std::int64_t largestTensor(const ModelConfig& model)
{
    std::int64_t largest = 0;
    for (const TensorShape& tensor : tensorsOf(model))
        largest = std::max(largest, tensor.elements());
    return largest;
}

} // namespace mantissa
