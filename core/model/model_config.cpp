// SPDX-License-Identifier: Apache-2.0
#include "core/model/model_config.h"

#include <fmt/format.h>

namespace mantissa {

std::span<const KnownModel> knownModels()
{
    // nanoGPT's for single letters, here bytes; GPT-2 (Radford et al. 2019); TinyLlama (Zhang et al. 2024);
    // Llama 7B (Touvron et al. 2023)
    static const KnownModel models[]
        = {{.title = "nanoGPT, bytes",
               .config = {.name = "nanogpt-char", .layers = 6, .width = 384, .heads = 6, .context = 256}},
            {.title = "GPT-2",
                .config
                = {.name = "gpt2", .layers = 12, .width = 768, .heads = 12, .context = 1024, .vocab = 50257}},
            {.title = "GPT-2 medium",
                .config = {.name = "gpt2-medium",
                    .layers = 24,
                    .width = 1024,
                    .heads = 16,
                    .context = 1024,
                    .vocab = 50257}},
            {.title = "TinyLlama",
                .config = {.name = "tinyllama-1.1b",
                    .kind = "llama",
                    .layers = 22,
                    .width = 2048,
                    .heads = 32,
                    .kvHeads = 4,
                    .ffn = 5632,
                    .context = 2048,
                    .vocab = 32000,
                    .tied = false}},
            {.title = "Llama 7B",
                .config = {.name = "llama-7b",
                    .kind = "llama",
                    .layers = 32,
                    .width = 4096,
                    .heads = 32,
                    .ffn = 11008,
                    .context = 2048,
                    .vocab = 32000,
                    .tied = false}}};
    return models;
}

Result<ModelConfig> knownModel(std::string_view name)
{
    std::string known;
    for (const KnownModel& model : knownModels()) {
        if (model.config.name == name)
            return model.config;
        known += (known.empty() ? "" : ", ") + model.config.name;
    }
    return fail(fmt::format("no model is called '{}'; known: {}", name, known), ExitCode::Usage);
}

bool isNamedRightly(const ModelConfig& config)
{
    if (config.name.empty())
        return true;
    auto known = knownModel(config.name);
    if (!known)
        return false;
    known->context = config.context;
    known->frozen = config.frozen;
    return *known == config;
}

} // namespace mantissa
