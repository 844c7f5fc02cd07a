// SPDX-License-Identifier: Apache-2.0
#pragma once

// One source, three instruction sets, the same bits: a kernel is a type whose run() is inlined into a
// function for each set; the first call picks the widest that this process may use. No LibTorch.

// MANTISSA_ONE_ISA: built for one of them, to compare.

#include "core/base/instruction_set.h"

namespace mantissa {

template <class Kernel, class Function = decltype(&Kernel::run)> struct KernelVersions;

/// Kernel::run must be always_inline; KernelVersions<Kernel>::run(arguments…) calls it.
template <class Kernel, class Result, class... Arguments>
struct KernelVersions<Kernel, Result (*)(Arguments...)> {
#if defined(__x86_64__) && !defined(MANTISSA_ONE_ISA)
    __attribute__((target("arch=x86-64-v4"))) static Result avx512(Arguments... arguments)
    {
        return Kernel::run(arguments...);
    }
    __attribute__((target("arch=x86-64-v3"))) static Result avx2(Arguments... arguments)
    {
        return Kernel::run(arguments...);
    }
    static Result baseline(Arguments... arguments) { return Kernel::run(arguments...); }

    static Result run(Arguments... arguments)
    {
        using Function = Result (*)(Arguments...);
        static const Function chosen = usableInstructionSet() >= InstructionSet::Avx512 ? &avx512
            : usableInstructionSet() >= InstructionSet::Avx2                            ? &avx2
                                                                                        : &baseline;
        return chosen(arguments...);
    }
#else
    static Result run(Arguments... arguments) { return Kernel::run(arguments...); }
#endif
};

} // namespace mantissa
