// SPDX-License-Identifier: Apache-2.0
#pragma once

// In which order rows are learned from: each once an epoch, as a seed says.

#include <cstdint>

namespace mantissa {

/// A permutation of 0 … size-1 that is a pure function of its keys and keeps nothing: any place of it is
/// found at once, so a resume needs to know only how many rows were consumed.
class Permutation {
public:
    /// `size` is at least 1.
    Permutation(std::int64_t size, std::uint64_t seed, std::uint64_t stream);
    std::int64_t at(std::int64_t place) const;

private:
    std::uint64_t scrambled(std::uint64_t value) const;
    std::uint64_t m_size = 1;
    std::uint64_t m_key = 0;
    int m_halfBits = 1; ///< of a number that is scrambled
};

/// The rows of all epochs, one after the other.
class RowOrder {
public:
    /// `rows` is at least 1.
    RowOrder(std::int64_t rows, std::int64_t seed)
        : m_rows(rows)
        , m_seed(seed)
    {
    }
    /// The row that is learned from when `consumed` were before.
    std::int64_t rowAt(std::int64_t consumed) const;
    std::int64_t epochAt(std::int64_t consumed) const { return consumed / m_rows; }
    /// How many rows so many epochs are, rounded up: 1.5 of 3 rows are 5.
    std::int64_t rowsOf(double epochs) const;

private:
    std::int64_t m_rows = 1;
    std::int64_t m_seed = 0;
};

} // namespace mantissa
