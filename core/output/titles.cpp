// SPDX-License-Identifier: Apache-2.0
#include "core/output/titles.h"

namespace mantissa {

std::string_view titleOf(MemoryClass memoryClass)
{
    switch (memoryClass) {
    case MemoryClass::Weights:
        return "Weights";
    case MemoryClass::Remainder:
        return "Remainder";
    case MemoryClass::Gradients:
        return "Gradients";
    case MemoryClass::Moments:
        return "Moments";
    case MemoryClass::Activations:
        return "Activations";
    case MemoryClass::Workspace:
        return "Workspace";
    case MemoryClass::Data:
        return "Data";
    }
    return {};
}

std::string_view titleOf(Precision precision)
{
    switch (precision) {
    case Precision::Fp32:
        return "FP32";
    case Precision::Bf16:
        return "BF16";
    case Precision::Fp16:
        return "FP16";
    }
    return {};
}

} // namespace mantissa
