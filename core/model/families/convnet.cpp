// SPDX-License-Identifier: Apache-2.0
// A small convnet for 28 x 28 images: two convolutions, two linear layers.

#include "core/model/family.h"
#include "core/model/family_list.h"

namespace mantissa {

namespace {

ModelDescription describeConvnet(const ModelConfig& config)
{
    const std::int64_t c = config.width;
    const std::int64_t flat = 2 * c * (imageSide / 4) * (imageSide / 4);
    DescriptionBuilder model(config, InputKind::Images);
    const auto convolution = [&](const std::string& name, const ConvolutionForm& form) {
        model.block(form);
        model.rectifiedMatrix(TensorRole::Kernel, name + ".weight", {form.out, form.in, 3, 3});
        model.zeros(TensorRole::KernelBias, name + ".bias", form.out);
    };
    const auto linear = [&](const std::string& name, const LinearForm& form) {
        model.block(form);
        model.rectifiedMatrix(TensorRole::Linear, name + ".weight", {form.out, form.in});
        model.zeros(TensorRole::LinearBias, name + ".bias", form.out);
    };
    convolution("conv1", {.in = 1, .out = c, .side = imageSide, .takesImages = true});
    convolution("conv2", {.in = c, .out = 2 * c, .side = imageSide / 2});
    linear("fc1", {.in = flat, .out = 4 * c, .rectifies = true});
    linear("fc2", {.in = 4 * c, .out = imageClasses});
    return model.take();
}

} // namespace

Family convnetFamily()
{
    return {.name = "convnet",
        .input = InputKind::Images,
        .defaults = {.kind = "convnet", .width = 32},
        .check = [](const ModelConfig&) -> Status { return {}; },
        .describe = describeConvnet};
}

} // namespace mantissa
