// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which device a run computes on, as `memory.device` names it. Which cards are there is for the engine to
// find.

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mantissa {

struct RunConfig;

enum class DeviceKind { Cpu, Card, Simulated };

struct DeviceChoice {
    DeviceKind kind = DeviceKind::Cpu;
    int index = 0; ///< of a card, as the engine counts them
    std::int64_t bytes = 0; ///< what a simulated card holds
    friend bool operator==(const DeviceChoice&, const DeviceChoice&) = default;
};

/// "cpu", "cuda", "cuda:N" or "simulated:SIZE". Errors are of usage.
Result<DeviceChoice> parseDevice(std::string_view text);
/// The one way to write it: "cpu", "cuda:0", "simulated:8GiB".
std::string nameOf(const DeviceChoice& device);

/// Also of a simulated card: the CPU's kernels compute for it, and its bytes are of main memory.
bool computesOnCpu(std::string_view device);

/// False on a simulated card: its bytes and bits are real, but the seconds are those of the CPU behind it, so
/// that no speed is told of such a run.
bool hasRealSeconds(const RunConfig& config);
/// The same as a sentence for a report; empty where seconds are real.
std::string whyNoSpeed(const RunConfig& config);

} // namespace mantissa
