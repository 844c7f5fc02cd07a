// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an update of one weight is: one interface, chosen by where the optimizer state rests: our operators
// where the device has kernels of them, LibTorch's own where not. The arithmetic is FP32 in each.

#include "core/record/run_config.h"
#include "core/torch/state/parameter.h"

#include <memory>
#include <span>
#include <string>

namespace mantissa {

/// What all weights of one update share.
struct UpdateScalars {
    double rate = 0;
    std::int64_t t = 1; ///< counts updates from 1
    double gradientScale = 1; ///< clipping and loss scale together
    double lossScale = 1; ///< the gradient was multiplied by it
    std::int64_t seed = 0; ///< what stochastic rounding depends on, beside t and the weight's name
};

/// What an optimizer is asked to serve.
struct OptimizerUse {
    OptimizerKind kind = OptimizerKind::AdamW;
    at::Device device{at::kCPU}; ///< where the moments are during an update
    Master master = Master::Exact;
    MomentsFormat moments = MomentsFormat::Fp32;
};

/// An update between prepare() and apply(): everything it allocates is here.
struct PreparedUpdate {
    Parameter* parameter = nullptr;
    at::Tensor weight{}; ///< where the moments are; the parameter's own, or a copy that goes back
    at::Tensor low{};
    at::Tensor gradient{};
    at::Tensor rows{}; ///< undefined: dense
    at::Tensor back{}; ///< room for the new value on its way to the weight's own device
    PairBuffer buffer{};
    OptimizerConfig config{};
    UpdateScalars scalars{};
    StateFormat format{};
};

class Optimizer {
public:
    virtual ~Optimizer() = default;
    /// Empty where it serves that; else what it cannot do, as the end of a sentence.
    virtual std::string whyNot(const OptimizerUse& use) const = 0;
    /// Whether a gradient of some rows of a table (ascending, the others being zero) is taken as such.
    virtual bool takesRows() const = 0;
    /// `gradient` has the weight's shape, in FP32 or a 16-bit format, or holds `rows` of it. The parameter's
    /// block is held. Changes nothing; throws when memory runs out.
    virtual PreparedUpdate prepare(Parameter& parameter, const at::Tensor& gradient, const at::Tensor& rows,
        const StateFormat& format, const OptimizerConfig& config, const UpdateScalars& scalars) const = 0;
    /// Once. Allocates nothing that can run out. `notFinite` (int64 [1], where the moments are) grows when a
    /// new value is not finite, as moments that were not make it: who reads it waits for the device.
    virtual void apply(PreparedUpdate& update, const at::Tensor& notFinite) const = 0;
};

/// The first of the list in core/torch/CMakeLists.txt that serves this. Errors: none does, with what each
/// says.
Result<const Optimizer*> optimizerFor(const OptimizerUse& use);

} // namespace mantissa
