// SPDX-License-Identifier: Apache-2.0
#pragma once

// A row as token ids, with what is learned of it, cut to what a model takes.

#include "core/data/templates/chat_template.h"
#include "core/data/tokenizer.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace mantissa {

struct EncodedRow {
    std::vector<TokenId> ids{};
    /// For each id: 1 where it is to be predicted from those before it. Never of the first, before which
    /// there is nothing.
    std::vector<std::uint8_t> trained{};
    std::int64_t lostTokens = 0; ///< that were cut off

    std::int64_t trainedTokens() const;
};

/// What of a row that is too long stays. Start: its first tokens. Shared, as LLaMA-Factory does, for each
/// question with its answer: the answer whole where it takes less than half the room, else the question where
/// that does, else both in proportion; of each its first tokens.
enum class RowCut { Shared, Start };
std::string_view nameOf(RowCut cut);
Result<RowCut> parseRowCut(std::string_view name);

/// The text is encoded as a whole, as it will be when the model is used; a token that reaches into a trained
/// span trains.
EncodedRow encodeRow(const RenderedRow& row, const Tokenizer& tokenizer);

/// To at most `context` tokens; 0: no limit.
void cutRow(EncodedRow& row, std::int64_t context, RowCut cut);

} // namespace mantissa
