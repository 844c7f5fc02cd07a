// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rows to learn from, encoded: what a trainer makes its batches of. Values that never change once made; any
// thread may ask.

#include "core/data/rows/encoded_row.h"

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace mantissa {

/// Rows one after the other, five bytes a token.
class EncodedRows {
public:
    /// `number` is the row's place in its file, from 1.
    void add(const EncodedRow& row, std::int64_t number);
    std::int64_t rows() const { return static_cast<std::int64_t>(m_facts.size()); }

private:
    friend class RowSet;
    struct Facts {
        std::int64_t end = 0; ///< one past its last token
        std::int64_t number = 0;
        std::int64_t trainedTokens = 0;
        std::int64_t lostTokens = 0;
    };
    std::vector<TokenId> m_ids{};
    std::vector<std::uint8_t> m_trained{};
    std::vector<Facts> m_facts{};
};

/// Numbers of a set, for people and for estimates. Lengths are tokens.
struct RowSetFacts {
    std::int64_t rows = 0;
    std::int64_t tokens = 0;
    std::int64_t trainedTokens = 0;
    std::int64_t shortest = 0;
    double median = 0;
    std::int64_t longest = 0;
    std::int64_t longestNumber = 0; ///< of the first that is so long, in its file, from 1
    std::int64_t cutRows = 0;
    std::int64_t lostTokens = 0; ///< that were cut off
    double trainedShare() const; ///< of the tokens, 0–1
};

class RowSet {
public:
    struct Row {
        std::span<const TokenId> ids{};
        std::span<const std::uint8_t> trained{}; ///< as in EncodedRow
        std::int64_t number = 0; ///< in its file, from 1
        std::int64_t trainedTokens = 0;
    };

    RowSet() = default;
    /// `chosen` are indices into the rows, in the order of this set.
    RowSet(std::shared_ptr<const EncodedRows> all, std::vector<std::int64_t> chosen);

    std::int64_t rows() const { return static_cast<std::int64_t>(m_chosen.size()); }
    Row row(std::int64_t index) const;
    const RowSetFacts& facts() const { return m_facts; }

private:
    std::shared_ptr<const EncodedRows> m_all{};
    std::vector<std::int64_t> m_chosen{};
    RowSetFacts m_facts{};
};

/// All rows; or a share of them, chosen by the seed, taken out for evaluation: {to learn from, for
/// evaluation}, both in the order of the file. At least one row is in each; there must be two.
RowSet allRows(const std::shared_ptr<const EncodedRows>& rows);
std::pair<RowSet, RowSet> splitRows(
    const std::shared_ptr<const EncodedRows>& rows, double evaluationShare, std::int64_t seed);

} // namespace mantissa
