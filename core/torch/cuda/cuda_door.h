// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the plugin tells and does beside its operators, for dlsym(): what only CUDA's headers can reach. Any
// thread. No LibTorch and no CUDA in this header.

extern "C" {

/// How much of a card's memory LibTorch's allocator may take, 0 to 1. Null when it is so; else why not, valid
/// until the thread's next call.
const char* mantissaCudaSetMemoryFraction(double fraction, int device);
/// A card's compute capability as 10 * major + minor: 80 for an A100; 0 where it cannot be asked.
int mantissaCudaCapability(int device);
/// "GPU-…", as the driver writes it; empty where it cannot be asked. Valid for the thread's life.
const char* mantissaCudaUuid(int device);
/// The newest CUDA that the driver serves, as "13.0"; empty where there is no driver. Valid for the thread's
/// life.
const char* mantissaCudaDriverVersion();
/// The CUDA runtime in this process, as "13.0".
const char* mantissaCudaRuntimeVersion();
}
