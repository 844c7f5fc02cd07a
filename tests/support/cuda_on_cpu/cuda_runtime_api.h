// SPDX-License-Identifier: Apache-2.0
#pragma once

// See cuda_runtime.h.

using cudaError_t = int;
using cudaStream_t = void*;
constexpr cudaError_t cudaSuccess = 0;
