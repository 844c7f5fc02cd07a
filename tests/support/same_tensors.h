// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ATen.h>

namespace mantissa {

/// Bit for bit and of one format, wherever they are.
inline bool sameBits(const at::Tensor& a, const at::Tensor& b)
{
    const auto bytes = [](const at::Tensor& t) { return t.cpu().contiguous().flatten().view(at::kByte); };
    return a.scalar_type() == b.scalar_type() && at::equal(bytes(a), bytes(b));
}

} // namespace mantissa
