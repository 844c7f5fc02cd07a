// SPDX-License-Identifier: Apache-2.0
// The functions of one element that the CPU's loops and a card's kernels share, over edge values, against
// plain formulations that share nothing with them; and that the loops are these functions.

#include "core/torch/kernels/adamw_element.h"
#include "core/torch/kernels/pair_element.h"
#include "core/torch/state/pair.h"
#include "core/torch/state/random_values.h"
#include "tests/support/same_bits.h"

#include <QTest>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

using namespace mantissa;

namespace {

constexpr std::uint32_t edges[] = {0x00000000u, 0x80000000u, // zeros
    0x00000001u, 0x007FFFFFu, 0x807FFFFFu, 0x00800000u, // subnormal, and the least that is not
    0x7F7FFFFFu, 0xFF7FFFFFu, 0x7F800000u, 0xFF800000u, // largest, infinite
    0x7FC00001u, 0x7F800001u, 0xFFFFFFFFu, 0x7FFFE000u, // NaN with payloads
    0x3F808000u, 0x3F818000u, 0x3F807FFFu, 0x3F80FFFFu, 0xBF808000u, // ties of BF16 and beside them
    0x3F801000u, 0x3F803000u, 0x3F800FFFu, 0x3F801001u, // of FP16
    0x477FE000u, 0x477FEFFFu, 0x477FF000u, // FP16's largest, the last below its infinity, and that
    0x38800000u, 0x387FFFFFu, 0x387FE000u, 0x33800000u, 0x33000000u, 0x33000001u, 0x33C00000u}; // its least

/// FP16 by arithmetic on doubles, which hold every FP32 number and every tie exactly.
std::uint16_t plainHalf(std::uint32_t bits)
{
    const double value = static_cast<double>(std::bit_cast<float>(bits));
    const auto sign = static_cast<std::uint16_t>(bits >> 31 << 15);
    if (std::isnan(value))
        return static_cast<std::uint16_t>(sign | 0x7E00 | (bits >> 13 & 0x3FF));
    const double size = std::abs(value);
    if (size >= 65520)
        return static_cast<std::uint16_t>(sign | 0x7C00);
    const int exponent = std::max(size > 0 ? std::ilogb(size) : -14, -14);
    const double unit = std::ldexp(1.0, exponent - 10);
    const auto steps = static_cast<int>(std::nearbyint(size / unit)); // to even: the default of every thread
    return static_cast<std::uint16_t>(sign + ((exponent + 14) << 10) + steps); // a carry moves the exponent
}

double plainHalfValue(std::uint32_t half)
{
    const double sign = half & 0x8000u ? -1 : 1;
    const int exponent = static_cast<int>(half >> 10 & 31u);
    const double fraction = half & 0x3FFu;
    return exponent == 0 ? sign * std::ldexp(fraction, -24)
                         : sign * std::ldexp(1024 + fraction, exponent - 25);
}

std::vector<std::uint32_t> sampled()
{
    std::vector<std::uint32_t> all(std::begin(edges), std::end(edges));
    for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32; bits += 65521)
        all.push_back(static_cast<std::uint32_t>(bits));
    return all;
}

std::vector<float> normalsOf(const char* name, std::size_t n, float scale)
{
    std::vector<float> values(n);
    fillNormal(values.data(), n, randomStream(9, name), 0, scale);
    return values;
}

const AdamwScalars scalars = adamwScalars(1e-3, 0.9, 0.95, 1e-8, 0.1, 7, 0.5);

} // namespace

class ElementFunctionsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aBf16PairIsTheNearerNumberAndWhatIsMissing()
    {
        for (const std::uint32_t bits : sampled()) {
            const std::uint32_t low = bits % 65536;
            const std::uint32_t up = low >= 32768 ? 1 : 0; // half away from zero
            QCOMPARE(bf16Low(bits), low);
            QCOMPARE(bf16High(bits), (bits / 65536 + up) % 65536);
            QCOMPARE(joinedBf16(bf16High(bits), bf16Low(bits)), bits);
            QVERIFY(splitsAgainBf16(bits, bf16High(bits), bf16Low(bits)));
        }
    }
    void everyPairIsThatOfOneNumber()
    {
        for (std::uint32_t high = 0; high < 65536; ++high) {
            QCOMPARE(joinedBf16(high, 0), high * 65536);
            QCOMPARE(bf16High(high * 65536), high);
            QVERIFY(
                sameBits(bf16Value(static_cast<std::uint16_t>(high)), std::bit_cast<float>(high * 65536)));
            for (const std::uint32_t low :
                {0u, 1u, 0x7FFFu, 0x8000u, 0xFFFFu}) // 2^32 pairs for as many numbers
                QVERIFY(splitsAgainBf16(joinedBf16(high, low), high, low));
        }
    }
    void halvesAreRoundedToNearestEven()
    {
        for (const std::uint32_t bits : sampled())
            QVERIFY2(halfBits(std::bit_cast<float>(bits)) == plainHalf(bits),
                qPrintable(QString::number(bits, 16)));
    }
    void everyHalfHasItsValue()
    {
        for (std::uint32_t half = 0; half < 65536; ++half) {
            const float value = halfValue(half);
            if ((half & 0x7C00u) != 0x7C00u) {
                QCOMPARE(static_cast<double>(value), plainHalfValue(half));
                QCOMPARE(std::signbit(value), half >= 0x8000u);
                QCOMPARE(static_cast<std::uint32_t>(halfBits(value)), half);
            } else { // infinities and NaN keep sign and payload
                QCOMPARE(bitsOf(value), half >> 15 << 31 | 0x7F800000u | (half & 0x3FFu) << 13);
            }
            QCOMPARE(halfRemainder(bitsOf(value), value), 0);
        }
    }
    void anFp16PairIsExactOrEscapes()
    {
        for (const std::uint32_t bits : sampled()) {
            const float value = halfValue(halfBits(std::bit_cast<float>(bits)));
            const std::int32_t rest = halfRemainder(bits, value);
            const std::int64_t wide = static_cast<std::int64_t>(static_cast<std::int32_t>(bits))
                - static_cast<std::int32_t>(bitsOf(value));
            QCOMPARE(escapesFromHalf(rest), wide < -32768 || wide > 32767 ? 1u : 0u);
            if (escapesFromHalf(rest) == 0)
                QCOMPARE(joinedFp16(value, static_cast<std::int16_t>(rest)), bits);
        }
    }
    void weightsComeBackFromEachForm()
    {
        for (const std::uint32_t bits : edges) {
            const float weight = std::bit_cast<float>(bits);
            float value = 0;
            std::uint16_t high = 0, low = 0;
            FloatWeights{&value}.store(0, weight);
            PairWeights{&high, &low}.store(0, weight);
            QVERIFY(sameBits(FloatWeights{&value}.load(0), weight));
            QVERIFY(sameBits(PairWeights({&high, &low}).load(0), weight));
            if (std::isnan(weight))
                continue; // a payload may be rounded away: such a step is told as not finite
            RoundedWeights{&high}.store(0, weight);
            const std::uint32_t below = bits & 0xFFFF0000u;
            const std::uint32_t rest = bits & 0xFFFFu;
            const bool up = rest > 0x8000u || (rest == 0x8000u && (bits & 0x10000u) != 0); // ties to even
            QCOMPARE(static_cast<std::uint32_t>(high) << 16, up ? below + 0x10000u : below);
            for (std::uint32_t noise = 0; noise < 64;
                 ++noise) { // one of the two neighbours, whatever chance says
                StochasticWeights{&high, noise, noise * std::uint64_t{0x100000001u}}.store(0, weight);
                const std::uint32_t rounded = static_cast<std::uint32_t>(high) << 16;
                QVERIFY(rounded == below || (rest != 0 && rounded == below + 0x10000u));
            }
        }
    }
    void chanceDependsOnTheElementOfTheTensorAlone()
    {
        std::vector<std::uint16_t> whole(100), part(100);
        for (std::size_t i = 0; i < 100; ++i) {
            StochasticWeights{whole.data(), 77, 1000}.store(i, 1.001F);
            StochasticWeights{part.data() + i, 77, 1000 + i}.store(0, 1.001F);
        }
        QVERIFY(whole == part);
        QVERIFY(std::count(whole.begin(), whole.end(), whole[0]) < 100);
        QCOMPARE(foldedNoise(0x0000000500000003u), 6u);
    }
    void anUpdateIsAdamWithDecayOfTheWeight()
    {
        const std::vector<float> values = normalsOf("x", 4000, 1);
        for (std::size_t i = 0; i + 3 < values.size(); i += 4) {
            const float w = values[i], m = values[i + 1], v = values[i + 2] * values[i + 2],
                        g = values[i + 3];
            const FloatUpdate u = updatedElement(w, m, v, g, scalars);
            const double gradient = 0.5 * static_cast<double>(g);
            const double first = 0.9 * static_cast<double>(m) + 0.1 * gradient;
            const double second = 0.95 * static_cast<double>(v) + 0.05 * gradient * gradient;
            const double corrected = std::sqrt(second / (1 - std::pow(0.95, 7)));
            const double step = 1e-3 * first / (1 - std::pow(0.9, 7)) / (corrected + 1e-8);
            QVERIFY(std::abs(static_cast<double>(u.m) - first) < 1e-6);
            QVERIFY(std::abs(static_cast<double>(u.v) - second) < 1e-6 * (1 + second));
            QVERIFY(std::abs(static_cast<double>(u.weight) - (static_cast<double>(w) * (1 - 1e-4) - step))
                < 1e-6);
            const Int8Update other
                = updatedInt8(w, m, std::sqrt(v), g, scalars, 1.0F / scalars.rootCorrection);
            QVERIFY(sameBits(other.m, u.m));
            QVERIFY(std::abs(other.root - std::sqrt(u.v)) < 1e-6F);
            QVERIFY(std::abs(other.weight - u.weight) < 1e-6F);
        }
    }
    void whatIsNotFiniteIsSeenInTheNewValue()
    {
        constexpr float infinite = std::numeric_limits<float>::infinity();
        for (const float g : {infinite, -infinite, std::numeric_limits<float>::quiet_NaN(), 3e38F})
            QVERIFY((bitsOf(updatedElement(1, 0, 0, g, scalars).weight) & withoutSign) >= infinityBits
                || std::abs(g) == 3e38F);
        // a gradient whose square is beyond FP32 is no NaN: the step is zero
        QVERIFY(std::isfinite(updatedElement(1, 0, 0, 3e38F, scalars).weight));
        QVERIFY(sameBits(updatedElement(0, 0, 0, 0, scalars).weight, 0.0F));
        QVERIFY(std::isfinite(updatedElement(1, 0, std::bit_cast<float>(1u), 0, scalars).weight));
    }
    void everyCodeOfAMomentComesBack()
    {
        for (int code = -127; code <= 127; ++code) {
            const auto q = static_cast<std::int8_t>(code);
            const double y = code / 127.0;
            QVERIFY(std::abs(static_cast<double>(decodeM(q)) - y / (2 - std::abs(y))) < 1e-6);
            QCOMPARE(static_cast<int>(encodeM(decodeM(q), 1)), code);
        }
        QVERIFY(std::isfinite(decodeM(-128))); // no code of ours, and yet a byte of a file
        for (int code = 0; code <= 255; ++code) {
            const auto q = static_cast<std::uint8_t>(code);
            QVERIFY(std::abs(static_cast<double>(decodeRoot(q)) - code / 255.0 * (code / 255.0)) < 1e-6);
            QCOMPARE(static_cast<int>(encodeRoot(decodeRoot(q), 1, 0)), code);
        }
        QCOMPARE(static_cast<int>(encodeRoot(0, 1, leastRootCode(2))), 1);
        QVERIFY(encodeRoot(0, inverseScale(0), leastRootCode(0)) == 0 && encodeM(0, inverseScale(0)) == 0);
    }
    void theLoopsOfTheCpuAreTheseFunctions()
    {
        for (const std::size_t n : {std::size_t{1}, std::size_t{17}, std::size_t{255}, std::size_t{1003}}) {
            std::vector<float> w = normalsOf("w", n, 1), m = normalsOf("m", n, 1), v = normalsOf("v", n, 1);
            const std::vector<float> g = normalsOf("g", n, 1);
            for (float& x : v)
                x *= x;
            const std::vector<float> w0 = w, m0 = m, v0 = v;
            std::vector<std::uint16_t> high(n), low(n), half(n);
            std::vector<std::int16_t> rest(n);
            std::vector<PairEscape> escapes;
            splitBf16(w.data(), high.data(), low.data(), n);
            splitFp16(w.data(), half.data(), rest.data(), n, 0, escapes);
            updateAdamw(
                {.value = w.data(), .m = m.data(), .v = v.data(), .gradient = g.data(), .n = n}, scalars);
            for (std::size_t i = 0; i < n; ++i) {
                const std::uint32_t bits = bitsOf(w0[i]);
                QVERIFY(high[i] == bf16High(bits) && low[i] == bf16Low(bits));
                QVERIFY(half[i] == halfBits(w0[i]));
                QVERIFY(rest[i] == static_cast<std::int16_t>(halfRemainder(bits, halfValue(half[i]))));
                const FloatUpdate u = updatedElement(w0[i], m0[i], v0[i], g[i], scalars);
                QVERIFY(sameBits(w[i], u.weight) && sameBits(m[i], u.m) && sameBits(v[i], u.v));
            }
        }
    }
    void theInt8LoopIsTheseFunctions()
    {
        constexpr std::size_t n = 1003;
        std::vector<float> w = normalsOf("w", n, 1), mScale(4, 0.5F), vScale(4, 0.25F);
        const std::vector<float> g = normalsOf("g", n, 1), w0 = w;
        std::vector<std::int8_t> m(n);
        std::vector<std::uint8_t> v(n);
        for (std::size_t i = 0; i < n; ++i)
            m[i] = static_cast<std::int8_t>(i % 255), v[i] = static_cast<std::uint8_t>(i % 256);
        const std::vector<std::int8_t> m0 = m;
        const std::vector<std::uint8_t> v0 = v;
        updateAdamw({.value = w.data(),
                        .m8 = m.data(),
                        .v8 = v.data(),
                        .mScale = mScale.data(),
                        .vScale = vScale.data(),
                        .gradient = g.data(),
                        .n = n},
            scalars);
        for (std::size_t i = 0; i < n; ++i) {
            const Int8Update u = updatedInt8(w0[i], decodeM(m0[i]) * 0.5F, decodeRoot(v0[i]) * 0.25F, g[i],
                scalars, 1.0F / scalars.rootCorrection);
            const float largest = vScale[i / momentBlock];
            QVERIFY(sameBits(w[i], u.weight));
            QCOMPARE(m[i], encodeM(u.m, inverseScale(mScale[i / momentBlock])));
            QCOMPARE(v[i], encodeRoot(u.root, inverseScale(largest), leastRootCode(largest)));
            QVERIFY(std::abs(u.m) <= mScale[i / momentBlock] && u.root <= largest);
        }
    }
};

QTEST_APPLESS_MAIN(ElementFunctionsTest)
#include "element_functions_test.moc"
