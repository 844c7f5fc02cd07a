// SPDX-License-Identifier: Apache-2.0
#pragma once

// tokenizer.json of Hugging Face's `tokenizers`: read with suspicion into plain values. What
// core/data/tokenizer does not compute is refused here by its name.

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mantissa::tokenizer_json {

/// What a step looks for: plain text, or a regular expression in Oniguruma's Ruby syntax.
struct Pattern {
    std::string text{};
    bool isRegex = false;
};

struct AddedToken {
    std::int32_t id = 0;
    std::string content{};
    bool isSingleWord = false; ///< counts only between word edges
    bool takesBlanksLeft = false; ///< lstrip
    bool takesBlanksRight = false; ///< rstrip
    bool isNormalized = false; ///< looked for after the normalizer, as the normalizer would write it
    bool isSpecial = false;
};

enum class NormalizerKind { Nfc, Nfd, Nfkc, Nfkd, Prepend, Replace, Lowercase, Strip, StripAccents };
struct NormalizerStep {
    NormalizerKind kind = NormalizerKind::Nfc;
    Pattern pattern{}; ///< Replace
    std::string content{}; ///< Prepend, Replace
    bool stripsLeft = true;
    bool stripsRight = true;
};

/// What becomes of a match, which stands between the text around it.
enum class SplitBehavior { Isolated, Removed, MergedWithPrevious, MergedWithNext, Contiguous };
enum class PrependScheme { Never, First, Always };
enum class PreTokenizerKind { Split, Digits, ByteLevel, Metaspace, Whitespace, WhitespaceSplit, Punctuation };
struct PreTokenizerStep {
    PreTokenizerKind kind = PreTokenizerKind::Split;
    Pattern pattern{}; ///< Split
    SplitBehavior behavior = SplitBehavior::Isolated; ///< Split, Punctuation
    bool isInverted = false; ///< Split: what is found is what lies between the matches
    bool isIndividual = false; ///< Digits: each apart
    bool addsPrefixSpace = true; ///< ByteLevel
    bool usesRegex = true; ///< ByteLevel: GPT-2's words
    std::string replacement{}; ///< Metaspace: what stands for a space
    PrependScheme prepend = PrependScheme::Always; ///< Metaspace
    bool splits = true; ///< Metaspace
};

enum class DecoderKind { ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace, Bpe };
struct DecoderStep {
    DecoderKind kind = DecoderKind::ByteLevel;
    Pattern pattern{}; ///< Replace
    std::string content{}; ///< Replace, Strip (one character), Metaspace (replacement), Bpe (suffix)
    std::int64_t start = 0; ///< Strip: how many at most
    std::int64_t stop = 0;
    PrependScheme prepend = PrependScheme::Always; ///< Metaspace
};

/// Byte pair encoding. Every id stands once; every merge is of known tokens and makes one.
struct Model {
    std::vector<std::pair<std::string, std::int32_t>> vocabulary{};
    std::vector<std::pair<std::string, std::string>> merges{}; ///< the first is done first
    std::string unknown{}; ///< a token; empty: what is unknown is left out
    std::string prefix{}; ///< of each character of a word but the first
    std::string suffix{}; ///< of the last
    bool fusesUnknown = false;
    bool fallsBackToBytes = false; ///< an unknown character is its bytes, <0xXX>, where all of them are known
    bool ignoresMerges = false; ///< a word that is a token is taken at once
};

/// A tokenizer.json; lists are in the order of work, empty where the file has none.
struct TokenizerJson {
    std::vector<AddedToken> added{};
    std::vector<NormalizerStep> normalizer{};
    std::vector<PreTokenizerStep> preTokenizer{};
    Model model{};
    std::vector<DecoderStep> decoder{};
    std::vector<std::int32_t> before{}; ///< what the template puts before a text
    std::vector<std::int32_t> after{};
    std::int32_t largestId = 0;
};

/// Reads the text of a file; `what` names it in messages. `truncation` and `padding` are left aside: how long
/// a row may be is the data's matter.
Result<TokenizerJson> parse(std::string_view text, const std::string& what);

} // namespace mantissa::tokenizer_json
