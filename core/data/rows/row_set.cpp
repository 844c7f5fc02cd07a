// SPDX-License-Identifier: Apache-2.0
#include "core/data/rows/row_set.h"

#include "core/data/rows/row_order.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace mantissa {

namespace {

double medianOf(std::vector<std::int64_t> lengths)
{
    if (lengths.empty())
        return 0;
    const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
    std::nth_element(lengths.begin(), middle, lengths.end());
    if (lengths.size() % 2 == 1)
        return static_cast<double>(*middle);
    return (static_cast<double>(*middle) + static_cast<double>(*std::max_element(lengths.begin(), middle)))
        / 2;
}

} // namespace

void EncodedRows::add(const EncodedRow& row, std::int64_t number)
{
    m_ids.insert(m_ids.end(), row.ids.begin(), row.ids.end());
    m_trained.insert(m_trained.end(), row.trained.begin(), row.trained.end());
    m_facts.push_back({static_cast<std::int64_t>(m_ids.size()), number, row.trainedTokens(), row.lostTokens});
}

double RowSetFacts::trainedShare() const
{
    return tokens > 0 ? static_cast<double>(trainedTokens) / static_cast<double>(tokens) : 0;
}

RowSet::RowSet(std::shared_ptr<const EncodedRows> all, std::vector<std::int64_t> chosen)
    : m_all(std::move(all))
    , m_chosen(std::move(chosen))
{
    std::vector<std::int64_t> lengths;
    lengths.reserve(m_chosen.size());
    m_facts.rows = rows();
    for (std::int64_t i = 0; i < rows(); ++i) {
        const Row each = row(i);
        const auto length = static_cast<std::int64_t>(each.ids.size());
        const std::int64_t lost
            = m_all->m_facts[static_cast<std::size_t>(m_chosen[static_cast<std::size_t>(i)])].lostTokens;
        lengths.push_back(length);
        m_facts.tokens += length;
        m_facts.trainedTokens += each.trainedTokens;
        m_facts.lostTokens += lost;
        m_facts.cutRows += lost > 0 ? 1 : 0;
        m_facts.shortest = i == 0 ? length : std::min(m_facts.shortest, length);
        if (length > m_facts.longest) {
            m_facts.longest = length;
            m_facts.longestNumber = each.number;
        }
    }
    m_facts.median = medianOf(std::move(lengths));
}

RowSet::Row RowSet::row(std::int64_t index) const
{
    const auto at = static_cast<std::size_t>(m_chosen[static_cast<std::size_t>(index)]);
    const EncodedRows::Facts& facts = m_all->m_facts[at];
    const auto begin = static_cast<std::size_t>(at == 0 ? 0 : m_all->m_facts[at - 1].end);
    const std::size_t length = static_cast<std::size_t>(facts.end) - begin;
    return {{m_all->m_ids.data() + begin, length}, {m_all->m_trained.data() + begin, length}, facts.number,
        facts.trainedTokens};
}

RowSet allRows(const std::shared_ptr<const EncodedRows>& rows)
{
    std::vector<std::int64_t> all(static_cast<std::size_t>(rows->rows()));
    std::iota(all.begin(), all.end(), 0);
    return {rows, std::move(all)};
}

std::pair<RowSet, RowSet> splitRows(
    const std::shared_ptr<const EncodedRows>& rows, double evaluationShare, std::int64_t seed)
{
    const std::int64_t all = rows->rows();
    assert(all >= 2);
    const std::int64_t evaluated
        = std::clamp<std::int64_t>(std::llround(evaluationShare * static_cast<double>(all)), 1, all - 1);
    constexpr std::uint64_t ownStream = UINT64_MAX; // no epoch's
    const Permutation drawn(all, static_cast<std::uint64_t>(seed), ownStream);
    std::vector<std::int64_t> training, evaluation;
    for (std::int64_t row = 0; row < all; ++row)
        (drawn.at(row) < evaluated ? evaluation : training).push_back(row);
    return {RowSet(rows, std::move(training)), RowSet(rows, std::move(evaluation))};
}

} // namespace mantissa
