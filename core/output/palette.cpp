// SPDX-License-Identifier: Apache-2.0
#include "core/output/palette.h"

namespace mantissa {

ColourPair colourOf(MemoryClass memoryClass)
{
    switch (memoryClass) {
    case MemoryClass::Weights:
        return {"#2a90ff", "#4da2ff"};
    case MemoryClass::Remainder:
        return {"#3c00b8", "#d9f8fd"};
    case MemoryClass::Gradients:
        return {"#c77f00", "#e69f00"};
    case MemoryClass::Moments:
        return {"#005f41", "#0a7b51"};
    case MemoryClass::Activations:
        return {"#846b8b", "#875192"};
    case MemoryClass::Workspace:
        return {"#818c79", "#fbf5c1"};
    case MemoryClass::Data:
        return {"#33001e", "#96949b"};
    }
    return {};
}

ColourPair colourOf(Phase phase)
{
    switch (phase) {
    case Phase::Warmup:
        return {"#6b7684", "#d0bc6a"};
    case Phase::Full:
        return {"#355f91", "#4c78a8"};
    case Phase::Predict:
        return {"#0b8f68", "#67c6b3"};
    case Phase::Correct:
        return {"#d55e00", "#c2410c"};
    }
    return {};
}

ColourPair colourOf(Precision precision)
{
    switch (precision) {
    case Precision::Fp32:
        return {"#8b96a5", "#5b6675"};
    case Precision::Bf16:
        return {"#0b8f68", "#3fb68b"};
    case Precision::Fp16:
        return {"#b07200", "#e69f00"};
    }
    return {};
}

ColourPair colourOf(WorkKind kind)
{
    switch (kind) {
    case WorkKind::Forward:
        return {"#2a90ff", "#4da2ff"};
    case WorkKind::Backward:
        return {"#355f91", "#4c78a8"};
    case WorkKind::Update:
        return {"#c77f00", "#e69f00"};
    case WorkKind::Cast:
        return {"#846b8b", "#875192"};
    case WorkKind::Move:
        return {"#d55e00", "#c2410c"};
    case WorkKind::Disk:
        return {"#3c00b8", "#d9f8fd"};
    case WorkKind::Data:
        return {"#0b8f68", "#67c6b3"};
    case WorkKind::Evaluation:
        return {"#818c79", "#fbf5c1"};
    case WorkKind::Log:
        return {"#33001e", "#96949b"};
    case WorkKind::Other:
        return {"#b9c0ca", "#3a4452"};
    }
    return {};
}

} // namespace mantissa
