// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/blocks/image_blocks.h"

#include "core/torch/kernels/cpu/cpu_kernels.h"
#include "core/torch/models/fused.h"
#include "core/torch/models/product.h"

#include <ATen/ATen.h>

namespace mantissa {

namespace {

class Convolution final : public Block {
public:
    explicit Convolution(const BlockWeights& weights)
        : m_weights(weights)
    {
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_weights.indices(); }
    at::Tensor forward(
        const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const override
    {
        const at::Tensor& kernel = m_weights.of(weights, TensorRole::Kernel);
        at::Tensor map = convolution(
            input.to(kernel.scalar_type()), kernel, m_weights.of(weights, TensorRole::KernelBias), context);
        if (fuses(map) && map.size(3) <= mostPoolWidth)
            return fusedPool(map);
        return at::max_pool2d(map.relu_(), 2); // in place: convolution's backward does not need its output
    }

private:
    BlockWeights m_weights;
};

class Linear final : public Block {
public:
    Linear(const LinearForm& form, const BlockWeights& weights)
        : m_form(form)
        , m_weights(weights)
    {
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_weights.indices(); }
    at::Tensor forward(
        const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const override
    {
        const at::Tensor& matrix = m_weights.of(weights, TensorRole::Linear);
        const at::Tensor x = productTransposed(input.flatten(1).to(matrix.scalar_type()), matrix, context,
            m_weights.of(weights, TensorRole::LinearBias));
        return m_form.rectifies ? at::relu(x) : x;
    }

private:
    LinearForm m_form;
    BlockWeights m_weights;
};

} // namespace

std::unique_ptr<Block> makeBlock(const ConvolutionForm&, const BlockWeights& weights)
{
    return std::make_unique<Convolution>(weights);
}

std::unique_ptr<Block> makeBlock(const LinearForm& form, const BlockWeights& weights)
{
    return std::make_unique<Linear>(form, weights);
}

} // namespace mantissa
