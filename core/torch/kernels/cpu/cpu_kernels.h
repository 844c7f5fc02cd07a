// SPDX-License-Identifier: Apache-2.0
#pragma once

// The kernels that replace LibTorch's on the CPU where theirs hold a step back: one source each, compiled for
// every set of instructions, and the widest that this process may use chosen at the first call. They read and
// write FP32, BF16 or FP16 and compute in FP32 (attention's products in BF16 where the processor has them).
// Pointers, no tensors: core/torch/operators makes LibTorch's operators of them. Any thread.

#include <cstddef>
#include <cstdint>

namespace mantissa {

/// Formats of numbers in memory.
enum class Element { Fp32, Bf16, Fp16 };

/// [batch, heads, length, width] by its steps in elements; the numbers of a row lie side by side.
struct HeadRows {
    void* data = nullptr;
    std::int64_t batchStep = 0;
    std::int64_t headStep = 0;
    std::int64_t rowStep = 0;
};

/// Causal attention; `heads` is a multiple of `kvHeads`, whose keys and values heads share in order.
struct AttentionShape {
    Element element = Element::Fp32;
    std::int64_t batch = 0;
    std::int64_t heads = 0;
    std::int64_t kvHeads = 0;
    std::int64_t length = 0; ///< of queries and keys
    std::int64_t width = 0; ///< of a head
    std::int64_t window = 0; ///< keys that a query sees, itself included; 0: all before it
    float scale = 1; ///< of the scores
};

struct AttentionForward {
    AttentionShape shape{};
    HeadRows query{};
    HeadRows key{};
    HeadRows value{};
    HeadRows output{};
    float* logSumExp = nullptr; ///< [batch, heads, length], of the scaled scores of a row
};

struct AttentionBackward {
    AttentionShape shape{};
    HeadRows query{};
    HeadRows key{};
    HeadRows value{};
    HeadRows output{};
    HeadRows toOutput{}; ///< its gradient
    const float* logSumExp = nullptr;
    HeadRows toQuery{};
    HeadRows toKey{};
    HeadRows toValue{};
};

/// What stands between two matrices of an MLP; gated: of the gate, times what it gates.
enum class ActivationKind { GeluTanh, Gelu, Silu };

/// Elements side by side in rows: [rows, width] each, by the step from row to row.
struct ActivationCall {
    Element element = Element::Fp32;
    ActivationKind kind = ActivationKind::GeluTanh;
    std::int64_t width = 0;
    const void* gate = nullptr; ///< what is bent
    const void* up = nullptr; ///< what the gate multiplies; null: nothing
    std::int64_t inputStep = 0; ///< of both
    void* output = nullptr; ///< dense
    // backward
    const void* toOutput = nullptr; ///< dense
    void* toGate = nullptr;
    void* toUp = nullptr;
    std::int64_t gradientStep = 0; ///< of both
};

/// Layer norm (with `mean`) or RMS norm of rows of `width`.
struct NormCall {
    Element element = Element::Fp32;
    std::int64_t width = 0;
    float epsilon = 0;
    float weightOffset = 0; ///< added to the weight
    const void* input = nullptr; ///< [rows, width]
    const void* weight = nullptr; ///< [width]; null: ones
    const void* bias = nullptr; ///< [width]; null: zeros
    void* output = nullptr; ///< [rows, width]
    float* mean = nullptr; ///< [rows]; null: RMS norm
    float* factor = nullptr; ///< [rows]: one over the deviation
    // backward
    const void* toOutput = nullptr;
    void* toInput = nullptr;
};

/// Cross entropy of rows of logits.
struct LossCall {
    Element element = Element::Fp32;
    std::int64_t vocab = 0;
    const void* logits = nullptr; ///< [rows, vocab]
    const std::int64_t* targets = nullptr; ///< [rows]
    double* losses = nullptr; ///< [rows]
    float scale = 1; ///< of the gradient
    void* gradient = nullptr; ///< [rows, vocab], may be the logits; null: none
};

/// Pairs (i, i + width / 2) of heads turn by the angles of their position.
struct RotationCall {
    Element element = Element::Fp32;
    std::int64_t heads = 0;
    std::int64_t headWidth = 0;
    std::int64_t width = 0; ///< that turns, from the front
    std::int64_t length = 0; ///< positions of a sample
    const void* input = nullptr; ///< [samples * length, heads, headWidth]
    std::int64_t inputStep = 0; ///< from position to position
    void* output = nullptr; ///< dense
    const float* cosine = nullptr; ///< [length, width / 2]
    const float* sine = nullptr;
    bool turnsBack = false;
};

/// A map [planes, height, width], rectified, and the largest of each 2 x 2: [planes, height / 2, width / 2].
constexpr std::int64_t mostPoolWidth = 1024;
struct PoolCall {
    Element element = Element::Fp32;
    std::int64_t height = 0;
    std::int64_t width = 0; ///< at most mostPoolWidth
    void* map = nullptr; ///< read; backward: its gradient, written
    void* pooled = nullptr; ///< written; backward: its gradient, read
    std::uint8_t* places
        = nullptr; ///< of each pooled number, where it stood: 0 to 3, or 4 where none was above 0
};

struct CpuKernels {
    const char* name = "";
    /// Rows first … last - 1.
    void (*activation)(const ActivationCall&, std::int64_t first, std::int64_t last) = nullptr;
    void (*activationBackward)(const ActivationCall&, std::int64_t first, std::int64_t last) = nullptr;
    void (*norm)(const NormCall&, std::int64_t first, std::int64_t last) = nullptr;
    /// Adds to the gradients of weight and bias, [width] each in FP32; null: not wanted.
    void (*normBackward)(
        const NormCall&, std::int64_t first, std::int64_t last, float* toWeight, float* toBias)
        = nullptr;
    void (*loss)(const LossCall&, std::int64_t first, std::int64_t last) = nullptr;
    /// Planes first … last - 1.
    void (*pool)(const PoolCall&, std::int64_t first, std::int64_t last) = nullptr;
    void (*poolBackward)(const PoolCall&, std::int64_t first, std::int64_t last) = nullptr;
    /// Positions first … last - 1.
    void (*rotation)(const RotationCall&, std::int64_t first, std::int64_t last) = nullptr;
    /// Bytes that one thread needs, forward or backward.
    std::size_t (*attentionScratch)(const AttentionShape&, bool isBackward) = nullptr;
    /// Pairs of sample and key head first … last - 1 of batch * kvHeads; `scratch` aligned to 64 bytes.
    void (*attentionForward)(const AttentionForward&, std::int64_t first, std::int64_t last, void* scratch)
        = nullptr;
    void (*attentionBackward)(const AttentionBackward&, std::int64_t first, std::int64_t last, void* scratch)
        = nullptr;
};

/// Of the widest set that this process may use; null where LibTorch's kernels stay (usesCpuKernels()).
const CpuKernels* cpuKernels();

} // namespace mantissa
