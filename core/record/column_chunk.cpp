// SPDX-License-Identifier: Apache-2.0
#include "core/record/column_chunk.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <unordered_map>
#include <utility>

namespace mantissa {

namespace {

constexpr std::size_t mostColours = 256;

/// The different values in order of appearance, told apart by their bits; fewer than all of them when there
/// are too many.
struct Palette {
    std::vector<float> colours{};
    std::vector<std::uint8_t> codes{};
    bool isComplete = true;
};

Palette paletteOf(const std::vector<float>& values)
{
    Palette palette;
    std::unordered_map<std::uint32_t, std::uint8_t> known;
    palette.codes.reserve(values.size());
    std::uint32_t last = 0;
    for (const float value : values) {
        const auto bits = std::bit_cast<std::uint32_t>(value);
        if (!palette.codes.empty() && bits == last) {
            palette.codes.push_back(palette.codes.back());
            continue;
        }
        last = bits;
        const auto [at, isNew] = known.try_emplace(bits, static_cast<std::uint8_t>(palette.colours.size()));
        if (isNew && palette.colours.size() == mostColours) {
            palette.isComplete = false;
            return palette;
        }
        if (isNew)
            palette.colours.push_back(value);
        palette.codes.push_back(at->second);
    }
    return palette;
}

unsigned bitsFor(std::size_t colours)
{
    for (const unsigned bits : {0U, 1U, 2U, 4U})
        if (colours <= std::size_t{1} << bits)
            return bits;
    return 8;
}

} // namespace

void ColumnChunk::append(float value)
{
    assert(!isFull());
    m_values.push_back(value);
    ++m_size;
    auto& [sixteen, coarse, whole] = m_openBlocks;
    sixteen = merge(sixteen, rangeOf(value));
    if (m_size % fineBlock == 0) {
        m_fine.push_back({sixteen.least, sixteen.most, static_cast<float>(sixteen.sum)});
        m_counts.push_back(static_cast<std::uint8_t>(sixteen.count));
        coarse = merge(coarse, std::exchange(sixteen, {}));
    }
    if (m_size % coarseBlock == 0) {
        m_coarse.push_back(coarse);
        whole = merge(whole, std::exchange(coarse, {}));
    }
    if (isFull())
        seal();
}

void ColumnChunk::seal()
{
    const auto isComplete = [](std::uint8_t count) { return count == fineBlock; };
    if (std::all_of(m_counts.begin(), m_counts.end(), isComplete))
        m_counts = std::vector<std::uint8_t>(); // {} would keep the room
    m_coarse.shrink_to_fit();
    Palette palette = paletteOf(m_values);
    if (!palette.isComplete)
        return;
    m_codeBits = bitsFor(palette.colours.size());
    m_values = std::move(palette.colours);
    m_values.shrink_to_fit();
    if (m_codeBits == 0) {
        m_fine = std::vector<Fine>();
        m_counts = std::vector<std::uint8_t>();
        m_coarse = std::vector<RangeSummary>();
        return;
    }
    m_codes.assign(static_cast<std::size_t>(capacity) * m_codeBits / 8, 0);
    for (std::size_t i = 0; i < palette.codes.size(); ++i) {
        const std::size_t bit = i * m_codeBits;
        m_codes[bit / 8] = static_cast<std::uint8_t>(m_codes[bit / 8] | palette.codes[i] << bit % 8);
    }
}

RangeSummary ColumnChunk::fine(std::int64_t n) const
{
    if (m_codeBits == 0) {
        const RangeSummary one = rangeOf(m_values[0]);
        return {one.least, one.most, one.sum * fineBlock, one.count * fineBlock};
    }
    const Fine& block = m_fine[static_cast<std::size_t>(n)];
    return {block.least, block.most, block.sum,
        m_counts.empty() ? fineBlock : m_counts[static_cast<std::size_t>(n)]};
}

RangeSummary ColumnChunk::coarse(std::int64_t n) const
{
    if (m_codeBits != 0)
        return m_coarse[static_cast<std::size_t>(n)];
    const RangeSummary one = rangeOf(m_values[0]);
    return {one.least, one.most, one.sum * coarseBlock, one.count * coarseBlock};
}

std::size_t ColumnChunk::memoryBytes() const
{
    return sizeof(*this) + m_values.capacity() * sizeof(float) + m_codes.capacity()
        + m_fine.capacity() * sizeof(Fine) + m_counts.capacity() + m_coarse.capacity() * sizeof(RangeSummary);
}

} // namespace mantissa
