// SPDX-License-Identifier: Apache-2.0
#include "core/model/model_description.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace mantissa {

namespace {

constexpr std::int64_t leastForInt8 = 4096; // elements: below it int8 moments save nothing worth having

bool isEmbedding(TensorRole role)
{
    return role == TensorRole::TokenEmbedding || role == TensorRole::PositionEmbedding;
}

} // namespace

std::string_view groupOf(TensorRole role)
{
    switch (role) {
    case TensorRole::TokenEmbedding:
    case TensorRole::PositionEmbedding:
        return "embedding";
    case TensorRole::AttentionNorm:
    case TensorRole::AttentionNormBias:
    case TensorRole::MlpNorm:
    case TensorRole::MlpNormBias:
    case TensorRole::PostAttentionNorm:
    case TensorRole::PostMlpNorm:
    case TensorRole::FinalNorm:
    case TensorRole::FinalNormBias:
        return "norm";
    case TensorRole::QueryKeyValue:
    case TensorRole::QueryKeyValueBias:
    case TensorRole::Query:
    case TensorRole::QueryBias:
    case TensorRole::Key:
    case TensorRole::KeyBias:
    case TensorRole::Value:
    case TensorRole::ValueBias:
    case TensorRole::QueryNorm:
    case TensorRole::KeyNorm:
    case TensorRole::AttentionOutput:
    case TensorRole::AttentionOutputBias:
        return "attention";
    case TensorRole::GateUp:
    case TensorRole::Gate:
    case TensorRole::GateBias:
    case TensorRole::Up:
    case TensorRole::UpBias:
    case TensorRole::Down:
    case TensorRole::DownBias:
        return "mlp";
    case TensorRole::Projection:
        return "projection";
    case TensorRole::Kernel:
    case TensorRole::KernelBias:
    case TensorRole::Linear:
    case TensorRole::LinearBias:
        return {};
    }
    return {};
}

std::int64_t TensorDescription::elements() const
{
    return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
}

std::span<const TensorDescription> ModelDescription::tensorsOf(const BlockDescription& block) const
{
    return std::span(tensors).subspan(block.first, block.count);
}

const HeadForm* ModelDescription::head() const { return std::get_if<HeadForm>(&blocks.back().form); }

std::int64_t ModelDescription::elements() const
{
    std::int64_t count = 0;
    for (const TensorDescription& tensor : tensors)
        count += tensor.elements();
    return count;
}

std::int64_t ModelDescription::trainedElements() const
{
    std::int64_t count = 0;
    for (const TensorDescription& tensor : tensors)
        count += tensor.trains ? tensor.elements() : 0;
    return count;
}

std::int64_t ModelDescription::largestTensor() const
{
    std::int64_t largest = 0;
    for (const TensorDescription& tensor : tensors)
        largest = std::max(largest, tensor.elements());
    return largest;
}

DescriptionBuilder::DescriptionBuilder(const ModelConfig& config, InputKind input)
{
    m_model.config = config;
    m_model.input = input;
}

void DescriptionBuilder::block(BlockForm form, std::string part)
{
    m_model.blocks.push_back({std::move(form), m_model.tensors.size(), 0});
    m_part = std::move(part);
}

void DescriptionBuilder::add(
    TensorRole role, std::string name, std::vector<std::int64_t> sizes, Initialiser initialiser, bool decays)
{
    TensorDescription tensor{.name = std::move(name),
        .sizes = std::move(sizes),
        .role = role,
        .initialiser = initialiser,
        .decays = decays,
        .block = m_model.blocks.size() - 1,
        .index = m_model.tensors.size()};
    tensor.part = m_part + std::string(groupOf(role));
    if (tensor.part.empty()) // models of images have a part for each layer
        tensor.part = tensor.name.substr(0, tensor.name.rfind('.'));
    tensor.trains = std::ranges::find(m_model.config.frozen, tensor.name) == m_model.config.frozen.end();
    tensor.keepsFp32Moments
        = tensor.sizes.size() < 2 || tensor.elements() < leastForInt8 || isEmbedding(role);
    m_model.tensors.push_back(std::move(tensor));
    ++m_model.blocks.back().count;
}

void DescriptionBuilder::matrix(
    TensorRole role, std::string name, std::vector<std::int64_t> sizes, double deviation)
{
    add(role, std::move(name), std::move(sizes), {Initialiser::Kind::Normal, deviation}, true);
}

void DescriptionBuilder::rectifiedMatrix(TensorRole role, std::string name, std::vector<std::int64_t> sizes)
{
    const auto entering = std::accumulate(sizes.begin() + 1, sizes.end(), 1.0,
        [](double product, std::int64_t size) { return product * static_cast<double>(size); });
    add(role, std::move(name), std::move(sizes), {Initialiser::Kind::Uniform, std::sqrt(6.0 / entering)},
        true);
}

void DescriptionBuilder::ones(TensorRole role, std::string name, std::int64_t n)
{
    add(role, std::move(name), {n}, {Initialiser::Kind::Ones, 1}, false);
}

void DescriptionBuilder::zeros(TensorRole role, std::string name, std::int64_t n)
{
    add(role, std::move(name), {n}, {}, false);
}

ModelDescription DescriptionBuilder::take() { return std::move(m_model); }

} // namespace mantissa
