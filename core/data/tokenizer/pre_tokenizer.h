// SPDX-License-Identifier: Apache-2.0
#pragma once

// Cuts a text into the words that the model then sees one by one. Word after word, so that a text of any size
// takes no memory but its own.

#include "core/base/result.h"
#include "core/data/tokenizer/pattern.h"
#include "core/data/tokenizer/piece.h"
#include "core/files/tokenizer_json.h"

#include <functional>
#include <vector>

namespace mantissa {

class PreTokenizer {
public:
    static Result<PreTokenizer> make(const std::vector<tokenizer_json::PreTokenizerStep>& steps);

    void split(const Piece& piece, MatchRoom& room, const TakePiece& take) const;
    /// The words are to be read as bytes of GPT-2's alphabet (visible_bytes.h): ByteLevel was the last step.
    /// They are handed on as they are, since most words are known already and need no mapping.
    bool endsInBytes() const { return m_endsInBytes; }
    /// Nothing is cut: a text is one word.
    bool isEmpty() const { return m_steps.empty(); }

private:
    using Step = std::function<void(const Piece&, MatchRoom&, const TakePiece&)>;
    void splitFrom(std::size_t step, const Piece& piece, MatchRoom& room, const TakePiece& take) const;

    std::vector<Step> m_steps;
    bool m_endsInBytes = false;
};

} // namespace mantissa
