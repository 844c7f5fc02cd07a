// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/model.h"

#include "core/torch/models/blocks/decoder_layer.h"
#include "core/torch/models/blocks/embedding.h"
#include "core/torch/models/blocks/head.h"
#include "core/torch/models/blocks/image_blocks.h"
#include "core/torch/models/product.h"
#include "core/torch/state/random_values.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace mantissa {

at::Tensor HeadBlock::forward(
    const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const
{
    return logitsFrom(productTransposed(states(input, weights), weights[projection()], context), logitForm());
}

at::Tensor logitsFrom(const at::Tensor& products, const LogitForm& form)
{
    const at::Tensor logits = form.divisor != 1 ? products / form.divisor : products;
    return form.cap > 0 ? (logits / form.cap).tanh() * form.cap : logits;
}

Model makeModel(ModelDescription description)
{
    Model model{.description = std::move(description)};
    for (const BlockDescription& block : model.description.blocks) {
        const BlockWeights weights(model.description, block);
        model.blocks.push_back(
            std::visit([&](const auto& form) { return makeBlock(form, weights); }, block.form));
    }
    model.head = dynamic_cast<const HeadBlock*>(model.blocks.back().get());
    return model;
}

void fillInitial(
    const TensorDescription& tensor, std::int64_t seed, std::int64_t first, float* to, std::int64_t n)
{
    const auto count = static_cast<std::size_t>(n);
    const auto scale = static_cast<float>(tensor.initialiser.scale);
    const std::uint64_t stream = randomStream(seed, tensor.name);
    switch (tensor.initialiser.kind) {
    case Initialiser::Kind::Zeros:
        std::fill_n(to, count, 0.0f);
        break;
    case Initialiser::Kind::Ones:
        std::fill_n(to, count, 1.0f);
        break;
    case Initialiser::Kind::Normal:
        fillNormal(to, count, stream, static_cast<std::uint64_t>(first), scale);
        break;
    case Initialiser::Kind::Uniform:
        fillUniform(to, count, stream, static_cast<std::uint64_t>(first), scale);
        break;
    }
}

} // namespace mantissa
