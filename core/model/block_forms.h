// SPDX-License-Identifier: Apache-2.0
#pragma once

// The kinds of blocks that models are made of, and what varies within a kind. The engine computes a block
// from its form, core/memory counts its bytes from it; neither knows which family it came from.

#include <cstdint>
#include <variant>

namespace mantissa {

enum class NormKind { Layer, Rms };
struct NormForm {
    NormKind kind = NormKind::Layer;
    double epsilon = 1e-5;
};

/// How the weights of queries, keys and values stand in files.
enum class QkvLayout {
    Separate, ///< three matrices
    SideBySide, ///< one, all queries first, then all keys, then all values
    ByHead, ///< one, and in it query, key and value of one head after the other
};
struct AttentionForm {
    std::int64_t heads = 1;
    std::int64_t kvHeads = 1; ///< each is read by heads / kvHeads query heads
    std::int64_t headWidth = 1;
    QkvLayout qkv = QkvLayout::Separate;
    std::int64_t rotaryWidth = 0; ///< of each head, the first elements that turn with the position; 0: none
    double rotaryBase = 10000;
};

enum class Activation { GeluTanh, Gelu, Silu };
struct MlpForm {
    std::int64_t width = 1;
    Activation activation = Activation::GeluTanh;
    bool isGated = false; ///< down(activation(gate x) * up x) instead of down(activation(up x))
};

/// Token ids [batch, context] to states [batch, context, width].
struct EmbeddingForm {
    std::int64_t vocab = 1;
    std::int64_t width = 1;
    bool learnsPositions = false;
    double dropout = 0;
};

/// Norm and attention, norm and MLP, each added to the stream.
struct DecoderLayerForm {
    std::int64_t width = 1;
    NormForm norm{};
    AttentionForm attention{};
    MlpForm mlp{};
    bool isParallel = false; ///< attention and MLP both read what enters the block
    bool inputsFirst = false; ///< matrices are [in, out] in files, not [out, in]
    double dropout = 0;
};

/// States to logits [rows, vocab].
struct HeadForm {
    std::int64_t vocab = 1;
    std::int64_t width = 1;
    NormForm norm{};
    bool isTied = false; ///< the projection is the token embedding
};

/// 3 x 3, rectified, pooled by two: [batch, in, side, side] to [batch, out, side / 2, side / 2].
struct ConvolutionForm {
    std::int64_t in = 1;
    std::int64_t out = 1;
    std::int64_t side = 1;
    bool takesImages = false; ///< as they come, in FP32
};

/// [batch, in], flattened when it is not, to [batch, out].
struct LinearForm {
    std::int64_t in = 1;
    std::int64_t out = 1;
    bool rectifies = false;
    bool takesImages = false;
};

using BlockForm = std::variant<EmbeddingForm, DecoderLayerForm, HeadForm, ConvolutionForm, LinearForm>;

} // namespace mantissa
