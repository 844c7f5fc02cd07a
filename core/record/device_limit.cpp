// SPDX-License-Identifier: Apache-2.0
#include "core/record/device_limit.h"

#include "core/base/units.h"
#include "core/record/device_choice.h"

#include <algorithm>

namespace mantissa {

std::int64_t cardAllowance(std::int64_t cardBytes) { return std::min(cardBytes / 16, 512 * mebibyte); }

std::optional<std::int64_t> deviceLimit(const MemoryConfig& memory)
{
    const auto device = parseDevice(memory.device);
    if (!device || device->kind != DeviceKind::Simulated)
        return memory.budgetBytes;
    const std::int64_t usable = device->bytes - cardAllowance(device->bytes);
    return std::min(usable, memory.budgetBytes.value_or(usable));
}

MemoryConfig withoutLimit(MemoryConfig memory)
{
    memory.budgetBytes.reset();
    if (const auto device = parseDevice(memory.device); device && device->kind == DeviceKind::Simulated)
        memory.device = "simulated:1TiB"; // the largest there is
    return memory;
}

} // namespace mantissa
