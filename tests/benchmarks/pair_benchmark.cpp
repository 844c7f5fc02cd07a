// SPDX-License-Identifier: Apache-2.0
// The exact cast over every FP32 bit pattern there is, in BF16 and in FP16 pairs, and its speed against
// memcpy.

#include "core/torch/state/pair.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstring>
#include <thread>
#include <vector>

using namespace mantissa;

namespace {

constexpr std::uint64_t patterns = std::uint64_t{1} << 32;
constexpr std::size_t chunk = 1 << 20;

struct Totals {
    std::atomic<std::int64_t> bf16Mismatches = 0;
    std::atomic<std::int64_t> fp16Mismatches = 0;
    std::atomic<std::int64_t> escapes = 0;
    std::atomic<std::int64_t> finiteInRange = 0; // finite, |w| in [1.517e-5, 65,520)
    std::atomic<std::int64_t> finiteInRangeEscapes = 0;
};

void checkChunk(std::uint64_t first, Totals& totals)
{
    std::vector<float> from(chunk), back(chunk);
    std::vector<std::uint16_t> high(chunk), low(chunk);
    std::vector<std::int16_t> low16(chunk);
    for (std::size_t i = 0; i < chunk; ++i)
        from[i] = std::bit_cast<float>(static_cast<std::uint32_t>(first + i));
    std::int64_t wrong = splitBf16(from.data(), high.data(), low.data(), chunk);
    wrong += joinBf16(high.data(), low.data(), back.data(), chunk);
    for (std::size_t i = 0; i < chunk; ++i)
        wrong += std::bit_cast<std::uint32_t>(back[i]) != std::bit_cast<std::uint32_t>(from[i]);
    totals.bf16Mismatches += wrong;
    std::vector<PairEscape> escapes;
    wrong = splitFp16(from.data(), high.data(), low16.data(), chunk, 0, escapes);
    joinFp16(high.data(), low16.data(), back.data(), chunk);
    const auto inRange = [](float w) { return std::abs(w) >= 1.517e-5F && std::abs(w) < 65520.0F; };
    for (const PairEscape& escape : escapes) {
        back[static_cast<std::size_t>(escape.index)] = std::bit_cast<float>(escape.bits);
        totals.finiteInRangeEscapes += inRange(from[static_cast<std::size_t>(escape.index)]);
    }
    for (std::size_t i = 0; i < chunk; ++i) {
        wrong += std::bit_cast<std::uint32_t>(back[i]) != std::bit_cast<std::uint32_t>(from[i]);
        totals.finiteInRange += inRange(from[i]);
    }
    totals.fp16Mismatches += wrong;
    totals.escapes += static_cast<std::int64_t>(escapes.size());
}

/// Ratio of memcpy's time for the same 8 bytes a weight (4 read, 4 written) to the split's; one thread,
/// alternating.
double speedAgainstMemcpy(double& least, double& most)
{
    constexpr std::size_t n = 1 << 24;
    std::vector<float> from(n, 0.1F), copy(n);
    std::vector<std::uint16_t> high(n), low(n);
    std::vector<double> ratios;
    using Clock = std::chrono::steady_clock;
    for (int i = 0; i < 9; ++i) {
        const auto a = Clock::now();
        std::memcpy(copy.data(), from.data(), n * sizeof(float));
        const auto b = Clock::now();
        if (splitBf16(from.data(), high.data(), low.data(), n) != 0)
            return 0;
        const auto c = Clock::now();
        if (i >= 2) // the first touch pages
            ratios.push_back(
                std::chrono::duration<double>(b - a).count() / std::chrono::duration<double>(c - b).count());
    }
    std::sort(ratios.begin(), ratios.end());
    least = ratios.front();
    most = ratios.back();
    return ratios[ratios.size() / 2];
}

} // namespace

int main()
{
    Totals totals;
    std::atomic<std::uint64_t> next = 0;
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i)
            threads.emplace_back([&] {
                for (std::uint64_t first = next.fetch_add(chunk); first < patterns;
                     first = next.fetch_add(chunk))
                    checkChunk(first, totals);
            });
    }
    fmt::print("patterns {}\nBF16 pairs: {} mismatches\nFP16 pairs: {} mismatches, {} escapes\n", patterns,
        totals.bf16Mismatches.load(), totals.fp16Mismatches.load(), totals.escapes.load());
    fmt::print("FP16, finite with |w| in [1.517e-5, 65520): {} patterns, {} escapes\n",
        totals.finiteInRange.load(), totals.finiteInRangeEscapes.load());
    double least = 0;
    double most = 0;
    const double ratio = speedAgainstMemcpy(least, most);
    fmt::print("BF16 split against memcpy of the same bytes, one thread: {:.2f} [{:.2f}, {:.2f}] n=7\n",
        ratio, least, most);
    return totals.bf16Mismatches == 0 && totals.fp16Mismatches == 0 ? 0 : 1;
}
