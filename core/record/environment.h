// SPDX-License-Identifier: Apache-2.0
#pragma once

// The machine and the build a run took place on, as far as they can be known without the engine.

#include "core/base/json.h"

#include <string>

namespace mantissa {

/// Version, compiler, OS, kernel, CPU and its flags that matter, memory, host. Never the whole process
/// environment.
Json machineEnvironment();
/// "0.1.0".
std::string programVersion();
/// "AMD EPYC 9B14, 2 cores".
std::string cpuName();
/// High-water mark of the process's resident memory, in bytes.
std::int64_t peakResidentBytes();
/// RAM of this machine, in bytes.
std::int64_t totalMemoryBytes();
/// Names a moment. It may be set back: how long something took is asked of base/seconds.h.
double unixNow();

} // namespace mantissa
