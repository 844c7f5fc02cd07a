// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one decoder that every family of text models is: an embedding, layers, a head, and the names that files
// give their tensors. A family says how its hyper-parameters set these.

#include "core/model/model_description.h"

#include <string>
#include <utility>
#include <vector>

namespace mantissa {

/// Names in files. A tensor of a layer is `layer`, the layer's number, '.', the stem, ".weight" or ".bias".
struct DecoderNames {
    std::string embedding = "model.embed_tokens.weight";
    std::string positions{};
    std::string layer = "model.layers.";
    std::string finalNorm = "model.norm";
    std::string projection = "lm_head.weight";
    std::vector<std::pair<TensorRole, std::string>> stems{}; ///< instead of Llama's, or beside them
};

struct DecoderBiases {
    bool queryKeyValue = false;
    bool attentionOutput = false;
    bool mlp = false;
};

struct DecoderShape {
    EmbeddingForm embedding{};
    std::vector<DecoderLayerForm> layers{};
    HeadForm head{};
    DecoderBiases biases{};
    DecoderNames names{};
    std::int64_t positions = 0; ///< the longest context the model can have
};

/// Tensors in the order of forward. Fresh matrices are normal (Radford et al. 2019).
ModelDescription describeDecoder(const ModelConfig& config, const DecoderShape& shape);

} // namespace mantissa
