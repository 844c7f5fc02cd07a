// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a Hugging Face folder says of itself beside its sizes: for people, before anything is trained.

#include "core/base/json.h"
#include "core/model/model_config.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace mantissa {

/// The folder's config.json; an empty object for a model made from sizes.
Json foreignConfigOf(const ModelConfig& model);
/// The longest context the model can have, by its config.json; its own context where it has none.
std::int64_t positionsOf(const ModelConfig& model);
/// "bfloat16", as config.json has it; empty where it does not say.
std::string savedFormatOf(const ModelConfig& model);
/// "apache-2.0", from the head of the folder's README.md; empty where there is none.
std::string licenceOf(const std::filesystem::path& folder);

} // namespace mantissa
