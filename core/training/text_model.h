// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model of text that only reads: what a text costs it, and what it writes. No LibTorch here.

#include "core/data/tokenizer.h"
#include "core/model/model_config.h"
#include "core/precision/precision.h"
#include "core/record/run_config.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace mantissa {

struct TextModelSetup {
    ModelConfig model{};
    std::filesystem::path weights{}; ///< a folder with safetensors: a model's, or a checkpoint's
    Precision compute = Precision::Fp32;
    MemoryConfig memory{}; ///< the device, and its budget
    std::int64_t threads = 0; ///< 0: all cores
};

/// Of a text, each token but the first predicted from those before it.
struct TextLoss {
    double sum = 0; ///< of minus log probabilities, in nats
    std::int64_t tokens = 0; ///< that were predicted
};

/// How the next token is chosen.
struct Sampling {
    double temperature = 1; ///< 0: always the likeliest
    std::int64_t topK = 0; ///< among so many; 0: all
    double topP = 1; ///< among the likeliest that together have this share
    std::int64_t seed = 0;
    std::int64_t most = 128; ///< tokens to write
    std::vector<TokenId> ends{}; ///< tokens that end the text, which they are not part of
};

class TextModel {
public:
    virtual ~TextModel() = default;
    virtual std::int64_t vocab() const = 0;
    /// In windows of `context` tokens that do not overlap, the last one shorter. Ids are within the
    /// vocabulary.
    virtual Result<TextLoss> loss(std::span<const TokenId> text, std::int64_t context) = 0;
    /// Writes on after `prompt`, which has a token at least. `take` is given each new token and answers
    /// whether to go on. Equal seeds write equal texts.
    virtual Status write(
        std::span<const TokenId> prompt, const Sampling& sampling, const std::function<bool(TokenId)>& take)
        = 0;
};

} // namespace mantissa
