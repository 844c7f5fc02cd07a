// SPDX-License-Identifier: Apache-2.0
#pragma once

// One file of units of bytes, each in three sections, on disk: two headers that are written by turns, a slot
// for each unit and one to spare for each size. A unit is written to the spare slot of its size and counts
// once the header names it, so that a kill at any moment leaves every unit whole: as it was, or as it is.
// Knows nothing of threads: the caller keeps the table.

#include "core/base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mantissa {

/// Bytes that files are read and written by at least.
constexpr std::int64_t filePage = 4096;
constexpr std::int64_t roundedUp(std::int64_t value, std::int64_t step)
{
    return (value + step - 1) / step * step;
}

/// Where the sections of a unit begin, in bytes from its start; whole pages. The first begins at 0.
struct UnitLayout {
    std::int64_t remainder = 0;
    std::int64_t moments = 0;
    std::int64_t end = 0;
    /// Of section 0, 1 or 2; of 3: the end.
    std::int64_t start(int section) const
    {
        return section == 0 ? 0 : section == 1 ? remainder : section == 2 ? moments : end;
    }
};

/// Where a unit is in the file, and what it is.
struct UnitEntry {
    std::int64_t offset = 0;
    std::int64_t step = -1; ///< the update whose result it is; -1: never written
    std::array<std::uint64_t, 3> checksums{};
};

/// What the header says, as a value.
struct UnitTable {
    std::vector<UnitEntry> entries{};
    std::int64_t sequence = 0; ///< grows with every commit
};

/// Eight lanes of multiply and xor: as fast as memory, and any changed word changes it.
std::uint64_t checksumOf(const std::byte* data, std::int64_t bytes);

class UnitFile {
public:
    /// Makes the file anew: space is checked and reserved. `owner` (a run's identity, at most 64 bytes) is
    /// written into it, and it is locked for as long as it is open. Errors: folder not there, too little
    /// space, a file of another owner in its place, in use by another process.
    static Result<UnitFile> make(
        const std::filesystem::path& file, std::vector<UnitLayout> units, const std::string& owner = {});
    /// Opens one that an earlier process left, with its last committed table. Errors: not there, of another
    /// owner, in use, made for other units, damaged.
    static Result<UnitFile> reopen(
        const std::filesystem::path& file, std::vector<UnitLayout> units, const std::string& owner = {});
    UnitFile(UnitFile&& other) noexcept;
    UnitFile& operator=(UnitFile&&) = delete;
    ~UnitFile();

    /// The table as it was opened.
    const UnitTable& opened() const { return m_opened; }
    /// Reads one section to `data` + its start, and checks its sum when asked. Empty, or what went wrong.
    std::string readSection(
        const UnitEntry& entry, std::size_t unit, int section, std::byte* data, bool verify) const;
    /// Writes the unit aside, makes it last, and then the header that names it. On success `table` says so.
    /// Empty, or what went wrong.
    std::string commit(UnitTable& table, std::size_t unit, std::int64_t step, const std::byte* data) const;

    const UnitLayout& layout(std::size_t unit) const { return m_layouts[unit]; }
    std::size_t units() const { return m_layouts.size(); }
    std::int64_t largestUnit() const;
    std::int64_t bytes() const { return m_bytes; }
    const std::filesystem::path& path() const { return m_path; }
    /// Wherever it was moved to meanwhile.
    void remove() const;
    /// What to tell: no O_DIRECT here, for example. Empty when there is nothing.
    const std::string& notice() const { return m_notice; }

private:
    UnitFile(std::filesystem::path path, std::vector<UnitLayout> layouts, const std::string& owner);
    Status openDescriptor(int flags);
    /// Locks the open file, and refuses one that another run made.
    Status claim() const;
    std::string transfer(bool write, std::byte* data, std::int64_t bytes, std::int64_t offset) const;
    std::string writeHeader(const UnitTable& table) const;
    Result<UnitTable> readHeader(int which) const;
    std::int64_t spareFor(const UnitTable& table, std::size_t unit) const;
    void dropCache(std::int64_t offset, std::int64_t bytes) const;
    std::uint64_t layoutHash() const;

    std::filesystem::path m_path;
    std::vector<UnitLayout> m_layouts;
    std::vector<std::int64_t>
        m_offsets{}; ///< of all slots: the units' first ones, then the spare ones by size
    std::vector<std::int64_t> m_spareSizes{};
    std::int64_t m_headerBytes = 0;
    std::int64_t m_bytes = 0;
    std::array<char, 64> m_owner{};
    int m_descriptor = -1;
    std::string m_notice{};
    UnitTable m_opened{};
};

} // namespace mantissa
