// SPDX-License-Identifier: Apache-2.0
#pragma once

// As CpuKernels has them, of one set.

#include "core/torch/kernels/cpu/cpu_kernels.h"

namespace mantissa::MANTISSA_SET {

void activation(const ActivationCall& call, std::int64_t first, std::int64_t last);
void activationBackward(const ActivationCall& call, std::int64_t first, std::int64_t last);
void norm(const NormCall& call, std::int64_t first, std::int64_t last);
void normBackward(
    const NormCall& call, std::int64_t first, std::int64_t last, float* toWeight, float* toBias);
void loss(const LossCall& call, std::int64_t first, std::int64_t last);
void pool(const PoolCall& call, std::int64_t first, std::int64_t last);
void poolBackward(const PoolCall& call, std::int64_t first, std::int64_t last);
void rotation(const RotationCall& call, std::int64_t first, std::int64_t last);

} // namespace mantissa::MANTISSA_SET
