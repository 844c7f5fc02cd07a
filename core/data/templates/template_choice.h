// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which template a model's conversations are written with: the one that is named, or the one that its
// folder's own Jinja template is known to be. None is guessed.

#include "core/data/templates/chat_template.h"
#include "core/data/tokenizer.h"

#include <filesystem>
#include <string>

namespace mantissa {

/// What a folder says of it: tokenizer_config.json, chat_template.jinja, special_tokens_map.json.
struct FolderTexts {
    std::string jinja{}; ///< its chat template; empty: it has none
    EndTokens ends{};
};

/// Of a model's folder, or of the one that its tokenizer.json is in. Without these files it has no template
/// and no end tokens. Of several templates the one named "default".
Result<FolderTexts> readFolderTexts(const std::filesystem::path& fileOrFolder);

/// `name` is that of a template, or "auto": by marks in the folder's own one and by the tokens that the
/// tokenizer has. Errors say what it is not, and that one may be named (data.template).
Result<ChatTemplate> chooseTemplate(
    const std::string& name, const FolderTexts& folder, const Tokenizer& tokenizer);

/// What of a chosen template the tokenizer or the model does not have: a sentence, or empty.
std::string remarkOn(const ChatTemplate& chosen, const EndTokens& ends, const Tokenizer& tokenizer);

} // namespace mantissa
