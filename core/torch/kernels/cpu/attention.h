// SPDX-License-Identifier: Apache-2.0
#pragma once

// As CpuKernels has them, of one set.

#include "core/torch/kernels/cpu/cpu_kernels.h"

namespace mantissa::MANTISSA_SET {

std::size_t attentionScratch(const AttentionShape& shape, bool isBackward);
void attentionForward(const AttentionForward& call, std::int64_t first, std::int64_t last, void* scratch);
void attentionBackward(const AttentionBackward& call, std::int64_t first, std::int64_t last, void* scratch);

} // namespace mantissa::MANTISSA_SET
