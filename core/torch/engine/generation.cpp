// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/generation.h"

#include "core/torch/data/dataset.h"
#include "core/torch/engine/block_walk.h"
#include "core/torch/memory/tier_scope.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mantissa {

namespace {

/// One pass over `tokens` [1, n]; FP32 logits [vocab] of what follows the last one, on the CPU.
at::Tensor nextLogits(const Model& model, WeightFeed& feed, const at::Tensor& tokens,
    std::vector<LayerCache>& cache, ForwardContext context)
{
    at::Tensor x = tokens;
    for (std::size_t block = 0; block < model.blocks.size(); ++block) {
        RowSelection selection;
        if (feed.copies() && model.blocks[block]->rowTable()) {
            selection = selectRows(x);
            x = selection.places;
        }
        const WeightList weights = feed.fetch(block, selection.rows);
        if (block + 1 < model.blocks.size())
            feed.prefetch(block + 1, false);
        else
            x = x.narrow(1, x.size(1) - 1, 1); // the head is asked about the last token alone
        context.cache = &cache[block];
        x = model.blocks[block]->forward(x, weights, context);
    }
    return x.reshape({-1}).to(at::kFloat).cpu();
}

/// Uniform in [0, 1) from a seed and a place.
double drawAt(std::int64_t seed, std::int64_t place)
{
    constexpr int kept = 53; // bits of a double's fraction
    return static_cast<double>(randomAt(seed, place, 0, 0) >> (64 - kept)) * 0x1p-53;
}

std::int64_t positionsOf(const ModelDescription& model)
{
    for (const TensorDescription& tensor : model.tensors)
        if (tensor.role == TensorRole::PositionEmbedding)
            return tensor.sizes.front();
    return INT64_MAX;
}

} // namespace

TokenId chosenToken(const at::Tensor& logits, const Sampling& sampling, std::int64_t place)
{
    const float* values = logits.const_data_ptr<float>();
    std::vector<TokenId> order(static_cast<std::size_t>(logits.numel()));
    std::iota(order.begin(), order.end(), 0);
    const auto isLikelier
        = [&](TokenId a, TokenId b) { return values[a] > values[b] || (values[a] == values[b] && a < b); };
    if (sampling.temperature == 0)
        return *std::min_element(order.begin(), order.end(), isLikelier);
    if (sampling.topK > 0 && static_cast<std::size_t>(sampling.topK) < order.size()) {
        std::nth_element(order.begin(), order.begin() + sampling.topK, order.end(), isLikelier);
        order.resize(static_cast<std::size_t>(sampling.topK));
    }
    std::sort(order.begin(), order.end(), isLikelier);
    std::vector<double> shares;
    double sum = 0;
    for (const TokenId id : order) {
        shares.push_back(
            std::exp((static_cast<double>(values[id]) - static_cast<double>(values[order.front()]))
                / sampling.temperature));
        sum += shares.back();
    }
    double kept = 0; // of the likeliest that reach topP together
    std::size_t count = 0;
    while (count < shares.size() && (count == 0 || kept < sampling.topP * sum))
        kept += shares[count++];
    double rest = drawAt(sampling.seed, place) * kept;
    for (std::size_t i = 0; i < count; ++i) {
        rest -= shares[i];
        if (rest < 0)
            return order[i];
    }
    return order[count - 1];
}

void writeTokens(const Model& model, WeightFeed& feed, std::span<const TokenId> prompt,
    const Sampling& sampling, const ForwardContext& context, at::Device device,
    const std::function<bool(TokenId)>& take)
{
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(MemoryClass::Activations);
    std::vector<LayerCache> cache(model.blocks.size());
    ForwardContext here = context;
    std::vector<std::int64_t> ids(prompt.begin(), prompt.end());
    const std::int64_t positions = positionsOf(model.description);
    for (std::int64_t written = 0; written < sampling.most; ++written) {
        const auto count = static_cast<std::int64_t>(ids.size());
        if (here.first + count > positions)
            return;
        const at::Tensor tokens = at::tensor(ids, at::kLong).view({1, count}).to(device);
        const at::Tensor logits = nextLogits(model, feed, tokens, cache, here);
        here.first += count;
        const TokenId next = chosenToken(logits, sampling, here.first);
        if (std::ranges::find(sampling.ends, next) != sampling.ends.end() || !take(next))
            return;
        ids.assign(1, next);
    }
}

} // namespace mantissa
