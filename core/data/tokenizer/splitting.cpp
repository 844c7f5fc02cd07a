// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/splitting.h"

namespace mantissa {

using tokenizer_json::SplitBehavior;

void Cutter::match(std::size_t begin, std::size_t end)
{
    if (m_done != begin)
        add(m_done, begin, m_splitting.isInverted);
    add(begin, end, !m_splitting.isInverted);
    m_done = end;
}

void Cutter::finish()
{
    if (m_done != m_piece.text.size())
        add(m_done, m_piece.text.size(), m_splitting.isInverted);
    close();
}

void Cutter::add(std::size_t begin, std::size_t end, bool isMatch)
{
    const bool wasMatch = m_openIsMatch;
    m_openIsMatch = isMatch;
    bool joins = false;
    switch (m_splitting.behavior) {
    case SplitBehavior::Removed:
        if (isMatch)
            return;
        break;
    case SplitBehavior::Isolated:
        break;
    case SplitBehavior::Contiguous:
        joins = isMatch == wasMatch;
        break;
    case SplitBehavior::MergedWithPrevious: // one match goes with what stands before it; the next stands
                                            // alone
        joins = isMatch && !wasMatch;
        break;
    case SplitBehavior::MergedWithNext: // of several in a row, the last
        joins = !isMatch && wasMatch;
        break;
    }
    if (joins && m_openEnd == begin)
        m_openEnd = end;
    else
        open(begin, end);
}

void Cutter::open(std::size_t begin, std::size_t end)
{
    close();
    m_openBegin = begin;
    m_openEnd = end;
}

void Cutter::close()
{
    if (m_openBegin < m_openEnd)
        m_take(m_piece.part(m_openBegin, m_openEnd));
    m_openBegin = m_openEnd;
}

void splitBy(
    const Pattern& pattern, Splitting splitting, const Piece& piece, MatchRoom& room, const TakePiece& take)
{
    Cutter cutter(splitting, piece, take);
    Pattern::Search search(pattern, piece.text, room);
    for (Pattern::Match match; search.next(match);)
        cutter.match(match.begin, match.end);
    cutter.finish();
}

} // namespace mantissa
