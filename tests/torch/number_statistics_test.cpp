// SPDX-License-Identifier: Apache-2.0
// The statistics kernel against the same definitions in plain code, element by element in double.

#include "core/record/run_event.h"
#include "core/torch/kernels/pair_element.h"
#include "core/torch/numbers/number_statistics.h"
#include "core/torch/state/pair.h"
#include "core/torch/state/random_values.h"

#include <QTest>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>

using namespace mantissa;

namespace {

/// Nearest BF16, ties to even, by looking at both neighbours.
float plainBf16(float value)
{
    if (!std::isfinite(value))
        return value;
    const auto down = std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) & 0xFFFF0000u);
    const auto up = std::bit_cast<float>((std::bit_cast<std::uint32_t>(value) & 0xFFFF0000u) + 0x10000u);
    const double below = std::fabs(static_cast<double>(value) - static_cast<double>(down));
    const double above = std::isfinite(up) ? std::fabs(static_cast<double>(up) - static_cast<double>(value))
                                           : std::ldexp(1.0, 127 - 7) - below;
    const bool isEven = (std::bit_cast<std::uint32_t>(down) >> 16 & 1u) == 0;
    return below < above || (below == above && isEven) ? down : up;
}
float plainFp16(float value) { return halfValue(halfBits(value)); }

FormatStatistics plainFormat(const std::vector<float>& before, const std::vector<float>& after,
    const std::vector<float>& gradients, const std::function<float(float)>& rounded, double largest,
    double leastNormal, double vanishes)
{
    const auto shares = [&](const std::vector<float>& values) {
        RangeShares counts;
        for (const float value : values) {
            const double size = std::fabs(static_cast<double>(value));
            counts.overflow += !(size <= largest);
            counts.subnormal += size > vanishes && size < leastNormal;
            counts.underflow += size > 0 && size <= vanishes;
        }
        const auto n = static_cast<double>(values.size());
        return RangeShares{counts.overflow / n, counts.subnormal / n, counts.underflow / n};
    };
    FormatStatistics format{.weights = shares(before), .gradients = shares(gradients)};
    double updates = 0, effective = 0, intended = 0, signal = 0, noise = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const float u = after[i] - before[i];
        const float held = rounded(before[i]);
        const float moved = rounded(held + u);
        intended += static_cast<double>(u) * u;
        signal += static_cast<double>(before[i]) * before[i];
        updates += u != 0;
        format.cancelled += u != 0 && moved == held;
        if (!std::isfinite(moved) || !std::isfinite(held))
            continue;
        effective += (static_cast<double>(moved) - held) * u;
        noise += std::pow(static_cast<double>(before[i]) - held, 2);
    }
    format.cancelled /= std::max(1.0, updates);
    format.effectiveDescent = effective / intended;
    format.sqnrDecibels = 10 * std::log10(signal / noise);
    return format;
}

std::vector<float> drawn(const char* name, float scale, std::size_t n)
{
    std::vector<float> values(n);
    fillNormal(values.data(), n, randomStream(7, name), 0, scale);
    return values;
}

void compareShares(const RangeShares& a, const RangeShares& b)
{
    QCOMPARE(a.overflow, b.overflow);
    QCOMPARE(a.subnormal, b.subnormal);
    QCOMPARE(a.underflow, b.underflow);
}

void compareShares(const FormatStatistics& a, const FormatStatistics& b)
{
    compareShares(a.weights, b.weights);
    compareShares(a.gradients, b.gradients);
    QCOMPARE(a.cancelled, b.cancelled);
    QVERIFY2(std::fabs(a.effectiveDescent - b.effectiveDescent) < 1e-5,
        qPrintable(QString::number(a.effectiveDescent - b.effectiveDescent)));
    QVERIFY2(std::fabs(a.sqnrDecibels - b.sqnrDecibels) < 1e-4,
        qPrintable(QString::number(a.sqnrDecibels - b.sqnrDecibels)));
}

double quantile(std::vector<double> values, double share)
{
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

} // namespace

class NumberStatisticsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roundingIsNearestEvenForAllSixteenBitNeighbourhoods()
    {
        // every 16-bit number of each format, what lies a little beside it, and the ties
        for (std::uint32_t high = 0; high < 65536; ++high) {
            for (const std::uint32_t low : {0u, 1u, 0x7FFFu, 0x8000u, 0x8001u, 0xFFFFu}) {
                const auto value = std::bit_cast<float>(high << 16 | low);
                if (std::isnan(value))
                    continue;
                QCOMPARE(std::bit_cast<std::uint32_t>(roundedToBf16(value)),
                    std::bit_cast<std::uint32_t>(plainBf16(value)));
                QCOMPARE(std::bit_cast<std::uint32_t>(roundedToFp16(value)),
                    std::bit_cast<std::uint32_t>(plainFp16(value)));
            }
            const float half = halfValue(static_cast<std::uint16_t>(high));
            for (const std::int32_t step : {-1, 0, 1}) {
                const auto beside = std::bit_cast<float>(
                    std::bit_cast<std::uint32_t>(half) + static_cast<std::uint32_t>(step));
                if (!std::isnan(beside))
                    QCOMPARE(std::bit_cast<std::uint32_t>(roundedToFp16(beside)),
                        std::bit_cast<std::uint32_t>(plainFp16(beside)));
            }
        }
    }
    void sumsEqualThePlainDefinitions()
    {
        for (const std::size_t n : {1u, 15u, 256u, 257u, 5003u}) { // no multiple of any vector
            std::vector<float> before = drawn("before", 0.02F, n);
            const std::vector<float> updates = drawn("update", 2e-5F, n);
            const std::vector<float> gradients = drawn("gradient", 3e-5F, n);
            std::vector<float> after(n);
            for (std::size_t i = 0; i < n; ++i) {
                before[i] *= i % 11 == 3 ? 1e-4F : 1.0F; // subnormal and vanishing ones in FP16
                before[i] *= i % 97 == 5 ? 1e-4F : 1.0F;
                after[i] = before[i] + (i % 7 == 0 ? 0.0F : updates[i]);
            }
            NumberSums sums;
            sums.addUpdates(before, after);
            sums.addGradients(gradients, 1.0F);
            NumberGroup group;
            sums.fill(group);
            QCOMPARE(group.sampled, static_cast<std::int64_t>(n));
            if (n == 1) // its only update is none
                continue;
            compareShares(
                group.bf16, plainFormat(before, after, gradients, plainBf16, 0x1.FEp127, 0x1p-126, 0x1p-134));
            compareShares(
                group.fp16, plainFormat(before, after, gradients, plainFp16, 65504, 0x1p-14, 0x1p-25));
            std::vector<double> ratios;
            std::int64_t zeros = 0;
            ExponentHistogram bins{};
            for (std::size_t i = 0; i < n; ++i) {
                const float u = after[i] - before[i];
                zeros += u == 0;
                ratios.push_back(std::fabs(static_cast<double>(u) / static_cast<double>(before[i])));
                ++bins[static_cast<std::size_t>(std::clamp(std::ilogb(before[i]) - firstExponentBin, 0, 63))];
            }
            QCOMPARE(group.zeroUpdates, zeros);
            QVERIFY(group.weightExponents == bins);
            QVERIFY(std::fabs(group.updateRatioMedian / quantile(ratios, 0.5) - 1) < 0.004);
            QVERIFY(std::fabs(group.updateRatioP99 / quantile(ratios, 0.99) - 1) < 0.004);
        }
    }
    void partsAddUpToTheWhole()
    {
        const std::vector<float> before = drawn("a", 0.02F, 1024);
        const std::vector<float> after = drawn("b", 0.02F, 1024);
        NumberSums whole;
        whole.addUpdates(before, after);
        NumberSums parts;
        for (std::size_t first = 0; first < 1024; first += 256)
            parts.addUpdates(std::span(before).subspan(first, 256), std::span(after).subspan(first, 256));
        NumberGroup a;
        NumberGroup b;
        whole.fill(a);
        parts.fill(b);
        QCOMPARE(a.bf16.effectiveDescent, b.bf16.effectiveDescent);
        QVERIFY(a.updateExponents == b.updateExponents);
        parts.clear();
        parts.fill(b);
        QCOMPARE(b.sampled, 0);
        QVERIFY(std::isnan(b.updateRatioMedian));
    }
    void whatOverflowsIsCountedAndLeftOutOfSums()
    {
        const std::vector<float> before{1e5F, 3.3955e38F, INFINITY, NAN, 1.0F};
        const std::vector<float> after{1e5F, 3.3955e38F, INFINITY, NAN, 1.5F};
        NumberSums sums;
        sums.addUpdates(before, after);
        NumberGroup group;
        sums.fill(group);
        QCOMPARE(group.fp16.weights.overflow, 0.8);
        QCOMPARE(group.bf16.weights.overflow, 0.6);
        QVERIFY(group.nans == std::optional<std::int64_t>(1));
        QVERIFY(group.infinities == std::optional<std::int64_t>(1));
        // of what is left: one update, which BF16 keeps whole
        QCOMPARE(group.bf16.effectiveDescent, 1.0);
        QVERIFY(!std::isnan(group.fp16.sqnrDecibels));
    }
    void whatNobodyLookedAtIsUnknownAndNotZero()
    {
        const std::vector<float> weights{1.0F, -2.0F};
        NumberSums sums;
        sums.addUpdates(weights, weights); // no update at all, and no gradients
        NumberGroup group;
        sums.fill(group);
        for (const FormatStatistics& format : {group.bf16, group.fp16}) {
            QVERIFY(std::isnan(format.cancelled) && std::isnan(format.effectiveDescent));
            QVERIFY(std::isnan(format.gradients.overflow) && std::isnan(format.gradients.underflow));
            QCOMPARE(format.weights.overflow, 0.0);
        }
        QVERIFY(group.nans == std::optional<std::int64_t>(0));
    }
    void whatIsUnknownGoesThroughTheLogAsSuch()
    {
        NumberGroup group{.name = "g", .elements = 2, .sampled = 2, .nans = 3};
        group.remainder.format = TensorsHeld::unknown;
        group.bf16.cancelled = NAN;
        const std::string line = toLine(NumbersMeasured{.groups = {group}});
        QVERIFY2(line.find(R"("remainder":"unknown","moments":null)") != std::string::npos, line.c_str());
        const auto event = parseLine(line);
        QVERIFY(event.has_value());
        const NumberGroup again = std::get<NumbersMeasured>(*event).groups.front();
        QCOMPARE(again.remainder.format, std::string(TensorsHeld::unknown));
        QVERIFY(again.nans == std::optional<std::int64_t>(3) && !again.infinities);
        QVERIFY(std::isnan(again.bf16.cancelled));
    }
    void theLossScaleIsTakenOutOfGradients()
    {
        const std::vector<float> gradients{6.0F, 0.0F};
        NumberSums sums;
        sums.addGradients(gradients, 1.0F / 1024);
        NumberGroup group;
        sums.fill(group);
        QCOMPARE(group.gradientExponents[static_cast<std::size_t>(-8 - firstExponentBin)],
            1); // 6 / 1024 is in [2^-8, 2^-7)
        QCOMPARE(std::count(group.gradientExponents.begin(), group.gradientExponents.end(), 1), 1);
    }
    void updatesThatVanishAreThoseBelowHalfAUnit()
    {
        const std::vector<float> before(4, 1.0F);
        const std::vector<float> after{1.0F + 0x1p-9F, 1.0F + 0x1.8p-8F, 1.0F,
            1.0F + 0x1p-12F}; // lost in BF16, kept, none, lost in both
        NumberSums sums;
        sums.addUpdates(before, after);
        NumberGroup group;
        sums.fill(group);
        QCOMPARE(group.zeroUpdates, 1);
        QCOMPARE(group.bf16.cancelled, 2.0 / 3);
        QCOMPARE(group.fp16.cancelled, 1.0 / 3); // its unit at 1 is 2^-10
    }
};

QTEST_APPLESS_MAIN(NumberStatisticsTest)
#include "number_statistics_test.moc"
