// SPDX-License-Identifier: Apache-2.0
#pragma once

// Looks at numbers around an update, without a part in it: some elements of each weight are copied before,
// and read again after, with their gradients. Copies are not tensors and not counted as such: 4 bytes an
// element looked at, of one weight at a time.

#include "core/record/numbers_measured.h"
#include "core/torch/numbers/number_statistics.h"
#include "core/torch/optim/optimizer.h"
#include "core/torch/state/parameter_store.h"
#include "core/training/engine.h"

#include <map>
#include <string>
#include <vector>

namespace mantissa {

class NumberSampler {
public:
    /// Forgets what was seen. `step` moves the window, so that every element has its turn.
    void begin(NumberLook look, std::int64_t step);
    /// The parameter's block is acquired for both.
    void before(const ParameterStore& store, const Parameter& parameter);
    /// `gradient` and `rows` as updateParameter() had them.
    void after(const ParameterStore& store, const Parameter& parameter, const at::Tensor& gradient,
        const at::Tensor& rows, const OptimizerConfig& config, const UpdateScalars& scalars);
    /// In the order of the model; and what looking has cost.
    std::vector<NumberGroup> take(const ParameterStore& store) const;
    double seconds() const { return m_seconds; }

private:
    struct Seen {
        NumberGroup group{};
        NumberSums sums{};
    };

    NumberLook m_look = NumberLook::None;
    std::int64_t m_offset = 0; ///< of the window in each stretch
    std::map<std::string, Seen> m_groups{};
    std::vector<float> m_before{};
    std::vector<float> m_after{};
    double m_seconds = 0;
};

} // namespace mantissa
