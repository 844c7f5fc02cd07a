// SPDX-License-Identifier: Apache-2.0
// The update kernels against the same arithmetic in plain code, and int8 moments against their documented
// distance.

#include "core/torch/optim/adamw_kernel.h"
#include "core/torch/state/pair.h"
#include "core/torch/state/random_values.h"
#include "tests/support/same_bits.h"

#include <QTest>

#include <bit>
#include <cmath>
#include <vector>

using namespace mantissa;

namespace {

constexpr std::size_t elements = 1003; // no multiple of any vector

std::vector<float> normals(const char* name, float scale, std::size_t count = elements)
{
    std::vector<float> values(count);
    fillNormal(values.data(), count, randomStream(3, name), 0, scale);
    return values;
}

struct Int8State {
    explicit Int8State(std::size_t count)
        : m(count)
        , v(count)
        , mScale((count + 255) / 256)
        , vScale((count + 255) / 256)
    {
    }
    std::vector<std::int8_t> m;
    std::vector<std::uint8_t> v;
    std::vector<float> mScale;
    std::vector<float> vScale;
    AdamwSlice in(AdamwSlice slice)
    {
        slice.m8 = m.data(), slice.v8 = v.data(), slice.mScale = mScale.data(), slice.vScale = vScale.data();
        return slice;
    }
};

} // namespace

class AdamwKernelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pairsAndFp32WeightsLearnTheBitsOfPlainCode()
    {
        std::vector<float> w = normals("w", 1);
        std::vector<float> m = normals("m", 0.1F);
        std::vector<float> v = normals("v", 1);
        for (float& x : v)
            x = std::abs(x);
        const std::vector<float> g = normals("g", 1);
        std::vector<std::uint16_t> high(elements), low(elements);
        splitBf16(w.data(), high.data(), low.data(), elements);
        const AdamwScalars s = adamwScalars(1e-3, 0.9, 0.95, 1e-8, 0.1, 7, 0.5);
        std::vector<float> expected(elements), m1 = m, v1 = v, m2 = m, v2 = v;
        for (std::size_t i = 0; i < elements; ++i) {
            const float gradient = g[i] * s.gradientScale;
            m[i] = std::fma(s.oneMinusBeta1, gradient - m[i], m[i]);
            v[i] = std::fma(s.oneMinusBeta2 * gradient, gradient, v[i] * s.beta2);
            expected[i]
                = w[i] * s.decay + (-s.stepSize * m[i]) / (std::sqrt(v[i]) / s.rootCorrection + s.epsilon);
        }
        updateAdamw({.high = high.data(),
                        .low = low.data(),
                        .m = m1.data(),
                        .v = v1.data(),
                        .gradient = g.data(),
                        .n = elements},
            s);
        updateAdamw(
            {.value = w.data(), .m = m2.data(), .v = v2.data(), .gradient = g.data(), .n = elements}, s);
        std::vector<float> joined(elements);
        joinBf16(high.data(), low.data(), joined.data(), elements);
        for (std::size_t i = 0; i < elements; ++i) {
            QVERIFY(sameBits(joined[i], expected[i]) && sameBits(w[i], expected[i]));
            QVERIFY(sameBits(m1[i], m[i]) && sameBits(m2[i], m[i]) && sameBits(v1[i], v[i])
                && sameBits(v2[i], v[i]));
        }
    }
    void int8MomentsStayWithinOneStepOfTheirCode()
    {
        std::vector<float> w = normals("w", 0.02F), m(elements), v(elements), m8(elements), v8(elements);
        Int8State state(elements);
        for (int t = 1; t <= 20; ++t) {
            const std::vector<float> g = normals(t % 2 ? "g" : "h", 1);
            const AdamwScalars s = adamwScalars(1e-4, 0.9, 0.95, 1e-8, 0, t, 1);
            decodeMoments(state.m.data(), state.v.data(), state.mScale.data(), state.vScale.data(), m.data(),
                v.data(), elements);
            std::vector<float> before = w;
            updateAdamw(state.in({.value = w.data(), .gradient = g.data(), .n = elements}), s);
            decodeMoments(state.m.data(), state.v.data(), state.mScale.data(), state.vScale.data(), m8.data(),
                v8.data(), elements);
            for (std::size_t i = 0; i < elements; ++i) {
                const float first = std::fma(s.oneMinusBeta1, g[i] - m[i], m[i]);
                const float root = std::sqrt(std::fma(s.oneMinusBeta2 * g[i], g[i], v[i] * s.beta2));
                const float mLargest = state.mScale[i / 256];
                const float vLargest = state.vScale[i / 256];
                // the companding's step at x is (1 + |x|)^2 / 254
                const float x = std::abs(first) / mLargest;
                QVERIFY(std::abs(m8[i] - first) <= mLargest * (1 + x) * (1 + x) / 254 * 0.52F);
                // that of the root's root y is 1/255, so 2y/255 for the root, and the least code stands for
                // what is below it
                const float y = std::sqrt(root / vLargest);
                QVERIFY(
                    std::abs(std::sqrt(v8[i]) - root) <= vLargest * (y / 255 * 1.04F + 1.25F / (255 * 255)));
                QVERIFY(v8[i] > 0);
                QVERIFY(std::isfinite(w[i]) && std::abs(w[i] - before[i]) < 1e-2F);
            }
        }
    }
    void aStretchGivesTheBitsOfTheWhole()
    {
        const std::size_t whole = 2048;
        const std::vector<float> g = normals("g", 1, whole);
        std::vector<float> w1 = normals("w", 1, whole), w2 = w1;
        Int8State a(whole), b(whole);
        const AdamwScalars s = adamwScalars(1e-3, 0.9, 0.95, 1e-8, 0.1, 1, 1);
        updateAdamw(a.in({.value = w1.data(), .gradient = g.data(), .n = whole}), s);
        for (const auto& [first, count] : {std::pair<std::size_t, std::size_t>{512, 1536}, {0, 512}}) {
            AdamwSlice slice = b.in({.value = w2.data() + first, .gradient = g.data() + first, .n = count});
            slice.m8 += first, slice.v8 += first, slice.mScale += first / 256, slice.vScale += first / 256;
            updateAdamw(slice, s);
        }
        QVERIFY(w1 == w2 && a.m == b.m && a.v == b.v && a.mScale == b.mScale);
    }
    void aZeroBlockStaysZero()
    {
        std::vector<float> w(256, 1.0F), g(256);
        Int8State state(256);
        updateAdamw(state.in({.value = w.data(), .gradient = g.data(), .n = 256}),
            adamwScalars(1e-3, 0.9, 0.95, 1e-8, 0, 1, 1));
        QVERIFY(state.mScale[0] == 0 && state.vScale[0] == 0 && state.v[0] == 0 && w[7] == 1.0F);
    }
    void stochasticRoundingIsUnbiasedAndRoundedIsNot()
    {
        // an update of half a BF16 unit: by chance half of the weights move; to nearest (even) none does
        const std::size_t count = 1 << 16;
        const std::vector<float> g(count, 1.0F);
        const AdamwScalars s
            = adamwScalars(0x1p-9, 0, 0, 0, 0, 1, 1); // m / sqrt(v) = 1: the step is the rate
        for (const bool stochastic : {true, false}) {
            std::vector<std::uint16_t> high(count, 0x3F80); // 1.0; the unit below is 2^-8
            std::vector<float> m(count), v(count);
            updateAdamw({.high = high.data(),
                            .m = m.data(),
                            .v = v.data(),
                            .gradient = g.data(),
                            .n = count,
                            .isStochastic = stochastic,
                            .noise = 5},
                s);
            std::size_t moved = 0;
            for (const std::uint16_t h : high)
                moved += h != 0x3F80 ? 1 : 0;
            if (stochastic)
                QVERIFY2(std::abs(static_cast<double>(moved) / count - 0.5) < 0.01,
                    qPrintable(QString::number(moved)));
            else
                QCOMPARE(moved, std::size_t{0});
        }
    }
    void normalsAreNormal()
    {
        const auto values = normals("x", 1, 1 << 20);
        double sum = 0, square = 0, fourth = 0;
        for (const float x : values) {
            sum += x;
            square += static_cast<double>(x) * x;
            fourth += std::pow(static_cast<double>(x), 4);
        }
        const auto count = static_cast<double>(values.size());
        QVERIFY(std::abs(sum / count) < 0.005);
        QVERIFY(std::abs(square / count - 1) < 0.01);
        QVERIFY(std::abs(fourth / count - 3) < 0.05);
    }
};

QTEST_APPLESS_MAIN(AdamwKernelTest)
#include "adamw_kernel_test.moc"
