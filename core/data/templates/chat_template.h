// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a conversation is written as one text: named templates, which are data (resources/templates/*.json,
// shipped inside the program). They write what the models' own Jinja templates write for a whole
// conversation.

#include "core/base/json.h"
#include "core/data/rows/conversation.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

/// What stands around a turn's text.
struct TurnFrame {
    std::string before{};
    std::string after{};
    friend bool operator==(const TurnFrame&, const TurnFrame&) = default;
};

/// Where what the system says goes: a turn of its own, or the head of a user's.
enum class SystemPlace { OwnTurn, FirstUser, LastUser };

struct ChatTemplate {
    std::string name{};
    std::string about{}; ///< one line for people
    std::string begin{}; ///< of the whole; in all texts {bos} and {eos} are the model's own tokens
    std::string finish{}; ///< after the last turn
    std::optional<TurnFrame> system{}; ///< none: a row in which the system speaks is refused
    SystemPlace systemPlace = SystemPlace::OwnTurn;
    std::string systemDefault{}; ///< said where a row has no system turn; empty: none is
    bool alwaysHasSystem = false; ///< the turn is written even where it says nothing
    TurnFrame user{};
    TurnFrame assistant{};
    std::optional<std::string> beforeLastAnswer{}; ///< in place of assistant.before
    std::optional<std::string> afterLastAnswer{}; ///< in place of assistant.after
    std::string end{}; ///< of an answer: what the model is to write when it is done
    std::optional<TurnFrame> tool{};
    bool trims = false; ///< texts lose the blanks around them
    bool isFramed = false; ///< the tokenizer adds its own beginning (BOS)
    std::vector<std::string>
        tokens{}; ///< that a tokenizer must know as one for the template to be recognised
    std::vector<std::string> marks{}; ///< all are in the Jinja template of such a model …
    std::vector<std::string> otherMarks{}; ///< … and none of these
};

/// What a model calls the ends of a text; "" where it has none.
struct EndTokens {
    std::string bos{};
    std::string eos{};
};

/// Strict; `name` is the file's, without its ending.
Result<ChatTemplate> parseChatTemplate(const Json& json, const std::string& name);
/// Those that are shipped, in the order in which they are recognised.
const std::vector<ChatTemplate>& chatTemplates();
/// By name; errors list the names.
Result<ChatTemplate> findChatTemplate(std::string_view name);

/// Which parts of a row are learned, and so which loss is taken of.
struct TrainedParts {
    bool prompt = false; ///< questions and marks too
    bool lastAnswerOnly = false;
    bool end = true; ///< that the answer is over
    friend bool operator==(const TrainedParts&, const TrainedParts&) = default;
};

/// Bytes of a text, from begin up to end.
struct TextSpan {
    std::size_t begin = 0;
    std::size_t end = 0;
    friend bool operator==(const TextSpan&, const TextSpan&) = default;
};

struct RenderedRow {
    std::string text{};
    std::vector<TextSpan> trained{}; ///< in order, apart
    bool isFramed = false; ///< the tokenizer adds its own beginning
};

/// A text alone is followed by the model's end token, whatever the template. A turn that the template cannot
/// write is refused.
Result<RenderedRow> render(const Conversation& conversation, const ChatTemplate& chatTemplate,
    const EndTokens& ends, const TrainedParts& parts = {});

} // namespace mantissa
