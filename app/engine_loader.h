// SPDX-License-Identifier: Apache-2.0
#pragma once

// Loads the engine's library when somebody first needs it, so that a window paints before LibTorch is mapped.

#include "core/torch/torch_backend.h"

namespace mantissa {

/// First statement of main: LibTorch's OpenMP threads spin briefly and then sleep, or a busy window makes
/// steps many times slower; cards are counted in the order of the driver. A user's own settings are kept. The
/// variables are read when libgomp is mapped: where that has happened already, the program starts again with
/// them, once.
void prepareEngineEnvironment(char** argv);

/// Maps libmantissa_torch.so and LibTorch behind it; the second call is free. Errors say what is missing. Any
/// one thread.
Result<const EngineApi*> loadEngine();

/// Makes engines through loadEngine(), which tell `spans` what they do.
EngineFactory engineFactory(Spans* spans = nullptr);

} // namespace mantissa
