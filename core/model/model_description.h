// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model before there are numbers: its blocks in the order of forward, and every tensor they learn. The one
// description that estimate, engine, number statistics and window read. No LibTorch.

#include "core/model/block_forms.h"
#include "core/model/model_config.h"
#include "core/model/tensor_description.h"

#include <optional>
#include <span>
#include <vector>

namespace mantissa {

/// What a model reads.
enum class InputKind { Tokens, Images };

struct BlockDescription {
    BlockForm form{};
    std::size_t first = 0; ///< of its tensors, which stand side by side
    std::size_t count = 0;
};

struct ModelDescription {
    ModelConfig config{};
    InputKind input = InputKind::Tokens;
    std::vector<BlockDescription> blocks{};
    std::vector<TensorDescription> tensors{};
    std::optional<std::size_t> tied{}; ///< the tensor that the head reads as well as its own block

    bool readsText() const { return input == InputKind::Tokens; }
    std::span<const TensorDescription> tensorsOf(const BlockDescription& block) const;
    /// The head's form in a model of text.
    const HeadForm* head() const;
    std::int64_t elements() const;
    std::int64_t trainedElements() const;
    std::int64_t largestTensor() const;
};

/// Puts a description together block by block. Used by the families alone.
class DescriptionBuilder {
public:
    DescriptionBuilder(const ModelConfig& config, InputKind input);

    /// The tensors that follow belong to this block; `part` begins the names of their parts.
    void block(BlockForm form, std::string part = {});
    /// A weight that decays, normal with this standard deviation.
    void matrix(TensorRole role, std::string name, std::vector<std::int64_t> sizes, double deviation);
    /// Uniform within He's bound for rectified layers, by the elements that enter one output.
    void rectifiedMatrix(TensorRole role, std::string name, std::vector<std::int64_t> sizes);
    void ones(TensorRole role, std::string name, std::int64_t n);
    void zeros(TensorRole role, std::string name, std::int64_t n);
    /// The head reads the first tensor, the token embedding.
    void tie() { m_model.tied = 0; }
    ModelDescription take();

private:
    void add(TensorRole role, std::string name, std::vector<std::int64_t> sizes, Initialiser initialiser,
        bool decays);

    ModelDescription m_model{};
    std::string m_part{};
};

constexpr std::int64_t imageSide = 28;
constexpr std::int64_t imageClasses = 10;

} // namespace mantissa
