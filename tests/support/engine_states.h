// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a test looks at in an engine: every exact weight and every moment by name, and a text to learn from.

#include "core/torch/engine/torch_engine.h"

#include <ATen/ATen.h>

#include <fstream>
#include <map>
#include <string>

namespace mantissa {

using States = std::map<std::string, at::Tensor>;

/// Copies in the memory of the CPU; names are those of the files.
inline States statesOf(TorchEngine& engine)
{
    States states;
    ParameterStore& store = engine.store();
    for (std::size_t block = 0; block < store.blocks(); ++block) {
        const BlockHold hold(store, block, Parts::All);
        for (Parameter& parameter : store.block(block)) {
            states[parameter.spec.name] = store.exactValue(parameter).cpu().clone();
            for (const auto& [ending, tensor] : parameter.moments.parts())
                states[parameter.spec.name + ending] = tensor->cpu().clone();
        }
    }
    return states;
}

/// The name of the first tensor that differs in a bit, or empty.
inline std::string firstDifference(const States& a, const States& b)
{
    for (const auto& [name, tensor] : a)
        if (!b.contains(name) || !at::equal(tensor.view(at::kChar), b.at(name).view(at::kChar)))
            return name;
    return a.size() == b.size() ? "" : "another number of tensors";
}

inline void writeText(const std::string& file, int lines = 4000)
{
    std::ofstream text(file);
    for (int i = 0; i < lines; ++i)
        text << "line " << i * i % 977 << " of a text that repeats\n";
}

} // namespace mantissa
