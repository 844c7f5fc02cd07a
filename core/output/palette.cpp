// SPDX-License-Identifier: Apache-2.0
#include "core/output/palette.h"

#include <iterator>

namespace mantissa {

ColourPair colourOf(MemoryClass memoryClass)
{
    switch (memoryClass) {
    case MemoryClass::Weights:
        return {"#3a8cf8", "#7ca2f4"};
    case MemoryClass::Remainder:
        return {"#193fca", "#8949cd"};
    case MemoryClass::Gradients:
        return {"#b08500", "#d8a23f"};
    case MemoryClass::Moments:
        return {"#217c45", "#2e8c58"};
    case MemoryClass::Activations:
        return {"#b0537a", "#b96ca6"};
    case MemoryClass::Workspace:
        return {"#8f92a4", "#959696"};
    case MemoryClass::Data:
        return {"#5b240d", "#eecebf"};
    }
    return {};
}

ColourPair colourOf(Phase phase)
{
    switch (phase) {
    case Phase::Warmup:
        return {"#6b7684", "#a6a9bc"};
    case Phase::Full:
        return {"#355f91", "#1f6fc4"};
    case Phase::Predict:
        return {"#0b8f68", "#59cda1"};
    case Phase::Correct:
        return {"#d55e00", "#c84a1c"};
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
        return colourOf(MemoryClass::Weights);
    case WorkKind::Backward:
        return colourOf(Phase::Full);
    case WorkKind::Update:
        return colourOf(MemoryClass::Gradients);
    case WorkKind::Cast:
        return colourOf(MemoryClass::Activations);
    case WorkKind::Move:
        return colourOf(Phase::Correct);
    case WorkKind::Disk:
        return colourOf(MemoryClass::Remainder);
    case WorkKind::Data:
        return colourOf(Phase::Predict);
    case WorkKind::Evaluation:
        return colourOf(MemoryClass::Workspace);
    case WorkKind::Log:
        return colourOf(MemoryClass::Data);
    case WorkKind::Other:
        return {"#b9c0ca", "#3a4452"};
    }
    return {};
}

ColourPair seriesColour(std::size_t index)
{
    constexpr ColourPair colours[]
        = {{"#3473fc", "#6497e0"}, {"#d77f00", "#e4a508"}, {"#a94f86", "#b2678e"}, {"#0b8f68", "#64cdab"}};
    return colours[index % std::size(colours)];
}

ColourPair baselineColour() { return {"#1b222c", "#e6eaf0"}; }

} // namespace mantissa
