// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a device is called and what it can do.

#include "core/precision/precision.h"
#include "core/training/engine.h"

#include <c10/core/Device.h>

#include <string>
#include <vector>

namespace mantissa {

/// "cpu: …, 2 used" or the accelerator's name.
std::string deviceTitle(c10::Device device);
/// Whether the device has no products of this format of its own; they go through FP32 and are rounded once.
bool emulates(Precision precision, c10::Device device);
/// Versions, threads and settings of the engine, for environment.json.
std::vector<EnvironmentFact> engineEnvironment(c10::Device device);

} // namespace mantissa
