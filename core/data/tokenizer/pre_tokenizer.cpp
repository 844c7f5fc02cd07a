// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/pre_tokenizer.h"

#include "core/data/tokenizer/byte_alphabet.h"
#include "core/data/tokenizer/characters.h"
#include "core/data/tokenizer/splitting.h"

namespace mantissa {

namespace {

using tokenizer_json::PrependScheme;
using tokenizer_json::PreTokenizerKind;
using tokenizer_json::PreTokenizerStep;
using tokenizer_json::SplitBehavior;
using Step = std::function<void(const Piece&, MatchRoom&, const TakePiece&)>;

/// Contractions, then letters, digits and others with the space before them, then blanks; of several blanks
/// before a word the last is left to it.
constexpr std::string_view wordsOfGpt2
    = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
/// Rust's \w, which knows no superscripts and fractions.
constexpr std::string_view wordsOfWhitespace = R"([\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{200C}\x{200D}]+|)"
                                               R"([^\s\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{200C}\x{200D}]+)";

/// Each character that `is` is a match.
template <class Is>
void splitAtCharacters(Is is, SplitBehavior behavior, const Piece& piece, const TakePiece& take)
{
    Cutter cutter({behavior, false}, piece, take);
    for (std::size_t at = 0; at < piece.text.size();) {
        const Character character = characterAt(piece.text, at);
        if (is(character.code))
            cutter.match(at, at + character.bytes);
        at += character.bytes;
    }
    cutter.finish();
}

/// Hands on the piece with `front` before it.
void prepended(std::string_view front, const Piece& piece, const TakePiece& take)
{
    PieceWriter writer(piece);
    writer.put(front, 0, 0);
    writer.keep(0, piece.text.size());
    take(writer.finish());
}

/// Hands on the piece as visible bytes.
void mapped(const Piece& piece, const TakePiece& take)
{
    PieceWriter writer(piece);
    for (std::size_t at = 0; at < piece.text.size(); ++at)
        writer.put(visibleByte(static_cast<std::uint8_t>(piece.text[at])), at, at + 1);
    take(writer.finish());
}

Step byteLevel(const PreTokenizerStep& step, bool isLast)
{
    const auto split = [words = Pattern::ofRegex(wordsOfGpt2), usesRegex = step.usesRegex, isLast](
                           const Piece& piece, MatchRoom& room, const TakePiece& take) {
        const TakePiece map = [&](const Piece& word) { mapped(word, take); };
        const TakePiece& next = isLast ? take : map;
        if (usesRegex)
            splitBy(words, {}, piece, room, next);
        else
            next(piece);
    };
    return [split, addsSpace = step.addsPrefixSpace](
               const Piece& piece, MatchRoom& room, const TakePiece& take) {
        if (addsSpace && !piece.text.starts_with(' '))
            prepended(" ", piece, [&](const Piece& more) { split(more, room, take); });
        else
            split(piece, room, take);
    };
}

Step metaspace(const PreTokenizerStep& step)
{
    auto mark = Pattern::make({step.replacement, false});
    return [mark = *mark, step](const Piece& piece, MatchRoom& room, const TakePiece& take) {
        PieceWriter writer(piece);
        const bool isMarked = piece.text.starts_with(' ') || piece.text.starts_with(step.replacement);
        const bool prepends = step.prepend == PrependScheme::Always
            || (step.prepend == PrependScheme::First && piece.isFirst);
        if (prepends && !isMarked)
            writer.put(step.replacement, 0, 0);
        std::size_t kept = 0;
        for (std::size_t at = piece.text.find(' '); at != std::string_view::npos;
             at = piece.text.find(' ', kept)) {
            writer.keep(kept, at);
            writer.put(step.replacement, at, at + 1);
            kept = at + 1;
        }
        writer.keep(kept, piece.text.size());
        const Piece whole = writer.finish();
        if (step.splits)
            splitBy(mark, {SplitBehavior::MergedWithNext, false}, whole, room, take);
        else
            take(whole);
    };
}

Result<Step> splitStep(const PreTokenizerStep& step)
{
    auto pattern = Pattern::make(step.pattern);
    if (!pattern)
        return fail(pattern.error());
    const Splitting splitting{step.behavior, step.isInverted};
    return [pattern = *pattern, splitting](const Piece& piece, MatchRoom& room, const TakePiece& take) {
        splitBy(pattern, splitting, piece, room, take);
    };
}

Step characterStep(const PreTokenizerStep& step)
{
    const bool isDigits = step.kind == PreTokenizerKind::Digits;
    const auto is = isDigits                             ? isNumeric
        : step.kind == PreTokenizerKind::WhitespaceSplit ? isWhitespace
                                                         : isPunctuation;
    const auto behavior = isDigits ? (step.isIndividual ? SplitBehavior::Isolated : SplitBehavior::Contiguous)
        : step.kind == PreTokenizerKind::WhitespaceSplit ? SplitBehavior::Removed
                                                         : step.behavior;
    return [is, behavior](const Piece& piece, MatchRoom&, const TakePiece& take) {
        splitAtCharacters(is, behavior, piece, take);
    };
}

Result<Step> stepOf(const PreTokenizerStep& step, bool isLast)
{
    switch (step.kind) {
    case PreTokenizerKind::Split:
        return splitStep(step);
    case PreTokenizerKind::ByteLevel:
        return byteLevel(step, isLast);
    case PreTokenizerKind::Metaspace:
        return metaspace(step);
    case PreTokenizerKind::Whitespace:
        return [words = Pattern::ofRegex(wordsOfWhitespace)](
                   const Piece& piece, MatchRoom& room, const TakePiece& take) {
            splitBy(words, {SplitBehavior::Removed, true}, piece, room, take);
        };
    case PreTokenizerKind::Digits:
    case PreTokenizerKind::WhitespaceSplit:
    case PreTokenizerKind::Punctuation:
        break;
    }
    return characterStep(step);
}

} // namespace

Result<PreTokenizer> PreTokenizer::make(const std::vector<PreTokenizerStep>& steps)
{
    PreTokenizer made;
    for (const PreTokenizerStep& step : steps) {
        auto one = stepOf(step, &step == &steps.back());
        if (!one)
            return fail(one.error());
        made.m_steps.push_back(std::move(*one));
    }
    made.m_endsInBytes = !steps.empty() && steps.back().kind == PreTokenizerKind::ByteLevel;
    return made;
}

void PreTokenizer::splitFrom(
    std::size_t step, const Piece& piece, MatchRoom& room, const TakePiece& take) const
{
    if (step + 1 < m_steps.size())
        m_steps[step](piece, room, [&](const Piece& part) { splitFrom(step + 1, part, room, take); });
    else if (step < m_steps.size())
        m_steps[step](piece, room, take);
    else
        take(piece);
}

void PreTokenizer::split(const Piece& piece, MatchRoom& room, const TakePiece& take) const
{
    splitFrom(0, piece, room, take);
}

} // namespace mantissa
