// SPDX-License-Identifier: Apache-2.0
#pragma once

// What one phase uses. A PhasePlan is what the user chose; a ResolvedPlan is what the engine does.

#include "core/precision/precision.h"
#include "core/precision/tier.h"

#include <optional>
#include <string_view>

namespace mantissa {

/// The format gradients accumulate in. Sums over micro-batches are FP32 in either case.
enum class GradientFormat { SameAsCompute, Fp32 };
/// What backward keeps of the forward pass.
enum class ActivationPolicy { Keep, Recompute };
/// One graph over the model, or block by block.
enum class Execution { Whole, Layerwise };

std::string_view nameOf(GradientFormat format);
std::string_view nameOf(ActivationPolicy policy);
std::string_view nameOf(Execution execution);
Result<GradientFormat> parseGradientFormat(std::string_view name);
Result<ActivationPolicy> parseActivationPolicy(std::string_view name);
Result<Execution> parseExecution(std::string_view name);

struct PhasePlan {
    std::optional<Precision> compute{}; ///< nothing: auto
    GradientFormat gradients = GradientFormat::SameAsCompute;
    ActivationPolicy activations = ActivationPolicy::Keep;
    Tier weights = Tier::Device;
    Tier remainder = Tier::Device; ///< without effect while compute is FP32
    Tier moments = Tier::Device;
    friend bool operator==(const PhasePlan&, const PhasePlan&) = default;
};

/// A plan with every question answered, run-wide choices included.
struct ResolvedPlan {
    Precision compute = Precision::Fp32;
    Precision gradients = Precision::Fp32;
    ActivationPolicy activations = ActivationPolicy::Keep;
    Tier weights = Tier::Device;
    Tier remainder = Tier::Device;
    Tier moments = Tier::Device;
    Execution execution = Execution::Whole;
    bool releaseGradients = false;
    friend bool operator==(const ResolvedPlan&, const ResolvedPlan&) = default;
};

/// All that training changes rests on Disk and is committed there block by block: the states on disk are the
/// checkpoint.
bool restsOnDisk(const ResolvedPlan& plan);

} // namespace mantissa
