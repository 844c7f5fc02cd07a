// SPDX-License-Identifier: Apache-2.0
#define PCRE2_CODE_UNIT_WIDTH 8 // NOLINT: what its header asks for
#include "core/data/tokenizer/pattern.h"

#include "core/base/shown_text.h"
#include "core/data/tokenizer/characters.h"
#include "core/data/tokenizer/newer_characters.h"
#include "core/data/tokenizer/pattern_syntax.h"

#include <fmt/format.h>
#include <pcre2.h>

#include <array>
#include <cassert>
#include <cstdint>
#include <new>

namespace mantissa {

namespace {

constexpr std::size_t smallestStack = 32 * 1024; // of compiled matching
constexpr std::size_t largestStack = std::size_t{8} << 20;
constexpr std::size_t shownBytes = 80;

std::string wordsOf(int error)
{
    std::array<PCRE2_UCHAR, 256> words{};
    pcre2_get_error_message(error, words.data(), words.size());
    return reinterpret_cast<const char*>(words.data());
}

PCRE2_SPTR unitsOf(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

Result<std::shared_ptr<const pcre2_code>> compiled(std::string_view regex)
{
    const auto refused = [&](std::string_view finding) {
        return fail(
            fmt::format("the regular expression '{}' {}", shown(regex.substr(0, shownBytes)), finding));
    };
    const auto perl = perlSyntaxOf(regex);
    if (!perl)
        return refused(perl.error().message);
    const std::unique_ptr<pcre2_compile_context, decltype(&pcre2_compile_context_free)> context(
        pcre2_compile_context_create(nullptr), pcre2_compile_context_free);
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    int error = 0;
    PCRE2_SIZE at = 0;
    // Ruby's ^ and $ are edges of lines
    std::shared_ptr<pcre2_code> code(
        pcre2_compile(unitsOf(*perl), perl->size(),
            PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C, &error, &at, context.get()),
        pcre2_code_free);
    if (!code)
        return refused(fmt::format("does not compile: {} (at byte {})", wordsOf(error), at));
    // where it cannot be made machine code, it is interpreted with the same result
    static_cast<void>(pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE));
    return code;
}

} // namespace

MatchRoom::MatchRoom()
    : m_found(pcre2_match_data_create(1, nullptr))
    , m_context(pcre2_match_context_create(nullptr))
    , m_stack(pcre2_jit_stack_create(smallestStack, largestStack, nullptr))
{
    if (!m_found || !m_context || !m_stack)
        throw std::bad_alloc();
    pcre2_jit_stack_assign(m_context, nullptr, m_stack);
    // a search ends when it is done: there is no other answer that would be right
    pcre2_set_match_limit(m_context, UINT32_MAX);
    pcre2_set_depth_limit(m_context, UINT32_MAX);
    pcre2_set_heap_limit(m_context, UINT32_MAX);
}

MatchRoom::~MatchRoom()
{
    pcre2_match_data_free(m_found);
    pcre2_match_context_free(m_context);
    pcre2_jit_stack_free(m_stack);
}

Result<Pattern> Pattern::make(const tokenizer_json::Pattern& pattern)
{
    Pattern made;
    if (!pattern.isRegex) {
        made.m_literal = pattern.text;
        return made;
    }
    auto code = compiled(pattern.text);
    if (!code)
        return fail(code.error());
    made.m_code = std::move(*code);
    for (const auto* property : {"\\p{S", "\\p{P", "\\P{S", "\\P{P"})
        made.m_asksForSymbols = made.m_asksForSymbols || pattern.text.find(property) != std::string::npos;
    return made;
}

Pattern Pattern::ofRegex(std::string_view regex)
{
    auto made = make({std::string(regex), true});
    assert(made.has_value());
    return std::move(*made);
}

bool Pattern::find(std::string_view text, std::size_t from, MatchRoom& room, Match& match) const
{
    if (!m_code) {
        match.begin = text.find(m_literal, from);
        match.end = match.begin + m_literal.size();
        return match.begin != std::string_view::npos;
    }
    const auto search = [&](std::uint32_t options) {
        return pcre2_match(m_code.get(), unitsOf(text), text.size(), from, PCRE2_NO_UTF_CHECK | options,
            room.m_found, room.m_context);
    };
    int found = search(0);
    if (found == PCRE2_ERROR_JIT_STACKLIMIT)
        found = search(PCRE2_NO_JIT);
    if (found == PCRE2_ERROR_NOMEMORY)
        throw std::bad_alloc();
    if (found < 0)
        return false;
    const PCRE2_SIZE* edges = pcre2_get_ovector_pointer(room.m_found);
    match = {edges[0], edges[1]};
    return true;
}

Pattern::Search::Search(const Pattern& pattern, std::string_view text, MatchRoom& room)
    : m_pattern(pattern)
    , m_older(pattern.m_code ? withOlderCharacters(text, pattern.m_asksForSymbols) : std::nullopt)
    , m_text(m_older ? *m_older : text)
    , m_room(room)
{
}

bool Pattern::Search::next(Match& match)
{
    while (!m_room.isEnded && m_from <= m_text.size() && m_pattern.find(m_text, m_from, m_room, match)) {
        if (match.begin == match.end && match.end == m_lastEnd) {
            m_from += m_from < m_text.size() ? characterAt(m_text, m_from).bytes : 1;
            continue;
        }
        m_from = m_lastEnd = match.end;
        return true;
    }
    return false;
}

} // namespace mantissa
