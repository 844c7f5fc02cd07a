// SPDX-License-Identifier: Apache-2.0
#include "core/torch/state/pair.h"

#include "core/torch/kernels/pair_element.h"
#include "tests/support/same_bits.h"

#include <QTest>

#include <bit>
#include <cmath>
#include <random>

using namespace mantissa;

namespace {

/// Bit patterns that a sample of all 2^32 would hardly hit: zeros, infinities, NaN payloads, subnormals,
/// ties, limits.
std::vector<float> oddFloats()
{
    std::vector<float> floats;
    for (const std::uint32_t bits : {0x00000000u, 0x80000000u, 0x7F800000u, 0xFF800000u, 0x7FC00001u,
             0x7F800001u, 0xFFFFFFFFu, 0x00000001u, 0x807FFFFFu, 0x00800000u, 0x3F808000u, 0x3F818000u,
             0x3F80FFFFu, 0x7F7FFFFFu, 0x477FE000u, 0x477FEFFFu, 0x477FF000u, 0x38800000u, 0x387FFFFFu,
             0x33000000u, 0x33000001u, 0x337FFFFFu})
        floats.push_back(std::bit_cast<float>(bits));
    return floats;
}

std::vector<float> sampledFloats()
{
    std::vector<float> floats = oddFloats();
    for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32);
         bits += 4099) // a prime: all exponents, all low halves
        floats.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    return floats;
}

} // namespace

class PairTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bf16PairsGiveBackEveryBit()
    {
        const std::vector<float> floats = sampledFloats();
        std::vector<std::uint16_t> high(floats.size());
        std::vector<std::uint16_t> low(floats.size());
        std::vector<float> back(floats.size());
        QCOMPARE(splitBf16(floats.data(), high.data(), low.data(), floats.size()), 0);
        QCOMPARE(joinBf16(high.data(), low.data(), back.data(), floats.size()), 0);
        for (std::size_t i = 0; i < floats.size(); ++i)
            QVERIFY2(sameBits(floats[i], back[i]),
                qPrintable(QString::number(std::bit_cast<std::uint32_t>(floats[i]), 16)));
    }
    void theHighHalfIsTheNearestBf16()
    {
        for (const float value : {1.0F, -3.14159F, 1e-20F, 65504.0F, 0.1F}) {
            std::uint16_t high = 0;
            std::uint16_t low = 0;
            splitBf16(&value, &high, &low, 1);
            const float rounded = std::bit_cast<float>(static_cast<std::uint32_t>(high) << 16);
            QVERIFY(std::abs(rounded - value) <= std::abs(value) / 256);
        }
    }
    void fp16PairsWithTheirEscapesGiveBackEveryBit()
    {
        const std::vector<float> floats = sampledFloats();
        std::vector<std::uint16_t> high(floats.size());
        std::vector<std::int16_t> low(floats.size());
        std::vector<float> back(floats.size());
        std::vector<PairEscape> escapes;
        QCOMPARE(splitFp16(floats.data(), high.data(), low.data(), floats.size(), 0, escapes), 0);
        joinFp16(high.data(), low.data(), back.data(), floats.size());
        for (const PairEscape& escape : escapes)
            back[static_cast<std::size_t>(escape.index)] = std::bit_cast<float>(escape.bits);
        for (std::size_t i = 0; i < floats.size(); ++i)
            QVERIFY2(sameBits(floats[i], back[i]),
                qPrintable(QString::number(std::bit_cast<std::uint32_t>(floats[i]), 16)));
    }
    void ordinaryWeightsHardlyEscapeFromFp16()
    {
        std::mt19937 random(1);
        std::normal_distribution<float> normal(0, 0.02F);
        std::vector<float> weights(100'000);
        for (float& weight : weights)
            weight = normal(random);
        std::vector<std::uint16_t> high(weights.size());
        std::vector<std::int16_t> low(weights.size());
        std::vector<PairEscape> escapes;
        splitFp16(weights.data(), high.data(), low.data(), weights.size(), 0, escapes);
        QVERIFY(escapes.size() < weights.size() / 500); // science: 0.06 % at this deviation
    }
    void plainHalvesRoundToNearestEven()
    {
        QCOMPARE(halfBits(1.0F), std::uint16_t{0x3C00});
        QCOMPARE(halfBits(65504.0F), std::uint16_t{0x7BFF});
        QCOMPARE(halfBits(65520.0F), std::uint16_t{0x7C00});
        QCOMPARE(halfBits(65519.996F), std::uint16_t{0x7BFF});
        QCOMPARE(halfBits(0x1p-24F), std::uint16_t{1});
        QCOMPARE(halfBits(0x1p-25F), std::uint16_t{0}); // a tie, to even
        QCOMPARE(halfBits(-0.0F), std::uint16_t{0x8000});
        for (std::uint32_t bits = 0; bits < 0x7C00; ++bits)
            QCOMPARE(halfBits(halfValue(static_cast<std::uint16_t>(bits))), static_cast<std::uint16_t>(bits));
    }
};

QTEST_APPLESS_MAIN(PairTest)
#include "pair_test.moc"
