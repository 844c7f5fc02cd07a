// SPDX-License-Identifier: Apache-2.0
#pragma once

// A weight with its exact value and, where it trains, its optimizer state; in one form at a time.

#include "core/model/tensor_description.h"
#include "core/precision/preset.h"
#include "core/torch/state/moments.h"
#include "core/torch/state/split.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace mantissa {

/// In which form weights rest, and where. Weights that rest off Device are BF16 pairs whatever the compute
/// format: the exact value is the same, and a cast then costs nothing but the fetch.
struct Placement {
    Precision form = Precision::Fp32;
    Tier weights = Tier::Device;
    Tier remainder = Tier::Device;
    Tier moments = Tier::Device;
    friend bool operator==(const Placement&, const Placement&) = default;
};
Placement placementOf(const ResolvedPlan& plan);

/// What all weights of a run have in common.
struct StateFormat {
    at::Device device{at::kCPU};
    Master master = Master::Exact;
    MomentsFormat moments = MomentsFormat::Fp32;

    at::Device deviceOf(Tier tier) const { return tier == Tier::Device ? device : at::Device(at::kCPU); }
    /// On a machine without an accelerator Device is memory of the CPU by another name.
    Tier pairTier(Tier tier) const;
};

/// `value` alone while it is FP32; else `value` is 16-bit and the others hold the rest. Parts on Disk are
/// undefined until their block is held.
struct Parameter {
    TensorDescription spec{};
    Placement at{}; ///< of this weight: weights differ in it while they are being placed
    at::Tensor value{};
    at::Tensor low{}; ///< int16; undefined in FP32 form and without an exact master
    std::vector<PairEscape> escapes{}; ///< FP16 only
    Moments moments{}; ///< empty when it does not train

    std::int64_t elements() const { return spec.elements(); }
    Precision form() const { return at.form; }
};

/// Room for the two halves of a pair.
struct PairBuffer {
    at::Tensor high{};
    at::Tensor low{};
    SplitRoom room{};
};

at::ScalarType scalarTypeOf(Precision precision);
/// What is on its way to or from a file is in Host memory.
constexpr Tier memoryTier(Tier tier) { return tier == Tier::Disk ? Tier::Host : tier; }
/// The format a weight's moments get when `chosen` is asked for.
MomentsFormat momentsFormatOf(const TensorDescription& tensor, MomentsFormat chosen);

/// The FP32 value on `device`: the resting tensor itself where it is that already. Its parts are in memory.
at::Tensor exactValue(const Parameter& parameter, at::Device device);
/// What assign() needs for a pair, taken beforehand as workspace on `device`.
PairBuffer pairBuffer(const Parameter& parameter, at::Device device);
/// Puts an FP32 value in place, keeping the form. Allocates nothing when a pair has its buffer and the value
/// is on the buffer's device.
void assign(Parameter& parameter, const at::Tensor& value, at::Device device, PairBuffer* buffer = nullptr);

} // namespace mantissa
