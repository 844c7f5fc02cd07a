// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/decoder.h"

#include "core/data/tokenizer/byte_alphabet.h"
#include "core/data/tokenizer/characters.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace mantissa {

namespace {

using tokenizer_json::DecoderKind;
using tokenizer_json::DecoderStep;
using tokenizer_json::PrependScheme;
using Tokens = std::vector<std::string>;

/// Every occurrence of `what` that is found from left to right.
std::string replaced(const std::string& text, const std::string& what, const std::string& with)
{
    std::string made;
    std::size_t done = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, done)) {
        made.append(text, done, at - done);
        made += with;
        done = at + what.size();
    }
    return made.append(text, done);
}

void replaceAll(const Pattern& pattern, const std::string& content, Tokens& tokens)
{
    MatchRoom room;
    for (std::string& token : tokens) {
        std::string made;
        std::size_t done = 0;
        Pattern::Search search(pattern, token, room);
        for (Pattern::Match match; search.next(match); done = match.end) {
            made.append(token, done, match.begin - done);
            made += content;
        }
        token = made.append(token, done);
    }
}

/// All tokens are one text then, since a character may lie in several. A token that is not of the alphabet
/// (an added one) is its own bytes.
void bytesOfVisible(Tokens& tokens)
{
    std::string bytes;
    for (const std::string& token : tokens) {
        const std::size_t before = bytes.size();
        for (std::size_t at = 0; at < token.size();) {
            const Character character = characterAt(token, at);
            const auto byte = byteOfVisible(character.code);
            if (!byte) {
                bytes.resize(before);
                bytes += token;
                break;
            }
            bytes += static_cast<char>(*byte);
            at += character.bytes;
        }
    }
    tokens = {withoutBadBytes(bytes)};
}

/// The byte that "<0x41>" names.
std::optional<char> byteNamedBy(const std::string& token)
{
    constexpr std::size_t length = 6;
    constexpr int hexadecimal = 16;
    if (token.size() != length || !token.starts_with("<0x") || token.back() != '>')
        return std::nullopt;
    unsigned char byte = 0;
    const char* end = token.data() + length - 1;
    const auto read = std::from_chars(token.data() + 3, end, byte, hexadecimal);
    return read.ec == std::errc() && read.ptr == end ? std::optional(static_cast<char>(byte)) : std::nullopt;
}

/// A run of bytes is text where it is UTF-8, and otherwise one U+FFFD for each of them.
void textOfBytes(Tokens& tokens)
{
    Tokens made;
    std::string run;
    const auto flush = [&] {
        if (run.empty())
            return;
        if (!firstBadByte(run))
            made.push_back(run);
        else
            made.insert(made.end(), run.size(), "\uFFFD");
        run.clear();
    };
    for (std::string& token : tokens) {
        if (const auto byte = byteNamedBy(token)) {
            run += *byte;
        } else {
            flush();
            made.push_back(std::move(token));
        }
    }
    flush();
    tokens = std::move(made);
}

void fuse(Tokens& tokens) { tokens = {fmt::format("{}", fmt::join(tokens, ""))}; }

void strip(const DecoderStep& step, Tokens& tokens)
{
    for (std::string& token : tokens) {
        std::string_view left = token;
        for (std::int64_t i = 0; i < step.start && left.starts_with(step.content); ++i)
            left.remove_prefix(step.content.size());
        for (std::int64_t i = 0; i < step.stop && left.ends_with(step.content); ++i)
            left.remove_suffix(step.content.size());
        token = std::string(left);
    }
}

void spacesOfMarks(const DecoderStep& step, Tokens& tokens)
{
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool isFront = i == 0 && step.prepend != PrependScheme::Never;
        tokens[i] = replaced(tokens[i], step.content, isFront ? "" : " ");
    }
}

/// The suffix ends a word: a space, but for the last.
void spacesOfSuffixes(const std::string& suffix, Tokens& tokens)
{
    for (std::size_t i = 0; i < tokens.size() && !suffix.empty(); ++i)
        tokens[i] = replaced(tokens[i], suffix, i + 1 == tokens.size() ? "" : " ");
}

} // namespace

Result<Decoder> Decoder::make(const std::vector<DecoderStep>& steps)
{
    Decoder made;
    for (const DecoderStep& step : steps) {
        switch (step.kind) {
        case DecoderKind::ByteLevel:
            made.m_steps.emplace_back(bytesOfVisible);
            break;
        case DecoderKind::Replace: {
            auto pattern = Pattern::make(step.pattern);
            if (!pattern)
                return fail(pattern.error());
            made.m_steps.emplace_back([pattern = *pattern, content = step.content](
                                          Tokens& tokens) { replaceAll(pattern, content, tokens); });
            break;
        }
        case DecoderKind::ByteFallback:
            made.m_steps.emplace_back(textOfBytes);
            break;
        case DecoderKind::Fuse:
            made.m_steps.emplace_back(fuse);
            break;
        case DecoderKind::Strip:
            made.m_steps.emplace_back([step](Tokens& tokens) { strip(step, tokens); });
            break;
        case DecoderKind::Metaspace:
            made.m_steps.emplace_back([step](Tokens& tokens) { spacesOfMarks(step, tokens); });
            break;
        case DecoderKind::Bpe:
            made.m_steps.emplace_back(
                [suffix = step.content](Tokens& tokens) { spacesOfSuffixes(suffix, tokens); });
            break;
        }
    }
    return made;
}

std::string Decoder::decode(std::vector<std::string> tokens) const
{
    for (const Step& step : m_steps)
        step(tokens);
    return fmt::format("{}", fmt::join(tokens, m_steps.empty() ? " " : ""));
}

} // namespace mantissa
