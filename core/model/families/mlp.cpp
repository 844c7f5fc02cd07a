// SPDX-License-Identifier: Apache-2.0
// A multi-layer perceptron for 28 x 28 images: `layers` hidden layers of `width`.

#include "core/model/family.h"
#include "core/model/family_list.h"

#include <fmt/format.h>

namespace mantissa {

namespace {

ModelDescription describeMlp(const ModelConfig& config)
{
    DescriptionBuilder model(config, InputKind::Images);
    std::int64_t in = imageSide * imageSide;
    for (std::int64_t i = 0; i <= config.layers; ++i) {
        const bool isLast = i == config.layers;
        const std::int64_t out = isLast ? imageClasses : config.width;
        const std::string name = fmt::format("fc{}", i + 1);
        model.block(LinearForm{.in = in, .out = out, .rectifies = !isLast, .takesImages = i == 0});
        model.rectifiedMatrix(TensorRole::Linear, name + ".weight", {out, in});
        model.zeros(TensorRole::LinearBias, name + ".bias", out);
        in = out;
    }
    return model.take();
}

} // namespace

Family mlpFamily()
{
    return {.name = "mlp",
        .input = InputKind::Images,
        .defaults = {.kind = "mlp"},
        .check = [](const ModelConfig&) -> Status { return {}; },
        .describe = describeMlp};
}

} // namespace mantissa
