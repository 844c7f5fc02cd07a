// SPDX-License-Identifier: Apache-2.0
// What a step asks of a card beside its operations: copies between host and device, and waits. A wait is a
// copy to the host or a number read: either ends when all that was launched before is done.

#include "core/torch/engine/states_file.h"
#include "core/torch/engine/torch_engine.h"
#include "core/torch/torch_backend.h"
#include "tests/support/engine_states.h"
#include "tests/support/test_device.h"

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

using namespace mantissa;

class CardTrafficTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        initializeEngine();
        writeText(file());
    }
    void aStepOnDeviceHardlyWaits_data()
    {
        QTest::addColumn<QByteArray>("settings");
        QTest::addColumn<bool>("looks");
        QTest::addColumn<int>("waits");
        QTest::addColumn<int>("copies");
        // loss, norm, and whether every new value is finite; inputs, targets, the flag for the last
        QTest::newRow("fp32") << QByteArray("@conservative") << false << 3 << 20;
        QTest::newRow("bf16") << QByteArray("@aggressive") << false << 3 << 20;
        QTest::newRow("bf16, chunks of the loss")
            << QByteArray("@aggressive memory.loss_chunk=256") << false << 3 << 20;
        // three copies for each of the 52 weights: before, after, gradients
        QTest::newRow("bf16, numbers looked at") << QByteArray("@aggressive") << true << 160 << 180;
    }
    void aStepOnDeviceHardlyWaits()
    {
        QFETCH(QByteArray, settings);
        QFETCH(bool, looks);
        QFETCH(int, waits);
        QFETCH(int, copies);
        const RunConfig config = configOf(settings);
        const EngineSetup setup{config, m_dir.filePath(QStringLiteral("states")).toStdString()};
        TorchEngine engine(setup, std::move(*openDataset(config)), *openDevice(config.memory),
            std::move(*openStates(setup)));
        QVERIFY(engine.enter(Phase::Full, config.choices.resolve(Phase::Full)).has_value());
        QVERIFY(engine.step({.step = 0, .learningRate = 1e-3}).has_value());
        const CardCounters before = (*loadSimulatedCard())->counters();
        const auto step = engine.step(
            {.step = 1, .learningRate = 1e-3, .numbers = looks ? NumberLook::Sampled : NumberLook::None});
        QVERIFY2(step.has_value(), step ? "" : step.error().message.c_str());
        const CardCounters after = (*loadSimulatedCard())->counters();
        const auto waited
            = static_cast<int>(after.reads - before.reads + after.copiesToHost - before.copiesToHost);
        const auto copied = static_cast<int>(
            after.copiesToHost - before.copiesToHost + after.copiesToDevice - before.copiesToDevice);
        qInfo("%d waits, %d copies, %d operations", waited, copied,
            static_cast<int>(after.operations - before.operations));
        QVERIFY(waited <= waits);
        QVERIFY(copied <= copies);
        QCOMPARE(after.foreignResults, before.foreignResults);
    }

private:
    std::string file() const { return m_dir.filePath(QStringLiteral("text.txt")).toStdString(); }
    RunConfig configOf(const QByteArray& words) const
    {
        const Json json = {{"model", {{"layers", 4}, {"width", 128}, {"heads", 4}, {"context", 64}}},
            {"data", {{"source", file()}}}, {"memory", {{"device", "simulated:1GiB"}}},
            {"training", {{"batch_size", 12}, {"threads", 2}, {"eval_batches", 1}}},
            {"phases", {{"warmup_steps", 0}}}};
        ConfigOverrides overrides;
        for (const QByteArray& word : words.split(' ')) {
            if (word.startsWith('@'))
                overrides.preset = word.mid(1).toStdString();
            else
                overrides.settings.push_back(word.toStdString());
        }
        const auto loaded = configFromJson(json, overrides, ".");
        if (!loaded)
            qFatal("%s: %s", words.constData(), loaded.error().message.c_str());
        return loaded->config;
    }

    QTemporaryDir m_dir;
};

QTEST_APPLESS_MAIN(CardTrafficTest)
#include "card_traffic_test.moc"
