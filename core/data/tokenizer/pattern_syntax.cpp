// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/pattern_syntax.h"

#include "core/base/shown_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace mantissa {

namespace {

/// Inside of a class. Perl's \s takes U+180E for a blank, and its \w knows no marks.
constexpr std::string_view blanks
    = R"(\x09-\x0D\x20\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000})";
constexpr std::string_view wordCharacters
    = R"(\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{B2}\x{B3}\x{B9}\x{BC}-\x{BE}\x{24B6}-\x{24E9}\x{1F130}-\x{1F149}\x{1F150}-\x{1F169}\x{1F170}-\x{1F189})";
constexpr std::string_view hexDigits = "0-9A-Fa-f";

/// One walk over an expression.
class Translation {
public:
    explicit Translation(std::string_view ruby)
        : m_ruby(ruby)
    {
    }
    Result<std::string> run()
    {
        while (m_at < m_ruby.size() && m_problem.empty())
            step();
        if (!m_problem.empty())
            return fail(m_problem);
        return std::move(m_perl);
    }

private:
    bool isNext(std::string_view text) const { return m_ruby.substr(m_at).starts_with(text); }
    void copy(std::size_t bytes)
    {
        m_perl += m_ruby.substr(m_at, bytes);
        m_at += bytes;
    }
    void refuse(std::string_view what)
    {
        m_problem = fmt::format("has {} at byte {}, which is not understood here", what, m_at);
    }
    void step();
    void escape();
    void inClass();
    void group();
    void braces();
    void classOf(std::string_view members, bool isNegated);

    std::string_view m_ruby;
    std::size_t m_at = 0;
    bool m_isInClass = false;
    std::string m_perl;
    std::string m_problem;
};

void Translation::step()
{
    if (m_ruby[m_at] == '\\')
        escape();
    else if (m_isInClass)
        inClass();
    else if (m_ruby[m_at] == '(')
        group();
    else if (m_ruby[m_at] == '{')
        braces();
    else if (m_ruby[m_at] == '[') {
        m_isInClass = true;
        copy(isNext("[^") ? 2 : 1);
        if (isNext("]"))
            refuse("an empty class");
    } else {
        copy(1);
    }
}

void Translation::classOf(std::string_view members, bool isNegated)
{
    if (m_isInClass && isNegated)
        return refuse(fmt::format("'\\{}' in a class", m_ruby[m_at + 1]));
    m_perl += m_isInClass ? std::string(members) : fmt::format("[{}{}]", isNegated ? "^" : "", members);
    m_at += 2;
}

void Translation::escape()
{
    if (m_at + 1 >= m_ruby.size())
        return refuse("a backslash with nothing behind it");
    const char letter = m_ruby[m_at + 1];
    if (letter == 's' || (letter == 'S' && !m_isInClass))
        return classOf(blanks, letter == 'S');
    if (letter == 'w' || letter == 'W')
        return classOf(wordCharacters, letter == 'W');
    if (letter == 'h' || letter == 'H')
        return classOf(hexDigits, letter == 'H');
    // what is left of the letters: the same in both
    constexpr std::string_view same = "pPdDnrtfvaexuAzZ";
    if (std::isalpha(static_cast<unsigned char>(letter)) != 0 && same.find(letter) == std::string_view::npos
        && letter != 'S')
        return refuse(fmt::format("'\\{}'", letter));
    if (letter == 'S') { // White_Space is what \s of the reference is
        m_perl += R"(\P{White_Space})";
        m_at += 2;
    } else if (letter == 'u') { // \uHHHH
        constexpr std::size_t digits = 4;
        const std::string_view code = m_ruby.substr(m_at + 2, digits);
        const bool isWhole = code.size() == digits
            && std::all_of(code.begin(), code.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
        if (!isWhole)
            return refuse("'\\u' without four digits");
        m_perl += fmt::format("\\x{{{}}}", code);
        m_at += 2 + digits;
    } else {
        copy(2);
        const auto end = m_ruby.find('}', m_at);
        if ((letter == 'p' || letter == 'P' || letter == 'x') && isNext("{") && end != std::string_view::npos)
            copy(end + 1 - m_at);
    }
}

void Translation::inClass()
{
    if (isNext("&&"))
        return refuse("'&&' in a class");
    if (isNext("[:")) {
        const auto end = m_ruby.find(":]", m_at);
        if (end == std::string_view::npos)
            return refuse("'[:' without an end");
        return copy(end + 2 - m_at);
    }
    if (isNext("["))
        return refuse("a class in a class");
    if (isNext("]"))
        m_isInClass = false;
    copy(1);
}

void Translation::group()
{
    constexpr std::array<std::string_view, 6> same = {"(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>"};
    for (const std::string_view opening : same)
        if (isNext(opening))
            return copy(opening.size());
    if (isNext("(*"))
        return refuse("'(*'");
    if (isNext("(?")) {
        // options that mean the same: i and x, on or off
        const auto end = m_ruby.find_first_not_of("ix-", m_at + 2);
        const bool isOption
            = end != std::string_view::npos && end > m_at + 2 && (m_ruby[end] == ')' || m_ruby[end] == ':');
        if (!isOption)
            return refuse(fmt::format("'{}'", shown(m_ruby.substr(m_at, 4))));
        return copy(end + 1 - m_at);
    }
    copy(1);
}

void Translation::braces()
{
    const auto end = m_ruby.find('}', m_at);
    const std::string_view inside
        = end == std::string_view::npos ? std::string_view() : m_ruby.substr(m_at + 1, end - m_at - 1);
    const bool isCount = !inside.empty() && inside.find_first_not_of("0123456789,") == std::string_view::npos;
    if (!isCount) {
        m_perl += '\\'; // a brace
        return copy(1);
    }
    if (m_ruby.substr(end + 1).starts_with('+'))
        return refuse("'+' behind a count"); // again there, and never less here
    m_perl += inside.starts_with(',') ? fmt::format("{{0{}}}", inside) : fmt::format("{{{}}}", inside);
    m_at = end + 1;
}

} // namespace

Result<std::string> perlSyntaxOf(std::string_view ruby) { return Translation(ruby).run(); }

} // namespace mantissa
