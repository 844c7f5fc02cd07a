// SPDX-License-Identifier: Apache-2.0
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/torch_backend.h"

#include <ATen/ATen.h>
#include <QTest>

using namespace mantissa;

namespace {

std::int64_t deviceTotal() { return CountedAllocator::instance().live().byTier[0].total(); }

} // namespace

class CountedAllocatorTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { initializeEngine(); }
    void cleanup()
    {
        CountedAllocator::instance().setBudget(std::nullopt);
        CountedAllocator::instance().failAllocation(0);
    }
    void countsRequestedBytesByTierAndClass()
    {
        const auto before = CountedAllocator::instance().live();
        const PurposeScope purpose(Tier::Host, MemoryClass::Moments);
        const at::Tensor tensor = at::empty({1000}, at::kFloat);
        const auto after = CountedAllocator::instance().live();
        QCOMPARE(after.byTier[1].at(MemoryClass::Moments) - before.byTier[1].at(MemoryClass::Moments), 4000);
        QCOMPARE(after.byTier[0].total(), before.byTier[0].total());
    }
    void freedBytesReturnToTheBase()
    {
        const std::int64_t base = deviceTotal();
        {
            const at::Tensor a = at::empty({100}, at::kFloat);
            const at::Tensor b = at::ones({7, 7}, at::kBFloat16);
            QCOMPARE(deviceTotal(), base + 400 + 98);
        }
        QCOMPARE(deviceTotal(), base);
    }
    void thePeakRemembersItsOwnComposition()
    {
        auto& allocator = CountedAllocator::instance();
        allocator.resetPeaks();
        const std::int64_t base = deviceTotal();
        {
            const PurposeScope purpose(Tier::Device, MemoryClass::Weights);
            const at::Tensor weights = at::empty({1000}, at::kFloat);
            const PurposeScope inner(MemoryClass::Gradients);
            const at::Tensor gradients = at::empty({500}, at::kFloat);
        }
        const PurposeScope purpose(Tier::Device, MemoryClass::Data);
        const at::Tensor later = at::empty({1200}, at::kFloat); // more than weights alone, less than the peak
        const MemoryReading peaks = allocator.peaks();
        QCOMPARE(peaks.devicePeak.total(), base + 6000);
        QCOMPARE(peaks.devicePeak.at(MemoryClass::Weights), 4000);
        QCOMPARE(peaks.devicePeak.at(MemoryClass::Gradients), 2000);
        QCOMPARE(peaks.devicePeak.at(MemoryClass::Data), 0);
    }
    void reclassifyingMovesBytesAndChangesNoTotal()
    {
        auto& allocator = CountedAllocator::instance();
        const at::Tensor tensor = at::empty({256}, at::kFloat);
        const auto before = allocator.live().byTier[0];
        allocator.reclassify(tensor.storage(), MemoryClass::Gradients);
        const auto after = allocator.live().byTier[0];
        QCOMPARE(after.total(), before.total());
        QCOMPARE(after.at(MemoryClass::Gradients) - before.at(MemoryClass::Gradients), 1024);
    }
    void theBudgetHoldsOnDeviceOnlyAndTrainingCanGoOn()
    {
        auto& allocator = CountedAllocator::instance();
        allocator.setBudget(deviceTotal() + 10'000);
        QVERIFY_THROWS_EXCEPTION(c10::OutOfMemoryError, at::empty({5000}, at::kFloat));
        const at::Tensor fits = at::empty({2500}, at::kFloat);
        QVERIFY_THROWS_EXCEPTION(c10::OutOfMemoryError, at::empty({1}, at::kFloat));
        const PurposeScope purpose(Tier::Host, MemoryClass::Moments);
        QCOMPARE(at::empty({5000}, at::kFloat).numel(), 5000);
    }
    void theNthAllocationFailsWhenTold()
    {
        CountedAllocator::instance().failAllocation(2);
        const at::Tensor first = at::empty({1}, at::kFloat);
        QVERIFY_THROWS_EXCEPTION(c10::OutOfMemoryError, at::empty({1}, at::kFloat));
        QCOMPARE(at::empty({1}, at::kFloat).numel(), 1);
    }
    void anEmptiedCacheGivesItsBytesBack()
    {
        auto& allocator = CountedAllocator::instance();
        {
            const at::Tensor big = at::empty({1 << 20}, at::kFloat);
        }
        const std::int64_t cached = allocator.live().reserved[0];
        allocator.emptyCache();
        QVERIFY(allocator.live().reserved[0] <= cached - (4 << 20));
    }
};

QTEST_APPLESS_MAIN(CountedAllocatorTest)
#include "counted_allocator_test.moc"
