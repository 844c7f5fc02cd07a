// SPDX-License-Identifier: Apache-2.0
#pragma once

// Lists of messages as chat programs write them, {role, content} or {from, value}, as turns.

#include "core/base/json.h"
#include "core/data/rows/conversation.h"

namespace mantissa {

/// What the keys of a message are called.
struct MessageKeys {
    std::string_view role = "role";
    std::string_view content = "content";
};

/// Adds the messages of a list to the turns. Content is a text, or a list of parts that are texts.
Status appendMessages(const Json& list, const MessageKeys& keys, Conversation& conversation);

} // namespace mantissa
