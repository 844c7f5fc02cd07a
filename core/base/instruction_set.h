// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which vector instructions this process uses: what the processor has, limited by MANTISSA_MAX_ISA (avx2,
// avx512 or avx512_bf16). One variable limits our detection, our kernels and the libraries together: a
// library that is limited alone makes a machine that does not exist. Read once; any thread.

#include "core/base/result.h"

#include <string_view>

namespace mantissa {

enum class InstructionSet { Baseline, Avx2, Avx512, Avx512Bf16, Avx512Fp16 };

std::string_view nameOf(InstructionSet set);
/// Of the processor, within the limit. A limit that is none is told by checkInstructionSet().
InstructionSet usableInstructionSet();
/// Whether products of 16 bits run in units that hold whole tiles of matrices (Intel AMX).
bool hasMatrixTiles();
/// Whether our kernels replace LibTorch's on the CPU (core/torch/kernels/cpu): from AVX2 on, unless
/// MANTISSA_CPU_KERNELS is "off", which is there to hold the two against each other.
bool usesCpuKernels();
/// Whether the variables above have values that they may have. Errors: another value, with those that are.
Status checkInstructionSet();
/// Hands the limit to LibTorch's libraries (ONEDNN_MAX_CPU_ISA, ATEN_CPU_CAPABILITY,
/// MKL_ENABLE_INSTRUCTIONS), over what those say. First thing of a program, before it loads them; without a
/// limit it does nothing.
void limitLibraries();

} // namespace mantissa
