// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model that only reads, as `evaluate` and `generate` are given it: a Hugging Face folder, a run, or a
// checkpoint of one.

#include "core/training/text_model.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

namespace mantissa {

struct ModelOptions {
    std::string place{};
    std::string checkpoint{}; ///< of a run: newest, best or a step
    std::string tokenizer{}; ///< instead of the model's own
    Precision compute = Precision::Fp32;
    MemoryConfig memory{};
};

void addModelOptions(CLI::App& command, ModelOptions& options);

struct OpenedModel {
    ModelConfig config{};
    std::unique_ptr<Tokenizer> tokenizer{};
    std::unique_ptr<TextModel> model{};
    std::vector<TokenId> ends{}; ///< tokens that end a text, by the folder's config.json
};

/// Errors: nothing there that is a model, a model of images, a tokenizer that is larger than the vocabulary.
Result<OpenedModel> openModel(const ModelOptions& options);

} // namespace mantissa
