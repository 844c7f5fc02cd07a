// SPDX-License-Identifier: Apache-2.0
#include "core/torch/kernels/cpu/cpu_kernels.h"

#include "core/base/instruction_set.h"

namespace mantissa {

namespace avx2 {
extern const CpuKernels kernels;
}
namespace avx512 {
extern const CpuKernels kernels;
}
namespace avx512_bf16 {
extern const CpuKernels kernels;
}

const CpuKernels* cpuKernels()
{
    static const CpuKernels* const chosen = !usesCpuKernels()  ? nullptr
        : usableInstructionSet() >= InstructionSet::Avx512Bf16 ? &avx512_bf16::kernels
        : usableInstructionSet() >= InstructionSet::Avx512     ? &avx512::kernels
        : usableInstructionSet() >= InstructionSet::Avx2       ? &avx2::kernels
                                                               : nullptr;
    return chosen;
}

} // namespace mantissa
