// SPDX-License-Identifier: Apache-2.0
#pragma once

// The small components of a tokenizer.json, each from its object. Null gives an empty list.

#include "core/base/json.h"
#include "core/files/tokenizer_json.h"

#include <string>
#include <vector>

namespace mantissa::tokenizer_json {

Result<std::vector<AddedToken>> addedTokensFrom(const Json& list);
Result<std::vector<NormalizerStep>> normalizerFrom(const Json& component);
Result<std::vector<PreTokenizerStep>> preTokenizerFrom(const Json& component);
Result<std::vector<DecoderStep>> decoderFrom(const Json& component);

/// What a template puts around a text.
struct Frame {
    std::vector<std::int32_t> before{};
    std::vector<std::int32_t> after{};
};
Result<Frame> frameFrom(const Json& component);

/// The components of a "Sequence" under `listKey`, or the one there is, each with its path in the file.
struct Step {
    const Json* json;
    std::string type;
    std::string path;
};
Result<std::vector<Step>> stepsOf(const Json& component, const std::string& path, const std::string& listKey);

/// The largest id that is believed: ids without holes would need no more than the file has tokens.
constexpr std::int64_t mostTokens = std::int64_t{1} << 24;

/// Reads text that may be empty.
void readText(ObjectReader& reader, std::string_view key, std::string& value);
/// Reads one character.
void readCharacter(ObjectReader& reader, std::string_view key, std::string& value);
void readPattern(ObjectReader& reader, std::string_view key, Pattern& value);
void readPrependScheme(ObjectReader& reader, PrependScheme& value);
tl::unexpected<Error> unknownStep(const Step& step, std::string_view known);

} // namespace mantissa::tokenizer_json
