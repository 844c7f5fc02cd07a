// SPDX-License-Identifier: Apache-2.0
// Long work asks whether it is still wanted often enough: counted, not timed.

#include "core/model/family.h"
#include "core/torch/engine/torch_engine.h"
#include "core/torch/torch_backend.h"
#include "tests/support/engine_states.h"

#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;

class InterruptionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { writeText(file()); }

    void makingAnEngineAsksOftenAndEnds()
    {
        std::int64_t looks = 0;
        EngineSetup setup = setupThat([&] { return ++looks < 0; });
        QVERIFY(makeTorchEngine(setup).has_value());
        QVERIFY(looks >= static_cast<std::int64_t>(describe(setup.config.model).blocks.size()));
        const std::int64_t all = looks;
        for (std::int64_t at = 1; at <= all; ++at) {
            looks = 0;
            setup.isInterrupted = [&] { return ++looks >= at; };
            const auto made = makeTorchEngine(setup);
            QVERIFY(!made.has_value() && made.error().code == ExitCode::Interrupted);
            QCOMPARE(looks, at); // it ends where it was told
        }
    }
    void anEvaluationAsksForEachBatchAndCanBeAskedForAgain()
    {
        std::int64_t looks = 0;
        std::int64_t last = INT64_MAX;
        auto made = makeTorchEngine(setupThat([&] { return ++looks >= last; }));
        QVERIFY(made.has_value());
        looks = 0;
        const auto calm = made->engine->evaluate(Precision::Bf16);
        QVERIFY(calm.has_value());
        QCOMPARE(looks, 5);
        const States before = statesOf(static_cast<TorchEngine&>(*made->engine));
        for (last = 1; last <= 5; ++last) {
            looks = 0;
            const auto cut = made->engine->evaluate(Precision::Bf16);
            QVERIFY(!cut.has_value() && cut.error().code == ExitCode::Interrupted);
            QCOMPARE(looks, last);
        }
        last = INT64_MAX;
        QCOMPARE(made->engine->evaluate(Precision::Bf16)->loss, calm->loss);
        QCOMPARE(firstDifference(before, statesOf(static_cast<TorchEngine&>(*made->engine))), std::string());
    }
    void loadingAsksForEachTensor()
    {
        std::int64_t looks = 0;
        auto made = makeTorchEngine(setupThat([&] { return ++looks < 0; }));
        QVERIFY(made.has_value());
        QVERIFY(made->engine->save(m_dir.path().toStdString()).has_value());
        looks = 0;
        QVERIFY(made->engine->load(m_dir.path().toStdString()).has_value());
        QVERIFY(looks >= static_cast<std::int64_t>(describe(config().model).tensors.size()));
    }

private:
    std::string file() const { return m_dir.filePath(QStringLiteral("text.txt")).toStdString(); }
    RunConfig config() const
    {
        RunConfig config;
        config.model = {.layers = 3, .width = 32, .heads = 2, .context = 16};
        config.data.source = file();
        config.training.batchSize = 2;
        config.training.evalBatches = 5;
        return config;
    }
    EngineSetup setupThat(std::function<bool()> isInterrupted) const
    {
        EngineSetup setup{.config = config()};
        setup.isInterrupted = std::move(isInterrupted);
        return setup;
    }

    QTemporaryDir m_dir;
};

QTEST_APPLESS_MAIN(InterruptionTest)
#include "interruption_test.moc"
