// SPDX-License-Identifier: Apache-2.0
#pragma once

// The kinds of blocks that models are made of, and what varies within a kind. The engine computes a block
// from its form, core/memory counts its bytes from it; neither knows which family it came from.

#include "core/model/rotary_form.h"

#include <cstdint>
#include <variant>

namespace mantissa {

enum class NormKind {
    Layer,
    Rms,
    RmsPlusOne, ///< times one more than the weight, which starts at zero
};
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
/// Queries and keys are normed before they turn: each head for itself, or all heads as one row.
enum class QueryKeyNorm { None, PerHead, WholeWidth };
struct AttentionForm {
    std::int64_t heads = 1;
    std::int64_t kvHeads = 1; ///< each is read by heads / kvHeads query heads
    std::int64_t headWidth = 1;
    QkvLayout qkv = QkvLayout::Separate;
    QueryKeyNorm queryKeyNorm = QueryKeyNorm::None;
    RotaryForm rotary{};
    double scale = 0; ///< of a query times a key; 0: one over the root of headWidth
    double scoreCap = 0; ///< scores become cap tanh(score / cap); 0: they stay
    std::int64_t window = 0; ///< a token sees so many, itself included; 0: all before it
};

enum class Activation { GeluTanh, Gelu, Silu };
struct MlpForm {
    std::int64_t width = 1;
    Activation activation = Activation::GeluTanh;
    bool isGated = false; ///< down(activation(gate x) * up x) instead of down(activation(up x))
    bool isFused = false; ///< gate and up are one matrix, the gate's rows first
};

/// Token ids [batch, context] to states [batch, context, width].
struct EmbeddingForm {
    std::int64_t vocab = 1;
    std::int64_t width = 1;
    bool learnsPositions = false;
    double dropout = 0;
    double scale = 1; ///< of the rows, rounded to their format first
};

/// Where the norms of a branch stand.
enum class NormPlaces { Before, After, Both };

/// Attention and MLP, each with its norms, each added to the stream.
struct DecoderLayerForm {
    std::int64_t width = 1;
    NormForm norm{};
    NormPlaces norms = NormPlaces::Before;
    AttentionForm attention{};
    MlpForm mlp{};
    bool isParallel = false; ///< attention and MLP both read what enters the block
    bool inputsFirst = false; ///< matrices are [in, out] in files, not [out, in]
    double dropout = 0;
    double branchScale = 1; ///< of what each branch adds
};

/// What becomes of the projection's products: cap tanh(x / divisor / cap), or x / divisor where cap is 0.
struct LogitForm {
    double divisor = 1;
    double cap = 0;
};

/// States to logits [rows, vocab].
struct HeadForm {
    std::int64_t vocab = 1;
    std::int64_t width = 1;
    NormForm norm{};
    bool isTied = false; ///< the projection is the token embedding
    LogitForm logits{};
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
