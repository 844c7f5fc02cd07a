// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/piece.h"

namespace mantissa {

void PieceWriter::diverge()
{
    m_isSame = false;
    m_text.reserve(m_source.text.size() + m_source.text.size() / 4);
    const std::size_t same = m_done;
    m_done = 0;
    keep(0, same);
}

void PieceWriter::keep(std::size_t from, std::size_t to)
{
    if (from == to)
        return;
    if (m_isSame && from == m_done) {
        m_done = to;
        return;
    }
    if (m_isSame)
        diverge();
    m_text += m_source.text.substr(from, to - from);
    for (std::size_t at = from; m_source.isTraced && at < to; ++at)
        m_origins.push_back(m_source.originAt(at));
    m_done = to;
}

void PieceWriter::put(std::string_view text, std::size_t from, std::size_t to)
{
    if (m_isSame)
        diverge();
    m_text += text;
    if (m_source.isTraced)
        m_origins.insert(m_origins.end(), text.size(), m_source.originAt(from));
    m_done = to;
}

Piece PieceWriter::finish()
{
    if (m_isSame && m_done == m_source.text.size())
        return m_source;
    if (m_isSame)
        return m_source.part(0, m_done);
    if (m_source.isTraced)
        m_origins.push_back(m_source.originAt(m_done));
    return {m_text, m_source.begin, m_source.isTraced ? m_origins.data() : nullptr, m_source.isFirst,
        m_source.isTraced};
}

} // namespace mantissa
