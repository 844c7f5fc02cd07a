// SPDX-License-Identifier: Apache-2.0
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/device_listener.h"
#include "core/torch/models/model.h"
#include "core/torch/state/parameter_store.h"
#include "core/torch/torch_backend.h"
#include "tests/support/same_tensors.h"
#include "tests/support/test_device.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <QTest>

using namespace mantissa;

namespace {

std::vector<TensorDescription> specs()
{
    return {
        {.name = "a", .sizes = {64, 48}, .initialiser = {Initialiser::Kind::Normal, 0.02}, .decays = true},
        {.name = "b",
            .sizes = {1003},
            .initialiser = {Initialiser::Kind::Normal, 1e-6}}}; // mostly escapes in FP16
}

ParameterStore newStore(const Placement& placement = {})
{
    ParameterStore store(StateFormat{testDevice()}, placement);
    store.add(specs(), initialValues(1));
    return store;
}

at::Tensor fresh(const TensorDescription& spec, std::int64_t seed)
{
    ParameterStore store(StateFormat{testDevice()}, {});
    store.add({&spec, 1}, initialValues(seed));
    return store.exactValue(store.parameters()[0]).clone();
}

std::vector<at::Tensor> exact(const ParameterStore& store)
{
    std::vector<at::Tensor> values;
    for (const Parameter& parameter : store.parameters())
        values.push_back(store.exactValue(parameter).clone());
    return values;
}

/// What the device's allocator counts for a block: a card has units of 512 bytes.
std::int64_t taken(std::int64_t bytes) { return isSimulated() ? (bytes + 511) / 512 * 512 : bytes; }

/// The same for one tensor of every weight, `width` bytes an element.
std::int64_t takenByAll(std::int64_t width)
{
    std::int64_t bytes = 0;
    for (const TensorDescription& spec : specs())
        bytes += taken(width * spec.elements());
    return bytes;
}

} // namespace

class ParameterStoreTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        initializeEngine();
        CountedAllocator::instance().setAccelerator(!testDevice().is_cpu());
        listenToDevices();
    }
    void everyRoundOfCastsGivesBackEveryBit()
    {
        ParameterStore store = newStore();
        const auto before = exact(store);
        for (const Precision form : {Precision::Bf16, Precision::Fp16, Precision::Bf16, Precision::Fp32,
                 Precision::Fp16, Precision::Fp32}) {
            const CastReport report = store.place({.form = form}).casts;
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
        store.place({.form = Precision::Bf16, .remainder = Tier::Host});
        QVERIFY(store.parameters()[0].value.scalar_type() == at::kBFloat16);
        const auto live = CountedAllocator::instance().live();
        QCOMPARE(live.byTier[0].at(MemoryClass::Weights), takenByAll(2));
        QCOMPARE(live.byTier[1].at(MemoryClass::Remainder), store.elements() * 2);
    }
    void aCastHoldsAtMostTheLargestTensorTwice()
    {
        ParameterStore store = newStore();
        auto& allocator = CountedAllocator::instance();
        const std::int64_t before = allocator.live().byTier[0].total();
        allocator.resetPeaks();
        store.place({.form = Precision::Bf16});
        QVERIFY(allocator.peaks().devicePeak.total() <= before + 64 * 48 * 4 + taken(16)); // and two counts
        QCOMPARE(allocator.live().byTier[0].total(), before); // 2 + 2 bytes instead of 4
    }
    void movingMomentsFreesTheDevice()
    {
        ParameterStore store = newStore();
        const std::int64_t before = CountedAllocator::instance().live().byTier[0].total();
        const MoveReport report = store.place({.moments = Tier::Host}).moves;
        QCOMPARE(report.bytes, store.elements() * 8);
        QCOMPARE(CountedAllocator::instance().live().byTier[0].total(), before - 2 * takenByAll(4));
        store.place({});
        QCOMPARE(CountedAllocator::instance().live().byTier[0].total(), before);
    }
    void momentsOnTheirWayBackArriveWholeBeforeTheyAreRead()
    {
        ParameterStore store = newStore();
        std::vector<at::Tensor> before;
        for (Parameter& parameter : store.parameters()) {
            parameter.moments.m.normal_();
            parameter.moments.v.uniform_();
            before.push_back(parameter.moments.m.clone());
        }
        for (int round = 0; round < 50; ++round) {
            store.place({.moments = Tier::Host});
            {
                const BlockHold hold(store, 0, Parts::Moments);
                QVERIFY(CountedAllocator::instance().tierOf(store.parameters()[0].moments.m.storage())
                    == Tier::Host);
            }
            store.place({.form = round % 2 ? Precision::Bf16 : Precision::Fp32});
            const BlockHold hold(store, 0, Parts::All);
            for (std::size_t i = 0; i < before.size(); ++i)
                QVERIFY(sameBits(store.parameters()[i].moments.m, before[i]));
            QVERIFY(CountedAllocator::instance().tierOf(store.parameters()[0].moments.m.storage())
                == Tier::Device);
        }
        QVERIFY(store.takeMoveWaitSeconds() >= 0);
        QCOMPARE(CountedAllocator::instance().live().byTier[1].total(), 0); // what rested on Host is gone
    }
    void freshWeightsAreTheSameInEachFormAndOnEachTier()
    {
        const auto plain = exact(newStore());
        for (const Placement& placement :
            {Placement{.form = Precision::Bf16}, Placement{.form = Precision::Fp16},
                Placement{Precision::Bf16, Tier::Host, Tier::Host, Tier::Host}}) {
            const auto other = exact(newStore(placement));
            QVERIFY(sameBits(plain[0], other[0]));
            QVERIFY(sameBits(plain[1], other[1]));
        }
    }
    void weightsThatStreamLeaveNothingOnDevice()
    {
        ParameterStore store = newStore();
        const auto before = exact(store);
        store.place({Precision::Bf16, Tier::Host, Tier::Host, Tier::Host});
        QCOMPARE(CountedAllocator::instance().live().byTier[0].total(),
            takenByAll(4)); // the values looked at
        const at::Tensor fetched = store.computeWeight(store.parameters()[0], Precision::Fp32);
        QVERIFY(sameBits(fetched, before[0]));
        const at::Tensor rows = at::tensor({3, 7, 63}, at::kLong).to(testDevice());
        QVERIFY(sameBits(store.computeRows(store.parameters()[0], Precision::Fp32, rows),
            before[0].index_select(0, rows)));
    }
    void initialValuesDependOnSeedAndNameAlone()
    {
        const TensorDescription spec{
            .name = "w", .sizes = {300, 200}, .initialiser = {Initialiser::Kind::Normal, 0.02}};
        at::set_num_threads(1);
        const at::Tensor one = fresh(spec, 7);
        at::set_num_threads(2);
        const at::Tensor two = fresh(spec, 7);
        QVERIFY(sameBits(one, two));
        QVERIFY(!sameBits(one, fresh(spec, 8)));
        QVERIFY(std::abs(one.std().item<double>() - 0.02) < 2e-4);
        QVERIFY(std::abs(one.mean().item<double>()) < 4e-4);
    }
};

QTEST_APPLESS_MAIN(ParameterStoreTest)
#include "parameter_store_test.moc"
