// SPDX-License-Identifier: Apache-2.0
#pragma once

// The gradients of a step as they come: summed in FP32 over micro-batches and chunks of the loss, and the two
// of a tied weight made one. Weights that do not train have none.

#include "core/precision/tier.h"
#include "core/torch/models/model.h"
#include "core/torch/state/parameter.h"

#include <cstdint>
#include <vector>

namespace mantissa {

/// What decides how gradients are summed, and where.
struct SumOrder {
    std::int64_t microBatches = 1;
    std::int64_t projectionChunks = 1; ///< contributions of all micro-batches to the head's projection
    Precision gradients = Precision::Fp32; ///< the format they come in
    Tier sums = Tier::Device; ///< where a sum of several grows
    Tier slices = Tier::Device; ///< where the projection's gradient grows, and what is made of a tied one
};

struct GradientSum {
    at::Tensor gradient{};
    at::Tensor rows{}; ///< of a table, ascending; undefined: dense
    std::int64_t missing = 0; ///< contributions that are yet to come
    std::int64_t expected = 0;
};

class GradientSums {
public:
    GradientSums(const Model& model, const StateFormat& format);

    void begin(const SumOrder& order);
    void clear() { m_sums.clear(); }
    /// Lets go of what was summed, as of a step that is refused.
    void drop();
    /// One micro-batch's gradient of a weight, and of some rows of a table (ascending, the same for all
    /// micro-batches, the others being zero). A tied head's is that of weight tensors().size(). True when the
    /// weight's is whole.
    bool add(std::size_t weight, at::Tensor gradient, const at::Tensor& rows = {});
    /// Rows first … of one contribution to the head's projection; `last` ends the contribution.
    bool addSlice(std::size_t weight, std::int64_t first, const at::Tensor& gradient, bool last);
    /// Of a weight, to be added anew; true when it was whole.
    bool reset(std::size_t weight);
    /// Both gradients of a tied weight in one, and rows made dense unless the update takes rows.
    void join(std::size_t tensor, bool takesRows);

    GradientSum& of(const Parameter& parameter) { return m_sums[parameter.spec.index]; }
    bool expects(std::size_t weight) const { return m_sums[weight].expected > 0; }
    /// The format in which the gradient of a tensor is whole.
    at::ScalarType typeOf(std::size_t tensor) const;
    /// The head's part of a tied weight's gradient, while it waits for the table's own; else undefined.
    at::Tensor tied() const { return m_model.tied() ? m_sums.back().gradient : at::Tensor(); }
    /// What an earlier process had of it.
    void takeTied(at::Tensor gradient);

private:
    const Model& m_model;
    const StateFormat& m_format;
    SumOrder m_order{};
    std::vector<GradientSum> m_sums{}; ///< by weight
};

} // namespace mantissa
