// SPDX-License-Identifier: Apache-2.0
#include "core/torch/numbers/number_statistics.h"

#include "core/torch/state/kernel_dispatch.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace mantissa {

namespace {

constexpr std::uint32_t withoutSign = 0x7FFFFFFFu;
constexpr std::uint32_t infinity = 0x7F800000u; // as bits
constexpr int ratioShift = 15; // a ratio is known by its exponent and 8 bits of mantissa
constexpr std::size_t ratioBins = std::size_t{1} << 16;
constexpr std::size_t blockSize = 256;

inline std::uint32_t bitsOf(float value) { return std::bit_cast<std::uint32_t>(value); }

inline float toBf16(float value)
{
    const std::uint32_t bits = bitsOf(value);
    const std::uint32_t rounded = (bits + 0x7FFFu + (bits >> 16 & 1u)) & 0xFFFF0000u;
    return (bits & withoutSign) < infinity ? std::bit_cast<float>(rounded) : value;
}

inline float toFp16(float value)
{
    constexpr float leastNormal = 0x1p-14f;
    constexpr float overflows = 65520.0f; // halfway to what would be the next number
    constexpr float magic = 0.75f; // its unit in the last place is FP16's least subnormal, 2^-24
    const std::uint32_t bits = bitsOf(value);
    const std::uint32_t sign = bits & ~withoutSign;
    const float size = std::bit_cast<float>(bits & withoutSign);
    const float normal = std::bit_cast<float>(((bits & withoutSign) + 0xFFFu + (bits >> 13 & 1u)) & ~0x1FFFu);
    const float small = (size + magic) - magic;
    float rounded = size < leastNormal ? small : normal;
    rounded = size >= overflows ? std::bit_cast<float>(infinity) : rounded;
    rounded = size != size ? size : rounded;
    return std::bit_cast<float>(bitsOf(rounded) | sign);
}

/// NaN and infinite numbers are counted, and left out of sums.
inline bool isFinite(float value) { return std::fabs(value) <= std::numeric_limits<float>::max(); }

struct Bf16Format {
    static float rounded(float value) { return toBf16(value); }
    static constexpr float largest = 0x1.FEp127f;
    static constexpr float leastNormal = 0x1p-126f;
    static constexpr float vanishes = 0x1p-134f; // half the least subnormal: a tie that goes to zero
};
struct Fp16Format {
    static float rounded(float value) { return toFp16(value); }
    static constexpr float largest = 65504.0f;
    static constexpr float leastNormal = 0x1p-14f;
    static constexpr float vanishes = 0x1p-25f;
};

template <class Format>
inline __attribute__((always_inline)) void countRange(const float* x, std::size_t n, RangeCounts& counts)
{
    std::int32_t overflow = 0;
    std::int32_t subnormal = 0;
    std::int32_t underflow = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const float size = std::fabs(x[i]);
        overflow += !(size <= Format::largest); // NaN too
        subnormal += size > Format::vanishes && size < Format::leastNormal;
        underflow += size > 0 && size <= Format::vanishes;
    }
    counts.overflow += overflow;
    counts.subnormal += subnormal;
    counts.underflow += underflow;
}

/// Sums of a block in FP32 by lane; lanes are added in double. A block is short enough for that.
constexpr std::size_t lanes = 16;
inline double sumOf(const float* lane)
{
    double sum = 0;
    for (std::size_t i = 0; i < lanes; ++i)
        sum += static_cast<double>(lane[i]);
    return sum;
}

template <class Format>
inline __attribute__((always_inline)) void addFormat(
    const float* before, const float* update, std::size_t n, FormatSums& sums)
{
    alignas(64) float effective[lanes] = {};
    alignas(64) float noise[lanes] = {};
    std::int32_t cancelled = 0;
    for (std::size_t i = 0; i < n; i += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const float w = before[i + lane];
            const float u = update[i + lane];
            const float held = Format::rounded(w);
            const float moved = Format::rounded(held + u);
            const float error = w - held;
            const bool fits = std::fabs(moved) <= Format::largest && std::fabs(held) <= Format::largest;
            effective[lane] += fits ? (moved - held) * u : 0.0f;
            noise[lane] += fits ? error * error : 0.0f;
            cancelled += u != 0 && moved == held;
        }
    sums.cancelled += cancelled;
    sums.effective += sumOf(effective);
    sums.noise += sumOf(noise);
}

/// Places short of a whole number of lanes hold zeros, which add nothing to sums and are no updates.
struct PaddedBlock {
    alignas(64) float before[blockSize];
    alignas(64) float update[blockSize];
    alignas(64) float ratio[blockSize];
    std::size_t padded = 0;
    double intended = 0;
    double signal = 0;
};

inline __attribute__((always_inline)) void load(
    PaddedBlock& block, const float* before, const float* after, std::size_t n)
{
    block.padded = (n + lanes - 1) / lanes * lanes;
    for (std::size_t i = 0; i < n; ++i) {
        block.before[i] = before[i];
        block.update[i] = after[i] - before[i];
        block.ratio[i] = std::fabs(block.update[i]) / std::fabs(before[i]);
    }
    for (std::size_t i = n; i < block.padded; ++i)
        block.before[i] = block.update[i] = 0;
    alignas(64) float intended[lanes] = {};
    alignas(64) float signal[lanes] = {};
    for (std::size_t i = 0; i < block.padded; i += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const float update = block.update[i + lane];
            const float weight = block.before[i + lane];
            intended[lane] += isFinite(update) ? update * update : 0.0f;
            signal[lane] += isFinite(weight) ? weight * weight : 0.0f;
        }
    block.intended = sumOf(intended);
    block.signal = sumOf(signal);
}

struct SumBlock {
    static inline __attribute__((always_inline)) void run(PaddedBlock& block, const float* before,
        const float* after, std::size_t n, FormatSums& bf16, FormatSums& fp16)
    {
        load(block, before, after, n);
        addFormat<Bf16Format>(block.before, block.update, block.padded, bf16);
        addFormat<Fp16Format>(block.before, block.update, block.padded, fp16);
        countRange<Bf16Format>(block.before, n, bf16.weights);
        countRange<Fp16Format>(block.before, n, fp16.weights);
    }
};

void sumBlock(PaddedBlock& block, const float* before, const float* after, std::size_t n, FormatSums& bf16,
    FormatSums& fp16)
{
    KernelVersions<SumBlock>::run(block, before, after, n, bf16, fp16);
}

struct CountGradients {
    static inline __attribute__((always_inline)) void run(
        const float* values, std::size_t n, FormatSums& bf16, FormatSums& fp16)
    {
        countRange<Bf16Format>(values, n, bf16.gradients);
        countRange<Fp16Format>(values, n, fp16.gradients);
    }
};

void countGradients(const float* values, std::size_t n, FormatSums& bf16, FormatSums& fp16)
{
    KernelVersions<CountGradients>::run(values, n, bf16, fp16);
}

inline void addExponent(ExponentHistogram& bins, float value)
{
    const std::uint32_t bits = bitsOf(value) & withoutSign;
    if (bits == 0)
        return;
    const int bin = static_cast<int>(bits >> 23) - 127 - firstExponentBin;
    ++bins[static_cast<std::size_t>(std::clamp(bin, 0, static_cast<int>(bins.size()) - 1))];
}

RangeShares sharesOf(const RangeCounts& counts, std::int64_t of)
{
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    if (of == 0)
        return {unknown, unknown, unknown};
    const auto all = static_cast<double>(of);
    return {static_cast<double>(counts.overflow) / all, static_cast<double>(counts.subnormal) / all,
        static_cast<double>(counts.underflow) / all};
}

/// The middle of the bin in which a share of all ratios is reached.
double quantileOf(const std::vector<std::uint32_t>& bins, std::int64_t count, double share)
{
    if (count == 0)
        return std::numeric_limits<double>::quiet_NaN();
    const auto rank = static_cast<std::int64_t>(share * static_cast<double>(count - 1));
    std::int64_t passed = 0;
    for (std::size_t bin = 0; bin < bins.size(); ++bin) {
        passed += bins[bin];
        if (passed > rank)
            return bin == 0 ? 0.0
                            : static_cast<double>(std::bit_cast<float>(
                                static_cast<std::uint32_t>(bin) << ratioShift | 1u << (ratioShift - 1)));
    }
    return std::numeric_limits<double>::infinity();
}

} // namespace

float roundedToBf16(float value) { return toBf16(value); }
float roundedToFp16(float value) { return toFp16(value); }

NumberSums::NumberSums()
    : m_ratios(ratioBins)
{
}

void NumberSums::clear()
{
    std::vector<std::uint32_t> ratios = std::move(m_ratios); // its room is kept
    std::fill(ratios.begin(), ratios.end(), 0u);
    *this = {};
    m_ratios = std::move(ratios);
}

void NumberSums::addBlock(const float* before, const float* after, std::size_t n)
{
    PaddedBlock block;
    sumBlock(block, before, after, n, m_bf16, m_fp16);
    m_intended += block.intended;
    m_signal += block.signal;
    for (std::size_t i = 0; i < n; ++i) {
        addExponent(m_weightExponents, block.before[i]);
        addExponent(m_updateExponents, block.update[i]);
        m_zeroUpdates += block.update[i] == 0;
        m_nans += std::isnan(before[i]);
        m_infinities += std::isinf(before[i]);
        if (block.before[i] != 0 && !std::isnan(block.ratio[i])) {
            ++m_ratios[bitsOf(block.ratio[i]) >> ratioShift];
            ++m_ratioCount;
        }
    }
    m_count += static_cast<std::int64_t>(n);
}

void NumberSums::addUpdates(std::span<const float> before, std::span<const float> after)
{
    for (std::size_t first = 0; first < before.size(); first += blockSize)
        addBlock(before.data() + first, after.data() + first, std::min(blockSize, before.size() - first));
}

void NumberSums::addGradients(std::span<const float> gradients, float scale)
{
    alignas(64) float values[blockSize];
    for (std::size_t first = 0; first < gradients.size(); first += blockSize) {
        const std::size_t n = std::min(blockSize, gradients.size() - first);
        for (std::size_t i = 0; i < n; ++i)
            values[i] = gradients[first + i] * scale;
        countGradients(values, n, m_bf16, m_fp16);
        for (std::size_t i = 0; i < n; ++i)
            addExponent(m_gradientExponents, values[i]);
    }
    m_gradients += static_cast<std::int64_t>(gradients.size());
}

void NumberSums::fill(NumberGroup& group) const
{
    const auto statistics = [&](const FormatSums& sums) {
        FormatStatistics format{
            .weights = sharesOf(sums.weights, m_count), .gradients = sharesOf(sums.gradients, m_gradients)};
        const std::int64_t updates = m_count - m_zeroUpdates;
        format.cancelled = updates > 0 ? static_cast<double>(sums.cancelled) / static_cast<double>(updates)
                                       : std::numeric_limits<double>::quiet_NaN();
        format.effectiveDescent
            = m_intended > 0 ? sums.effective / m_intended : std::numeric_limits<double>::quiet_NaN();
        format.sqnrDecibels = sums.noise > 0 ? 10 * std::log10(m_signal / sums.noise)
                                             : std::numeric_limits<double>::infinity();
        return format;
    };
    group.sampled = m_count;
    group.nans = m_nans;
    group.infinities = m_infinities;
    group.bf16 = statistics(m_bf16);
    group.fp16 = statistics(m_fp16);
    group.updateRatioMedian = quantileOf(m_ratios, m_ratioCount, 0.5);
    group.updateRatioP99 = quantileOf(m_ratios, m_ratioCount, 0.99);
    group.zeroUpdates = m_zeroUpdates;
    group.weightExponents = m_weightExponents;
    group.gradientExponents = m_gradientExponents;
    group.updateExponents = m_updateExponents;
}

} // namespace mantissa
