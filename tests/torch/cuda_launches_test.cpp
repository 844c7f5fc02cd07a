// SPDX-License-Identifier: Apache-2.0
// The kernels of a card on the CPU (tests/support/cuda_on_cpu), against the CPU's own: the same bits; for the
// loss, the same numbers.

#include "core/torch/cuda/launches.h"
#include "core/torch/kernels/pair_element.h"
#include "core/torch/state/pair.h"
#include "core/torch/state/random_values.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <cuda_runtime.h>
#include <limits>
#include <vector>

using namespace mantissa;

namespace {

std::vector<float> normals(const char* name, std::size_t n, float scale)
{
    std::vector<float> values(n);
    fillNormal(values.data(), n, randomStream(5, name), 0, scale);
    return values;
}

/// All exponents and all kinds of low halves, NaN and infinities among them.
std::vector<float> patterns()
{
    std::vector<float> values;
    for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32; bits += 262139)
        values.push_back(floatOf(static_cast<std::uint32_t>(bits)));
    return values;
}

template <class T> bool sameBits(const std::vector<T>& a, const std::vector<T>& b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

/// A weight with all that may belong to it.
struct State {
    explicit State(std::size_t n, float weights = 0.05F)
        : value(normals("w", n, weights))
        , high(n)
        , low(n)
        , m(normals("m", n, 0.1F))
        , v(n)
        , m8(n)
        , v8(n)
        , mScale((n + momentBlock - 1) / momentBlock)
        , vScale(mScale.size())
    {
        splitBf16(value.data(), high.data(), low.data(), n);
        for (std::size_t i = 0; i < n; ++i)
            v[i] = m[i] * m[i];
    }
    std::vector<float> value;
    std::vector<std::uint16_t> high, low;
    std::vector<float> m, v;
    std::vector<std::int8_t> m8;
    std::vector<std::uint8_t> v8;
    std::vector<float> mScale, vScale;

    AdamwSlice slice(bool isPair, bool keepsLow, bool isStochastic, bool isInt8)
    {
        AdamwSlice slice{.n = value.size(), .isStochastic = isStochastic, .noise = 0x123456789ABCDEFu};
        (isPair ? void(slice.high = high.data()) : void(slice.value = value.data()));
        slice.low = keepsLow ? low.data() : nullptr;
        if (isInt8)
            slice.m8 = m8.data(), slice.v8 = v8.data(), slice.mScale = mScale.data(),
            slice.vScale = vScale.data();
        else
            slice.m = m.data(), slice.v = v.data();
        return slice;
    }
    bool operator==(const State& o) const
    {
        return sameBits(value, o.value) && high == o.high && low == o.low && sameBits(m, o.m)
            && sameBits(v, o.v) && m8 == o.m8 && v8 == o.v8 && sameBits(mScale, o.mScale)
            && sameBits(vScale, o.vScale);
    }
};

constexpr struct {
    bool isPair, keepsLow, isStochastic;
} forms[] = {{false, false, false}, {true, true, false}, {true, false, false}, {true, false, true}};

} // namespace

class CudaLaunchesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { cuda_on_cpu::mostBlocks = ~0u; }

    void bf16PairsHaveTheBitsOfTheCpu()
    {
        cuda_on_cpu::mostBlocks = 3; // fewer threads than elements
        const std::vector<float> from = patterns();
        const std::size_t n = from.size();
        std::vector<std::uint16_t> high(n), low(n), high1(n), low1(n);
        std::vector<float> back(n);
        DeviceCount counts[2] = {};
        QCOMPARE(launchSplitBf16(from.data(), high.data(), low.data(), n, counts, nullptr), cudaSuccess);
        QCOMPARE(launchJoinBf16(high.data(), low.data(), back.data(), n, counts, nullptr), cudaSuccess);
        splitBf16(from.data(), high1.data(), low1.data(), n);
        QVERIFY(high == high1 && low == low1 && sameBits(back, from));
        QVERIFY(counts[0] == 0 && counts[1] == 0);
    }
    void fp16PairsHaveTheBitsAndTheEscapesOfTheCpu()
    {
        cuda_on_cpu::mostBlocks = 4;
        std::vector<float> from = patterns(); // signalling NaN are quiet after the processor's own conversion
        const std::size_t n = from.size();
        std::vector<std::uint16_t> high(n), high1(n);
        std::vector<std::int16_t> low(n), low1(n);
        std::vector<PairEscape> expected;
        splitFp16(from.data(), high1.data(), low1.data(), n, 0, expected);
        std::vector<std::int64_t> entries(2 * n, -1);
        DeviceCount counts[2] = {};
        launchSplitFp16(from.data(), high.data(), low.data(), n, counts, {entries.data(), n}, nullptr);
        QVERIFY(high == high1 && low == low1);
        QCOMPARE(counts[0], DeviceCount{0});
        QCOMPARE(static_cast<std::size_t>(counts[1]), expected.size());
        std::vector<std::pair<std::int64_t, std::int64_t>> found;
        for (std::size_t i = 0; i < expected.size(); ++i)
            found.emplace_back(entries[2 * i], entries[2 * i + 1]);
        std::sort(found.begin(), found.end());
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY(found[i].first == expected[i].index && found[i].second == expected[i].bits);
        QCOMPARE(entries[2 * expected.size()], std::int64_t{-1});
        std::vector<float> to(n), to1(n);
        launchJoinFp16(high.data(), low.data(), to.data(), n, nullptr);
        joinFp16(high.data(), low.data(), to1.data(), n);
        QVERIFY(sameBits(to, to1));
    }
    void escapesWithoutRoomAreCountedAndDropped()
    {
        const std::vector<float> from(1000, 1e10F);
        std::vector<std::uint16_t> high(1000);
        std::vector<std::int16_t> low(1000);
        std::vector<std::int64_t> entries(2 * 8, -1);
        DeviceCount counts[2] = {};
        launchSplitFp16(from.data(), high.data(), low.data(), 1000, counts, {entries.data(), 7}, nullptr);
        QCOMPARE(counts[1], DeviceCount{1000});
        QVERIFY(entries[13] == static_cast<std::int32_t>(bitsOf(1e10F)) && entries[14] == -1);
    }
    void everyFormLearnsTheBitsOfTheCpu()
    {
        cuda_on_cpu::mostBlocks = 2;
        for (const std::size_t n : {std::size_t{1}, std::size_t{255}, std::size_t{1003}, std::size_t{2048}})
            for (const auto& form : forms)
                for (const bool isInt8 : {false, true})
                    for (const bool gradient16 : {false, true}) {
                        State card(n), cpu(n);
                        for (int t = 1; t <= 3; ++t) {
                            const std::vector<float> g = normals(t == 2 ? "g" : "h", n, 0.3F);
                            std::vector<std::uint16_t> g16(n), rest(n);
                            splitBf16(g.data(), g16.data(), rest.data(), n);
                            const AdamwScalars s = adamwScalars(1e-3, 0.9, 0.95, 1e-8, 0.1, t, 0.7);
                            DeviceCount notFinite = 0;
                            for (State* state : {&card, &cpu}) {
                                AdamwSlice slice
                                    = state->slice(form.isPair, form.keepsLow, form.isStochastic, isInt8);
                                (gradient16 ? void(slice.gradient16 = g16.data())
                                            : void(slice.gradient = g.data()));
                                if (state == &cpu)
                                    QVERIFY(updateAdamw(slice, s));
                                else
                                    QCOMPARE(launchAdamw(slice, s, {}, &notFinite, nullptr), cudaSuccess);
                            }
                            QCOMPARE(notFinite, DeviceCount{0});
                        }
                        QVERIFY(card == cpu);
                    }
    }
    void rowsWithoutAGradientHaveZero()
    {
        constexpr std::size_t tableRows = 40, width = 300; // wider than a block's threads
        cuda_on_cpu::mostBlocks = 7;
        const std::vector<std::int64_t> ids = {0, 3, 4, 17, 39};
        const std::vector<float> g = normals("g", ids.size() * width, 1);
        std::vector<float> dense(tableRows * width);
        for (std::size_t i = 0; i < ids.size(); ++i)
            std::copy_n(g.begin() + static_cast<std::ptrdiff_t>(i * width), width,
                dense.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(ids[i]) * width));
        for (const auto& form : forms) {
            State card(tableRows * width), cpu(tableRows * width);
            const AdamwScalars s = adamwScalars(1e-3, 0.9, 0.95, 1e-8, 0.1, 2, 1);
            AdamwSlice slice = cpu.slice(form.isPair, form.keepsLow, form.isStochastic, false);
            slice.gradient = dense.data();
            updateAdamw(slice, s);
            slice = card.slice(form.isPair, form.keepsLow, form.isStochastic, false);
            slice.gradient = g.data();
            DeviceCount notFinite = 0;
            launchAdamw(slice, s, {ids.data(), ids.size(), width}, &notFinite, nullptr);
            QVERIFY(card == cpu && notFinite == 0);
        }
    }
    void whatIsNotFiniteIsCounted()
    {
        for (const bool isInt8 : {false, true}) {
            State state(1003);
            std::vector<float> g = normals("g", 1003, 1);
            g[1002] = std::numeric_limits<float>::infinity();
            AdamwSlice slice = state.slice(true, true, false, isInt8);
            slice.gradient = g.data();
            DeviceCount notFinite = 0;
            launchAdamw(slice, adamwScalars(1e-3, 0.9, 0.95, 1e-8, 0, 1, 1), {}, &notFinite, nullptr);
            QVERIFY(notFinite >= 1);
        }
    }
    void windowsAreThoseOfTheSampler()
    {
        cuda_on_cpu::mostBlocks = 2;
        for (const std::size_t n : {std::size_t{1}, std::size_t{16}, std::size_t{1024}, std::size_t{5003}})
            for (const auto& [stretch, window] : {std::pair<std::size_t, std::size_t>{1024, 16}, {256, 256}})
                for (const std::size_t offset : {std::size_t{0}, std::size_t{592}, std::size_t{1008}}) {
                    std::vector<std::size_t> expected; // as number_sampler.cpp's eachWindow goes
                    for (std::size_t first = 0; first < n; first += stretch) {
                        const std::size_t length = std::min(stretch, n - first);
                        const std::size_t begin = length > window ? offset % (length - window + 1) : 0;
                        for (std::size_t i = 0; i < std::min(window, length - begin); ++i)
                            expected.push_back(first + begin + i);
                    }
                    checkWindows(
                        n, {.n = n, .stretch = stretch, .window = window, .offset = offset}, expected);
                }
    }
    void lossesAndTheirGradientsAreThoseOfSoftmax()
    {
        constexpr std::size_t rows = 9;
        for (const std::size_t vocab : {std::size_t{1}, std::size_t{100}, std::size_t{1777}}) {
            const std::vector<float> logits = normals("l", rows * vocab, 4);
            std::vector<std::int64_t> targets(rows);
            for (std::size_t row = 0; row < rows; ++row)
                targets[row] = static_cast<std::int64_t>(row * 31 % vocab);
            for (const bool gradient : {false, true}) {
                std::vector<float> work = logits;
                std::vector<double> partials(lossPartials(rows));
                double loss = 100; // what was there is added to
                launchLossRows({work.data(), targets.data(), rows, vocab, 0.25F, gradient}, partials.data(),
                    &loss, nullptr);
                double expected = 100;
                for (std::size_t row = 0; row < rows; ++row) {
                    const float* l = logits.data() + row * vocab;
                    const auto target = static_cast<std::size_t>(targets[row]);
                    double sum = 0;
                    for (std::size_t i = 0; i < vocab; ++i)
                        sum += std::exp(static_cast<double>(l[i]));
                    expected += std::log(sum) - static_cast<double>(l[target]);
                    for (std::size_t i = 0; gradient && i < vocab; ++i) {
                        const double p
                            = (std::exp(static_cast<double>(l[i])) / sum - (i == target ? 1 : 0)) / 4;
                        QVERIFY(std::abs(static_cast<double>(work[row * vocab + i]) - p) < 1e-6);
                    }
                }
                QVERIFY(std::abs(loss - expected) < 1e-5 * std::abs(expected));
            }
        }
    }
    void aTargetOutsideTheVocabularyMakesTheLossNoNumber()
    {
        for (const std::int64_t target : {std::int64_t{-1}, std::int64_t{64}}) {
            std::vector<float> logits = normals("l", 64, 1);
            double partial = 0, loss = 0;
            launchLossRows({logits.data(), &target, 1, 64, 1, true}, &partial, &loss, nullptr);
            QVERIFY(std::isnan(loss));
        }
    }
    void nothingToDoIsNoLaunch()
    {
        QCOMPARE(launchSplitBf16(nullptr, nullptr, nullptr, 0, nullptr, nullptr), cudaSuccess);
        QCOMPARE(launchLossRows({}, nullptr, nullptr, nullptr), cudaSuccess);
    }

private:
    void checkWindows(std::size_t n, WindowLook look, const std::vector<std::size_t>& expected)
    {
        const std::vector<float> values = normals("w", n, 1);
        std::vector<std::uint16_t> high(n), low(n), half(n);
        std::vector<std::int16_t> halfLow(n);
        std::vector<PairEscape> escapes;
        splitBf16(values.data(), high.data(), low.data(), n);
        splitFp16(values.data(), half.data(), halfLow.data(), n, 0, escapes);
        std::vector<float> joinedHalf(n);
        joinFp16(half.data(), halfLow.data(), joinedHalf.data(), n);
        QCOMPARE(elementsLookedAt(look), expected.size());
        std::vector<float> to(expected.size());
        const auto looksLike = [&](auto element) {
            launchWindows(look, to.data(), nullptr);
            for (std::size_t i = 0; i < to.size(); ++i)
                if (bitsOf(to[i]) != bitsOf(element(expected[i])))
                    return false;
            return true;
        };
        look.from = values.data();
        QVERIFY(looksLike([&](std::size_t i) { return values[i]; }));
        look.from = high.data(), look.format = ElementFormat::Bf16;
        QVERIFY(looksLike([&](std::size_t i) { return bf16Value(high[i]); }));
        look.low = low.data();
        QVERIFY(looksLike([&](std::size_t i) { return values[i]; }));
        look.from = half.data(), look.format = ElementFormat::Fp16, look.low = nullptr;
        QVERIFY(looksLike([&](std::size_t i) { return halfValue(half[i]); }));
        look.low = reinterpret_cast<const std::uint16_t*>(halfLow.data());
        QVERIFY(looksLike([&](std::size_t i) { return joinedHalf[i]; }));
    }
};

QTEST_APPLESS_MAIN(CudaLaunchesTest)
#include "cuda_launches_test.moc"
