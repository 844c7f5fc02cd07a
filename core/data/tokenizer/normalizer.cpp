// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/normalizer.h"

#include "core/data/tokenizer/characters.h"
#include "core/data/tokenizer/normal_form.h"

namespace mantissa {

namespace {

using tokenizer_json::NormalizerKind;

void writeReplaced(const Pattern& pattern, const std::string& content, const Piece& piece, MatchRoom& room,
    PieceWriter& writer)
{
    Pattern::Search search(pattern, piece.text, room);
    std::size_t kept = 0;
    for (Pattern::Match match; search.next(match); kept = match.end) {
        writer.keep(kept, match.begin);
        writer.put(content, match.begin, match.end);
    }
    writer.keep(kept, piece.text.size());
}

void writeLowercase(const Piece& piece, PieceWriter& writer)
{
    constexpr char32_t capitalDottedI = 0x130; // the one whose small form is two characters
    std::size_t kept = 0;
    std::string small;
    for (std::size_t at = 0; at < piece.text.size();) {
        const Character character = characterAt(piece.text, at);
        const char32_t lower = smallOf(character.code);
        small.clear();
        if (character.code == capitalDottedI)
            small = "i\u0307";
        else if (lower != character.code)
            appendUtf8(small, lower);
        if (!small.empty()) {
            writer.keep(kept, at);
            writer.put(small, at, at + character.bytes);
            kept = at + character.bytes;
        }
        at += character.bytes;
    }
    writer.keep(kept, piece.text.size());
}

void writeWithoutMarks(const Piece& piece, PieceWriter& writer)
{
    std::size_t kept = 0;
    for (std::size_t at = 0; at < piece.text.size();) {
        const Character character = characterAt(piece.text, at);
        if (isMark(character.code)) {
            writer.keep(kept, at);
            kept = at + character.bytes;
        }
        at += character.bytes;
    }
    writer.keep(kept, piece.text.size());
}

void writeStripped(bool left, bool right, const Piece& piece, PieceWriter& writer)
{
    std::size_t begin = 0;
    std::size_t end = piece.text.size();
    while (left && begin < end && isWhitespace(characterAt(piece.text, begin).code))
        begin += characterAt(piece.text, begin).bytes;
    while (right && begin < end && isWhitespace(characterBefore(piece.text, end).code))
        end -= characterBefore(piece.text, end).bytes;
    writer.keep(begin, end);
}

NormalForm formOf(NormalizerKind kind)
{
    return {kind == NormalizerKind::Nfc || kind == NormalizerKind::Nfkc,
        kind == NormalizerKind::Nfkc || kind == NormalizerKind::Nfkd};
}

using Write = std::function<void(const Piece&, MatchRoom&, PieceWriter&)>;

Result<Write> writeOf(const tokenizer_json::NormalizerStep& step)
{
    switch (step.kind) {
    case NormalizerKind::Prepend:
        return [content = step.content](const Piece& piece, MatchRoom&, PieceWriter& writer) {
            writer.put(content, 0, 0);
            writer.keep(0, piece.text.size());
        };
    case NormalizerKind::Replace: {
        auto pattern = Pattern::make(step.pattern);
        if (!pattern)
            return fail(pattern.error());
        return [pattern = *pattern, content = step.content](const Piece& piece, MatchRoom& room,
                   PieceWriter& writer) { writeReplaced(pattern, content, piece, room, writer); };
    }
    case NormalizerKind::Lowercase:
        return [](const Piece& piece, MatchRoom&, PieceWriter& writer) { writeLowercase(piece, writer); };
    case NormalizerKind::StripAccents:
        return [](const Piece& piece, MatchRoom&, PieceWriter& writer) { writeWithoutMarks(piece, writer); };
    case NormalizerKind::Strip:
        return [left = step.stripsLeft, right = step.stripsRight](const Piece& piece, MatchRoom&,
                   PieceWriter& writer) { writeStripped(left, right, piece, writer); };
    case NormalizerKind::Nfc:
    case NormalizerKind::Nfd:
    case NormalizerKind::Nfkc:
    case NormalizerKind::Nfkd:
        break;
    }
    return [form = formOf(step.kind)](
               const Piece& piece, MatchRoom&, PieceWriter& writer) { writeNormalForm(form, piece, writer); };
}

} // namespace

Result<Normalizer> Normalizer::make(const std::vector<tokenizer_json::NormalizerStep>& steps)
{
    Normalizer made;
    for (const auto& step : steps) {
        auto write = writeOf(step);
        if (!write)
            return fail(write.error());
        made.m_steps.push_back(std::move(*write));
    }
    return made;
}

void Normalizer::applyFrom(std::size_t step, const Piece& piece, MatchRoom& room, const TakePiece& take) const
{
    if (step == m_steps.size() || piece.text.empty())
        return take(piece);
    PieceWriter writer(piece);
    m_steps[step](piece, room, writer);
    applyFrom(step + 1, writer.finish(), room, take);
}

void Normalizer::apply(const Piece& piece, MatchRoom& room, const TakePiece& take) const
{
    applyFrom(0, piece, room, take);
}

std::string Normalizer::apply(std::string_view text) const
{
    MatchRoom room;
    std::string normal;
    apply({.text = text, .isTraced = false}, room, [&](const Piece& piece) { normal = piece.text; });
    return normal;
}

} // namespace mantissa
