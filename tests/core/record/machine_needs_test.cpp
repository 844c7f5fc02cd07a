// SPDX-License-Identifier: Apache-2.0
#include "core/record/machine_needs.h"

#include "core/base/units.h"
#include "core/model/family.h"

#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;
namespace fs = std::filesystem;

namespace {

RunConfig withTier(Tier weights, Tier moments)
{
    RunConfig config;
    config.choices.execution = Execution::Layerwise;
    config.phases.maxPredictSteps = 0; // no read-out
    config.memory.snapshotBytes = 0;
    for (const Phase phase : allPhases)
        config.choices.table = config.choices.table.with(
            phase, {.weights = weights, .remainder = weights, .moments = moments});
    return config;
}

bool isAbout(std::int64_t value, std::int64_t expected)
{
    return std::abs(value - expected) <= expected / 20;
}

} // namespace

class MachineNeedsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void onTheCpuBothTiersAreOfOneMemory()
    {
        RunConfig config;
        const MachineNeeds needs = needsOf(config);
        QCOMPARE(needs.deviceBytes, estimateMemory(config.estimateInput()).peakDeviceBytes());
        QCOMPARE(needs.memoryBytes(), needs.deviceBytes + needs.hostBytes);
        config.memory.device = "cuda:0";
        QCOMPARE(needsOf(config).memoryBytes(), needsOf(config).hostBytes);
    }
    void whatLeavesDeviceIsFoundOnHost()
    {
        const std::int64_t n = parameterCount(RunConfig{}.model);
        const std::int64_t base = needsOf(withTier(Tier::Device, Tier::Device)).hostBytes;
        QVERIFY(isAbout(needsOf(withTier(Tier::Device, Tier::Host)).hostBytes - base, 8 * n));
        QVERIFY(
            needsOf(withTier(Tier::Host, Tier::Host)).hostBytes - base >= 12 * n); // and what enters blocks
    }
    void snapshotsAndReadOutsRestOnHostToo()
    {
        const std::int64_t n = parameterCount(RunConfig{}.model);
        RunConfig config = withTier(Tier::Device, Tier::Device);
        const std::int64_t base = needsOf(config).hostBytes;
        config.memory.snapshotBytes.reset(); // a small one is taken unasked
        QCOMPARE(needsOf(config).hostBytes - base, 12 * n);
        config.phases.maxPredictSteps = 6; // two windows of FP32, and their copy
        QCOMPARE(needsOf(config).hostBytes - base, 28 * n);
    }
    void statesOnDiskAreAFileAndStaging()
    {
        const std::int64_t n = parameterCount(RunConfig{}.model);
        QCOMPARE(needsOf(withTier(Tier::Host, Tier::Host)).statesBytes, 0);
        RunConfig config = withTier(Tier::Disk, Tier::Disk);
        config.choices.releaseGradients = true;
        const std::int64_t clipped = needsOf(config).statesBytes;
        QVERIFY2(clipped >= 16 * n,
            std::to_string(static_cast<double>(clipped) / static_cast<double>(n))
                .c_str()); // weights, moments, spare slots, gradients that wait
        config.optimizer.maxGradNorm = 0;
        QVERIFY(isAbout(clipped - needsOf(config).statesBytes, 4 * n));
        config.choices.moments = MomentsFormat::Int8;
        QVERIFY(needsOf(config).statesBytes < clipped / 2);
    }
    void checkpointsAreAsManyAsAreKeptAndOneInTheMaking()
    {
        const std::int64_t n = parameterCount(RunConfig{}.model);
        RunConfig config = withTier(Tier::Device, Tier::Device);
        config.training.maxSteps = 5000;
        config.training.saveInterval = 500;
        config.training.keepCheckpoints = 4;
        QCOMPARE(needsOf(config).checkpointBytes, 5 * 12 * n);
        config.training.saveInterval = 0;
        QCOMPARE(needsOf(config).checkpointBytes, 12 * n);
    }
    void theDataAreHeldInMemory()
    {
        const QTemporaryDir dir;
        RunConfig config;
        config.data.source = dir.path().toStdString() + "/text";
        QVERIFY(writeFileAtomically(config.data.source, "x"));
        const std::int64_t small = needsOf(config).hostBytes;
        fs::resize_file(config.data.source, 3 * gibibyte);
        QCOMPARE(needsOf(config).hostBytes - small, 3 * gibibyte - 1);
    }
    void whatIsLargerThanTheRoomIsNamed()
    {
        const MachineNeeds needs{
            .deviceBytes = 100, .hostBytes = 50, .statesBytes = 30, .checkpointBytes = 20};
        QCOMPARE(whyTooLarge(needs, {}), std::string()); // what is not known is not held against it
        QCOMPARE(whyTooLarge(needs, {150, 50, 50, true}), std::string());
        QCOMPARE(whyTooLarge(needs, {149, 50, 50, true}),
            std::string(
                "about 150 B of memory would be needed (Device 100 B, Host 50 B) and 149 B are free here"));
        QVERIFY(whyTooLarge(needs, {150, 49, 49, true}).find("about 50 B of disk") == 0);
        QVERIFY(whyTooLarge(needs, {150, 30, 20, false}).empty());
        QVERIFY(
            whyTooLarge(needs, {150, 29, 20, false}).find("states in memory.scratch") != std::string::npos);
        QVERIFY(whyTooLarge(needs, {150, 30, 19, false}).find("checkpoints") != std::string::npos);
    }
    void itIsRefusedUnlessToldToTry()
    {
        RunConfig config;
        const auto refused = checkRoom(config, {.memoryBytes = 1000});
        QVERIFY(!refused);
        QVERIFY(refused.error().code == ExitCode::OutOfMemory);
        QVERIFY(refused.error().message.find(" (--set memory.allow_overcommit=true tries all the same)")
            != std::string::npos); // what the window leaves out: it has a button
        config.memory.allowOvercommit = true;
        QVERIFY(checkRoom(config, {.memoryBytes = 1000}).has_value());
        QVERIFY(toJson(config).dump().find("\"allow_overcommit\":true") != std::string::npos);
    }
    void whatARunHoldsAlreadyIsItsOwnRoom()
    {
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString();
        RunConfig config;
        const MachineRoom before = roomFor(config, folder / "run");
        QVERIFY(before.isOneDisk);
        QVERIFY(*before.memoryBytes > 0);
        fs::create_directories(folder / "run/checkpoints");
        QVERIFY(writeFileAtomically(folder / "run/states", "x"));
        fs::resize_file(
            folder / "run/states", std::uintmax_t{1} << 40); // holes: the disk is as free as it was
        QVERIFY(*roomFor(config, folder / "run").statesBytes >= std::int64_t{1} << 40);
    }
};

QTEST_APPLESS_MAIN(MachineNeedsTest)
#include "machine_needs_test.moc"
