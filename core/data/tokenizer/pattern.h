// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a step of a tokenizer looks for in a text: words, or a regular expression by PCRE2.

#include "core/base/result.h"
#include "core/files/tokenizer_json.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct pcre2_real_code_8;
struct pcre2_real_match_data_8;
struct pcre2_real_match_context_8;
struct pcre2_real_jit_stack_8;

namespace mantissa {

/// What matching works in. One thread at a time.
class MatchRoom {
public:
    MatchRoom();
    ~MatchRoom();
    MatchRoom(const MatchRoom&) = delete;
    MatchRoom& operator=(const MatchRoom&) = delete;

    bool isEnded = false; ///< nobody wants more: searches find nothing

private:
    friend class Pattern;
    pcre2_real_match_data_8* m_found;
    pcre2_real_match_context_8* m_context;
    pcre2_real_jit_stack_8* m_stack;
};

/// Compiled once; any thread may search with it.
class Pattern {
public:
    static Result<Pattern> make(const tokenizer_json::Pattern& pattern);
    /// One of ours, which compiles.
    static Pattern ofRegex(std::string_view regex);

    struct Match {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    /// Matches from left to right that do not overlap. An empty one right behind another does not count.
    class Search {
    public:
        Search(const Pattern& pattern, std::string_view text, MatchRoom& room);
        Search(const Search&) = delete;
        Search& operator=(const Search&) = delete;
        /// False at the end.
        bool next(Match& match);

    private:
        const Pattern& m_pattern;
        std::optional<std::string> m_older; ///< newer_characters.h
        std::string_view m_text;
        MatchRoom& m_room;
        std::size_t m_from = 0;
        std::size_t m_lastEnd = std::string_view::npos;
    };

private:
    bool find(std::string_view text, std::size_t from, MatchRoom& room, Match& match) const;

    std::string m_literal;
    std::shared_ptr<const pcre2_real_code_8> m_code; ///< null: m_literal is looked for
    bool m_asksForSymbols = false;
};

} // namespace mantissa
