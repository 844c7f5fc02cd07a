// SPDX-License-Identifier: Apache-2.0
#pragma once

// The shapes that rows of people's files have, by the names of their fields, and what such a row says. As TRL
// and LLaMA-Factory read them.

#include "core/base/json.h"
#include "core/data/rows/conversation.h"

#include <string>
#include <string_view>

namespace mantissa {

enum class RowShape {
    Text, ///< one field
    Alpaca, ///< instruction, input, output, system, history [[question, answer], …]
    PromptCompletion, ///< prompt, completion: texts, or lists of messages
    ShareGpt, ///< conversations [{from, value}, …], system
    Messages, ///< messages [{role, content}, …]
};

std::string_view nameOf(RowShape shape);
Result<RowShape> parseRowShape(std::string_view name);

/// Of the field that holds a text alone.
constexpr std::string_view usualTextField = "text";

/// By the fields that a record has; `textField` is that of a text. Errors name the fields that are there.
Result<RowShape> shapeOf(const Json& record, const std::string& textField);

/// What the row says, checked (checkTurns). All that an assistant says trains, but for turns that say
/// "train": false or "weight": 0; all of a text does.
Result<Conversation> conversationOf(const Json& record, RowShape shape, const std::string& textField);

} // namespace mantissa
