// SPDX-License-Identifier: Apache-2.0
// The kernels of one set, for cpu_kernels.cpp to choose.

#include "core/torch/kernels/cpu/attention.h"
#include "core/torch/kernels/cpu/rows.h"

#define MANTISSA_TEXT(x) #x
#define MANTISSA_NAME(x) MANTISSA_TEXT(x)

namespace mantissa::MANTISSA_SET {

extern const CpuKernels kernels;
const CpuKernels kernels{.name = MANTISSA_NAME(MANTISSA_SET),
    .activation = activation,
    .activationBackward = activationBackward,
    .norm = norm,
    .normBackward = normBackward,
    .loss = loss,
    .pool = pool,
    .poolBackward = poolBackward,
    .rotation = rotation,
    .attentionScratch = attentionScratch,
    .attentionForward = attentionForward,
    .attentionBackward = attentionBackward};

} // namespace mantissa::MANTISSA_SET
