// SPDX-License-Identifier: Apache-2.0
#include "core/model/model_config.h"

#include <fmt/format.h>

namespace mantissa {

Result<ModelConfig> knownModel(std::string_view name)
{
    // GPT-2 small (Radford et al. 2019), TinyLlama (Zhang et al. 2024), Llama 7B (Touvron et al. 2023)
    static const ModelConfig models[]
        = {{.name = "gpt2", .layers = 12, .width = 768, .heads = 12, .context = 1024, .vocab = 50257},
            {.name = "tinyllama-1.1b",
                .kind = "llama",
                .layers = 22,
                .width = 2048,
                .heads = 32,
                .kvHeads = 4,
                .ffn = 5632,
                .context = 2048,
                .vocab = 32000,
                .tied = false},
            {.name = "llama-7b",
                .kind = "llama",
                .layers = 32,
                .width = 4096,
                .heads = 32,
                .ffn = 11008,
                .context = 2048,
                .vocab = 32000,
                .tied = false}};
    std::string known;
    for (const ModelConfig& model : models) {
        if (model.name == name)
            return model;
        known += (known.empty() ? "" : ", ") + model.name;
    }
    return fail(fmt::format("no model is called '{}'; known: {}", name, known), ExitCode::Usage);
}

} // namespace mantissa
