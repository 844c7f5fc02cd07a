// SPDX-License-Identifier: Apache-2.0
#pragma once

// A tokenizer.json taken apart in one pass: the two lists with a hundred thousand entries go straight into
// vectors, and what is left is small enough for a Json.

#include "core/base/json.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mantissa::tokenizer_json {

struct Parts {
    std::vector<std::pair<std::string, std::int64_t>> vocabulary{};
    std::vector<std::pair<std::string, std::string>> merges{};
    bool isVocabularyList = false; ///< not by name but in rows, as other models have it: left out
    std::shared_ptr<const Json> rest{}; ///< everything but model.vocab and model.merges
};

Result<Parts> takeApart(std::string_view text, const std::string& what);

} // namespace mantissa::tokenizer_json
