// SPDX-License-Identifier: Apache-2.0
#pragma once

// Text to token ids and back. Bytes are ids 0–255 where there is no tokenizer of one's own.

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

using TokenId = std::int32_t;

struct Token {
    TokenId id = 0;
    std::size_t begin = 0; ///< bytes of the text it was made from; both 0 for one that no text stands behind
    std::size_t end = 0;
    friend bool operator==(const Token&, const Token&) = default;
};

/// Never changes once made, so that any thread may ask it.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;
    /// `addsFrame`: with the tokens that the model's own template puts around a text (BOS, EOS). Bytes that
    /// are no UTF-8 are encoded as U+FFFD; who reads files refuses them before (checkUtf8).
    virtual std::vector<Token> encode(std::string_view text, bool addsFrame) const = 0;
    /// The ids alone, without frame, handed over in portions as they come: for a text that is larger than
    /// memory. Once `take` says no, nothing more comes.
    virtual void stream(
        std::string_view text, const std::function<bool(std::span<const TokenId>)>& take) const;
    /// `skipsSpecial`: without tokens that mark (BOS, turns) instead of being text. Bytes that are no UTF-8
    /// become U+FFFD.
    virtual std::string decode(std::span<const TokenId> ids, bool skipsSpecial) const = 0;
    /// Of a token as it stands in the vocabulary, added ones included.
    virtual std::optional<TokenId> idOf(std::string_view token) const = 0;
    /// As it stands in the vocabulary; empty for an id that no token has.
    virtual std::string tokenOf(TokenId id) const;
    /// It marks (BOS, the end of a turn) instead of being text.
    virtual bool isSpecial(TokenId id) const;
    /// The greatest id and one: a model's vocabulary must not be smaller.
    virtual std::int64_t size() const = 0;
    /// SHA-256 of what it was read from, so that encoded text is never another tokenizer's.
    virtual const std::string& digest() const = 0;
};

/// Every byte is a token.
std::unique_ptr<Tokenizer> byteTokenizer();

/// From a tokenizer.json, or the folder of a model that has one. What it asks for and we do not do is refused
/// by name.
Result<std::unique_ptr<Tokenizer>> readTokenizer(const std::filesystem::path& fileOrFolder);

/// Of a name as configs have it: "" and "bytes" are bytes, else a file or a folder.
Result<std::unique_ptr<Tokenizer>> tokenizerNamed(const std::string& name);

/// Refuses a tokenizer with ids that a model of `vocabulary` rows has no row for.
Status checkFits(const Tokenizer& tokenizer, std::int64_t vocabulary);

/// Refuses text with bytes that are no UTF-8, saying where; `what` names it.
Status checkUtf8(std::string_view text, const std::string& what);

} // namespace mantissa
