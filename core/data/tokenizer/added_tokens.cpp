// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/added_tokens.h"

#include "core/data/tokenizer/characters.h"

#include <algorithm>

namespace mantissa {

namespace {

bool isWordAround(std::string_view text, std::size_t begin, std::size_t end)
{
    return (begin > 0 && isWordCharacter(characterBefore(text, begin).code))
        || (end < text.size() && isWordCharacter(characterAt(text, end).code));
}

std::size_t withoutBlanksBefore(std::string_view text, std::size_t begin)
{
    while (begin > 0 && isWhitespace(characterBefore(text, begin).code))
        begin -= characterBefore(text, begin).bytes;
    return begin;
}

std::size_t behindBlanks(std::string_view text, std::size_t end)
{
    while (end < text.size() && isWhitespace(characterAt(text, end).code))
        end += characterAt(text, end).bytes;
    return end;
}

} // namespace

AddedTokens::AddedTokens()
    : m_nodes(1)
{
}

void AddedTokens::add(const tokenizer_json::AddedToken& token, std::string_view content)
{
    if (content.empty())
        return;
    std::size_t node = 0;
    for (const char c : content) {
        const auto byte = static_cast<unsigned char>(c);
        const auto& next = m_nodes[node].next;
        const auto found
            = std::find_if(next.begin(), next.end(), [&](const auto& edge) { return edge.first == byte; });
        if (found != next.end()) {
            node = found->second;
            continue;
        }
        m_nodes[node].next.emplace_back(byte, m_nodes.size());
        node = m_nodes.size();
        m_nodes.emplace_back();
    }
    if (m_nodes[node].token >= 0)
        return;
    m_nodes[node].token = static_cast<int>(m_tokens.size());
    m_tokens.push_back(token);
    m_begins[static_cast<unsigned char>(content.front())] = true;
}

AddedTokens::Found AddedTokens::longestAt(std::string_view text, std::size_t at) const
{
    Found found;
    std::size_t node = 0;
    for (; at < text.size(); ++at) {
        const auto& next = m_nodes[node].next;
        const auto byte = static_cast<unsigned char>(text[at]);
        const auto edge
            = std::find_if(next.begin(), next.end(), [&](const auto& e) { return e.first == byte; });
        if (edge == next.end())
            break;
        node = edge->second;
        if (m_nodes[node].token >= 0)
            found = {m_nodes[node].token, at + 1};
    }
    return found;
}

void AddedTokens::split(const Piece& piece, const Take& take) const
{
    const std::string_view text = piece.text;
    std::size_t done = 0;
    const auto takeText = [&](std::size_t to) {
        if (done < to)
            take(piece.part(done, to), nullptr);
    };
    for (std::size_t at = 0; !m_tokens.empty() && at < text.size();) {
        const bool begins = m_begins[static_cast<unsigned char>(text[at])];
        const Found found = begins ? longestAt(text, at) : Found{};
        if (found.token < 0) {
            ++at;
            continue;
        }
        const auto& token = m_tokens[static_cast<std::size_t>(found.token)];
        std::size_t begin = std::exchange(at, found.end);
        if (token.isSingleWord && isWordAround(text, begin, found.end))
            continue;
        if (token.takesBlanksLeft)
            begin = std::max(withoutBlanksBefore(text, begin), done);
        const std::size_t end = token.takesBlanksRight ? behindBlanks(text, found.end) : found.end;
        takeText(begin);
        take(piece.part(std::min(begin, end), end), &token);
        done = end;
    }
    takeText(text.size());
}

} // namespace mantissa
