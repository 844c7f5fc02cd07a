// SPDX-License-Identifier: Apache-2.0
#include "core/memory/memory_class.h"

#include <fmt/format.h>

namespace mantissa {

std::string_view nameOf(MemoryClass memoryClass)
{
    switch (memoryClass) {
    case MemoryClass::Weights:
        return "weights";
    case MemoryClass::Remainder:
        return "remainder";
    case MemoryClass::Gradients:
        return "gradients";
    case MemoryClass::Moments:
        return "moments";
    case MemoryClass::Activations:
        return "activations";
    case MemoryClass::Workspace:
        return "workspace";
    case MemoryClass::Data:
        return "data";
    }
    return {};
}

Result<MemoryClass> parseMemoryClass(std::string_view name)
{
    for (const MemoryClass memoryClass : allMemoryClasses)
        if (nameOf(memoryClass) == name)
            return memoryClass;
    return fail(fmt::format("'{}' is no class of memory", name), ExitCode::Usage);
}

} // namespace mantissa
