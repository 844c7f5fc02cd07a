// SPDX-License-Identifier: Apache-2.0
#pragma once

// One source, three instruction sets, the same bits: the loader picks at start-up. Sanitizers cannot follow
// that choice.

// MANTISSA_ONE_ISA: built for one of them, to compare.

#if defined(__x86_64__) && !defined(MANTISSA_ONE_ISA) && !defined(__SANITIZE_ADDRESS__)                      \
    && !defined(__SANITIZE_THREAD__)
#define MANTISSA_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MANTISSA_CLONES
#endif
