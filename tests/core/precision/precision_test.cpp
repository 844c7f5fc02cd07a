// SPDX-License-Identifier: Apache-2.0
#include "core/memory/memory_class.h"
#include "core/precision/phase.h"
#include "core/precision/phase_plan.h"
#include "core/precision/precision.h"
#include "core/precision/tier.h"

#include <QTest>

using namespace mantissa;

class PrecisionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyNameReadsBack()
    {
        for (const Precision precision : allPrecisions)
            QVERIFY(*parsePrecision(nameOf(precision)) == precision);
        for (const Phase phase : allPhases)
            QVERIFY(*parsePhase(nameOf(phase)) == phase);
        for (const Tier tier : allTiers)
            QVERIFY(*parseTier(nameOf(tier)) == tier);
        for (const MemoryClass memoryClass : allMemoryClasses)
            QVERIFY(*parseMemoryClass(nameOf(memoryClass)) == memoryClass);
        for (const GradientFormat format : {GradientFormat::SameAsCompute, GradientFormat::Fp32})
            QVERIFY(*parseGradientFormat(nameOf(format)) == format);
        for (const ActivationPolicy policy : {ActivationPolicy::Keep, ActivationPolicy::Recompute})
            QVERIFY(*parseActivationPolicy(nameOf(policy)) == policy);
    }
    void namesOfOtherTrainersAreKnown()
    {
        for (const char* name : {"float32", "F32", "32-true"})
            QVERIFY(*parsePrecision(name) == Precision::Fp32);
        for (const char* name : {"bfloat16", "BF16", "bf16-true", "bf16-mixed"})
            QVERIFY(*parsePrecision(name) == Precision::Bf16);
        for (const char* name : {"float16", "F16", "16-true", "16-mixed"})
            QVERIFY(*parsePrecision(name) == Precision::Fp16);
    }
    void unknownNamesAreRefusedWithTheChoices()
    {
        for (const char* name : {"", "fp64", "fp8", "16", "bf16 "}) {
            const auto precision = parsePrecision(name);
            QVERIFY2(!precision, name);
            QVERIFY(precision.error().message.find("fp32, bf16 or fp16") != std::string::npos);
            QVERIFY(precision.error().code == ExitCode::Usage);
        }
        QVERIFY(!parsePhase("Full"));
        QVERIFY(!parseTier("gpu"));
        QVERIFY(!parseGradientFormat("bf16"));
        QVERIFY(!parseActivationPolicy("drop"));
    }
    void bytesFollowTheFormat()
    {
        QCOMPARE(bytesPerElement(Precision::Fp32), std::size_t{4});
        QCOMPARE(bytesPerElement(Precision::Bf16), std::size_t{2});
        QCOMPARE(bytesPerElement(Precision::Fp16), std::size_t{2});
    }
};

QTEST_APPLESS_MAIN(PrecisionTest)
#include "precision_test.moc"
