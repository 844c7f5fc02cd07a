// SPDX-License-Identifier: Apache-2.0
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/models/model.h"
#include "core/torch/torch_backend.h"
#include "core/torch/weights/parameter_store.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <QTest>

using namespace mantissa;

namespace {

ParameterStore newStore()
{
    ParameterStore store(at::kCPU);
    const PurposeScope purpose(Tier::Device, MemoryClass::Weights);
    store.add("a", true, initialValue({"a", {64, 48}, {Initialiser::Kind::Normal, 0.02}}, 1, at::kCPU));
    store.add("b", false, initialValue({"b", {1003}, {Initialiser::Kind::Normal, 1e-6}}, 1, at::kCPU)); // mostly escapes in FP16
    return store;
}

std::vector<at::Tensor> exact(const ParameterStore& store)
{
    std::vector<at::Tensor> values;
    for (const Parameter& parameter : store.parameters())
        values.push_back(store.exactValue(parameter).clone());
    return values;
}

bool sameBits(const at::Tensor& a, const at::Tensor& b) { return at::equal(a.view(at::kInt), b.view(at::kInt)); }

} // namespace

class ParameterStoreTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { initializeEngine(); }
    void everyRoundOfCastsGivesBackEveryBit()
    {
        ParameterStore store = newStore();
        const auto before = exact(store);
        for (const Precision form : {Precision::Bf16, Precision::Fp16, Precision::Bf16, Precision::Fp32, Precision::Fp16, Precision::Fp32}) {
            const CastReport report = store.cast(form, Tier::Device);
            QCOMPARE(report.tensors, 2);
            QCOMPARE(report.mismatches, 0);
            const auto now = exact(store);
            QVERIFY(sameBits(now[0], before[0]));
            QVERIFY(sameBits(now[1], before[1]));
        }
    }
    void theSixteenBitTensorIsWhatMatmulsReadAndTheFp32OneIsGone()
    {
        ParameterStore store = newStore();
        store.cast(Precision::Bf16, Tier::Host);
        QVERIFY(store.parameters()[0].value.scalar_type() == at::kBFloat16);
        QVERIFY(store.parameters()[0].value.requires_grad());
        const auto live = CountedAllocator::instance().live();
        QCOMPARE(live.byTier[0].at(MemoryClass::Weights), store.elements() * 2);
        QCOMPARE(live.byTier[1].at(MemoryClass::Remainder), store.elements() * 2);
    }
    void aCastHoldsAtMostTheLargestTensorTwice()
    {
        ParameterStore store = newStore();
        auto& allocator = CountedAllocator::instance();
        const std::int64_t before = allocator.live().byTier[0].total();
        allocator.resetPeaks();
        store.cast(Precision::Bf16, Tier::Device);
        QVERIFY(allocator.peaks().devicePeak.total() <= before + 64 * 48 * 4);
        QCOMPARE(allocator.live().byTier[0].total(), before); // 2 + 2 bytes instead of 4
    }
    void movingMomentsFreesTheDevice()
    {
        ParameterStore store = newStore();
        const std::int64_t before = CountedAllocator::instance().live().byTier[0].total();
        const MoveReport report = store.moveMoments(Tier::Host);
        QCOMPARE(report.bytes, store.elements() * 8);
        QCOMPARE(CountedAllocator::instance().live().byTier[0].total(), before - report.bytes);
        store.moveMoments(Tier::Device);
        QCOMPARE(CountedAllocator::instance().live().byTier[0].total(), before);
    }
    void initialValuesDependOnSeedAndNameAlone()
    {
        const ParameterSpec spec{"w", {300, 200}, {Initialiser::Kind::Normal, 0.02}};
        at::set_num_threads(1);
        const at::Tensor one = initialValue(spec, 7, at::kCPU);
        at::set_num_threads(2);
        const at::Tensor two = initialValue(spec, 7, at::kCPU);
        QVERIFY(sameBits(one, two));
        QVERIFY(!sameBits(one, initialValue(spec, 8, at::kCPU)));
        QVERIFY(std::abs(one.std().item<double>() - 0.02) < 2e-4);
        QVERIFY(std::abs(one.mean().item<double>()) < 4e-4);
    }
};

QTEST_APPLESS_MAIN(ParameterStoreTest)
#include "parameter_store_test.moc"
