// SPDX-License-Identifier: Apache-2.0
#include "core/model/transformer.h"

#include <fmt/format.h>

#include <cmath>

namespace mantissa {

double residualDeviation(std::int64_t layers)
{
    return initialDeviation / std::sqrt(2.0 * static_cast<double>(layers));
}

Status headsDivideWidth(const ModelConfig& c)
{
    if (c.width % c.heads == 0)
        return {};
    return wrong(fmt::format(
        "model.heads is {} and does not divide model.width {}; choose heads that do", c.heads, c.width));
}

Status headsCanTurn(const ModelConfig& c)
{
    if (c.width / c.heads % 2 == 0)
        return {};
    return wrong(fmt::format("model.width {} and model.heads {} make heads of odd width, which cannot be "
                             "rotated; choose others",
        c.width, c.heads));
}

Status keyValueHeadsDivideHeads(const ModelConfig& c)
{
    if (c.kvHeads == 0 || c.heads % c.kvHeads == 0)
        return {};
    return wrong(fmt::format(
        "model.kv_heads is {} and must divide model.heads {}; choose another", c.kvHeads, c.heads));
}

Status hasNoKeyValueHeads(const ModelConfig& c)
{
    if (c.kvHeads == 0)
        return {};
    return wrong(
        fmt::format("model.kv_heads is {}, and {} has as many as heads: leave it 0", c.kvHeads, c.kind));
}

Status hasNoDropout(const ModelConfig& c)
{
    if (c.dropout == 0)
        return {};
    return wrong(fmt::format("model.dropout is {}, and {} has none: leave it 0", c.dropout, c.kind));
}

} // namespace mantissa
