// SPDX-License-Identifier: Apache-2.0
// A step, a cast, a move, an evaluation that runs out of memory anywhere is repeated, or goes forward from
// where it was; either way it ends in the bits that it would have had. Every allocation is made to fail in
// turn, in every mixture of formats, tiers, masters and executors.

#include "core/torch/engine/states_file.h"
#include "core/torch/torch_backend.h"
#include "tests/support/engine_states.h"
#include "tests/support/test_device.h"

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <random>

using namespace mantissa;

namespace {

/// Failures tried of each way; MANTISSA_FAILURES sets another number.
std::int64_t failuresTried(std::int64_t inShortForm)
{
    const char* asked = std::getenv("MANTISSA_FAILURES"); // NOLINT(concurrency-mt-unsafe)
    return asked ? std::strtoll(asked, nullptr, 10) : inShortForm;
}

using Row = std::pair<std::string, std::string>; // name and settings

const std::vector<Row> presetRows{
    {"whole fp32", "precision.enabled=false"},
    {"balanced, clipping", "@balanced"},
    {"balanced, free", "@balanced optimizer.max_grad_norm=0"},
    {"smallest, free, accumulation",
        "@smallest optimizer.max_grad_norm=0 training.gradient_accumulation_steps=2"},
    {"smallest, tied, free", "@smallest optimizer.max_grad_norm=0 model.tied=true"},
    {"smallest, frozen",
        R"(@smallest model.frozen=["model.layers.0.mlp.up_proj.weight","model.embed_tokens.weight"])"},
    {"rounded", "@aggressive precision.master=rounded"},
    {"stochastic, layerwise", "@smallest precision.master=stochastic"},
    {"stochastic, moments on disk, free",
        "@smallest precision.master=stochastic optimizer.max_grad_norm=0 precision.phases.full.moments=disk"},
};

/// Every place that the states of a phase can rest in, in each compute format and executor.
std::vector<Row> mixtures()
{
    const std::vector<std::string> tiers{"device", "host", "disk"};
    std::vector<Row> rows;
    const auto add = [&](const std::string& compute, const std::string& executor, std::size_t weights,
                         std::size_t remainder, std::size_t moments, bool clips) {
        const std::string full = " precision.phases.full.";
        rows.emplace_back(compute + " " + executor + ", weights " + tiers[weights] + ", remainder "
                + tiers[remainder] + ", moments " + tiers[moments] + (clips ? "" : ", free"),
            "precision.phases.full.compute=" + compute + full + "weights=" + tiers[weights] + full
                + "remainder=" + tiers[remainder] + full + "moments=" + tiers[moments]
                + (executor == "recompute" ? full + "activations=recompute" : "")
                + (executor == "layerwise" ? " memory.execution=layerwise" : "")
                + (weights > 0 || !clips ? " memory.release_gradients=true" : "")
                + (clips ? "" : " optimizer.max_grad_norm=0"));
    };
    for (const std::string compute : {"fp32", "bf16", "fp16"})
        for (std::size_t moments = 0; moments < tiers.size(); ++moments) {
            for (std::size_t remainder = 0; remainder < (compute == "fp32" ? 1 : tiers.size()); ++remainder) {
                add(compute, "whole", 0, remainder, moments, true);
                if (compute != "fp16")
                    add(compute, "recompute", 0, remainder, moments, false);
            }
            for (std::size_t weights = 1; weights < tiers.size(); ++weights) {
                add(compute, "layerwise", weights, weights, moments, true);
                if (compute != "fp16")
                    add(compute, "layerwise", weights, 2, moments, false);
            }
        }
    return rows;
}

} // namespace

class AllocationFailureTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() // every test runs for each of them
    {
        QTest::addColumn<int>("memory");
        for (std::size_t i = 0; i < failingMemories().size(); ++i)
            QTest::newRow(failingMemories()[i].name) << static_cast<int>(i);
    }
    void initTestCase()
    {
        initializeEngine();
        writeText(file());
    }

    void aStepEndsInItsBits_data()
    {
        QTest::addColumn<QByteArray>("settings");
        for (const Row& row : presetRows)
            QTest::newRow(row.first.c_str()) << QByteArray::fromStdString(row.second);
        for (const Row& row : mixtures())
            QTest::newRow(row.first.c_str()) << QByteArray::fromStdString(row.second);
    }
    void aStepEndsInItsBits()
    {
        QFETCH(QByteArray, settings);
        const RunConfig config = configOf(settings);
        const FailingMemory allocator = memoryThatFails();
        auto reference = engineOf(config);
        QVERIFY(reference->step(order(config, 0)).has_value());
        const std::int64_t before = allocator.allocations();
        QVERIFY(reference->step(order(config, 1)).has_value());
        const std::int64_t count = allocator.allocations() - before;
        const States expected = statesOf(*reference);
        reference.reset();
        const std::int64_t tries = std::min(count, failuresTried(5));
        const std::int64_t liveBefore = CountedAllocator::instance().live().byTier[0].total();
        for (std::int64_t i = 0; i < tries; ++i) {
            const std::int64_t n = 1 + i * count / tries;
            auto engine = engineOf(config);
            QVERIFY(engine->step(order(config, 0)).has_value());
            allocator.fail(n);
            const auto failed = engine->step(order(config, 1));
            allocator.fail(0);
            QVERIFY2(!failed, qPrintable(QString::number(n)));
            QVERIFY(failed.error().code == ExitCode::OutOfMemory);
            const auto again = engine->step(order(config, 1));
            QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
            const std::string differs = firstDifference(expected, statesOf(*engine));
            QVERIFY2(differs.empty(),
                qPrintable(QStringLiteral("allocation %1 of %2: %3").arg(n).arg(count).arg(differs.c_str())));
        }
        QCOMPARE(CountedAllocator::instance().live().byTier[0].total(), liveBefore);
    }

    void aReadoutIsCollectedOnceWhateverFails()
    {
        RunConfig config = configOf("@balanced");
        const FailingMemory allocator = memoryThatFails();
        StepOrder collecting = order(config, 1);
        collecting.collectReadout = true;
        auto reference = engineOf(config);
        QVERIFY(reference->step(order(config, 0)).has_value());
        const std::int64_t before = allocator.allocations();
        QVERIFY(reference->step(collecting).has_value());
        const std::int64_t count = allocator.allocations() - before;
        const States expected = statesOf(*reference);
        const double loss = reference->readouts().evaluate(0, Precision::Fp32)->loss;
        for (std::int64_t n = count; n > count - failuresTried(30) && n > 0; --n) {
            auto engine = engineOf(config);
            QVERIFY(engine->step(order(config, 0)).has_value());
            allocator.fail(n);
            const auto failed = engine->step(collecting);
            allocator.fail(0);
            QVERIFY(!failed && engine->step(collecting).has_value());
            QCOMPARE(firstDifference(expected, statesOf(*engine)), std::string());
            QCOMPARE(engine->readouts().windows().count, 1);
            QCOMPARE(engine->readouts().evaluate(0, Precision::Fp32)->loss, loss);
        }
    }

    void aCastOrMoveLosesNothing_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        const std::vector<Row> places{{"fp32", "precision.enabled=false"},
            {"bf16 on device", "precision.phases.full.compute=bf16"},
            {"bf16, rest on host",
                "precision.phases.full.compute=bf16 precision.phases.full.remainder=host "
                "precision.phases.full.moments=host"},
            {"fp16, moments on disk",
                "precision.phases.full.compute=fp16 precision.phases.full.moments=disk"},
            {"streamed from host", "memory.execution=layerwise precision.phases.full.weights=host"},
            {"all on disk",
                "memory.execution=layerwise precision.phases.full.weights=disk "
                "precision.phases.full.moments=disk"}};
        for (const Row& from : places)
            for (const Row& to : places)
                if (from.first != to.first)
                    QTest::newRow((from.first + " to " + to.first).c_str())
                        << QByteArray::fromStdString(from.second) << QByteArray::fromStdString(to.second);
    }
    void aCastOrMoveLosesNothing()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        const RunConfig before = configOf(from);
        const ResolvedPlan target = configOf(to).choices.resolve(Phase::Full);
        const FailingMemory allocator = memoryThatFails();
        std::int64_t count = 0;
        States expected;
        {
            auto reference = engineOf(before);
            QVERIFY(reference->step(order(before, 0)).has_value());
            expected = statesOf(*reference);
            const std::int64_t allocations = allocator.allocations();
            QVERIFY(reference->enter(Phase::Full, target).has_value());
            count = allocator.allocations() - allocations;
            QCOMPARE(firstDifference(expected, statesOf(*reference)), std::string());
        }
        const std::int64_t tries = std::min(count, failuresTried(4));
        for (std::int64_t i = 0; i < tries; ++i) {
            const std::int64_t n = 1 + i * count / tries;
            auto engine = engineOf(before);
            QVERIFY(engine->step(order(before, 0)).has_value());
            allocator.fail(n);
            const auto failed = engine->enter(Phase::Full, target);
            allocator.fail(0);
            QVERIFY2(!failed, qPrintable(QString::number(n)));
            const std::string kept = firstDifference(expected, statesOf(*engine));
            QVERIFY2(kept.empty(), qPrintable(QStringLiteral("allocation %1: %2").arg(n).arg(kept.c_str())));
            // on with it, or back: odd ones go back first
            if (i % 2 == 1)
                QVERIFY(engine->enter(Phase::Full, before.choices.resolve(Phase::Full)).has_value());
            QCOMPARE(firstDifference(expected, statesOf(*engine)), std::string());
            const auto again = engine->enter(Phase::Full, target);
            QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
            const std::string moved = firstDifference(expected, statesOf(*engine));
            QVERIFY2(
                moved.empty(), qPrintable(QStringLiteral("allocation %1: %2").arg(n).arg(moved.c_str())));
        }
    }

    void anEvaluationOrProbeLeavesThePlanInForce_data()
    {
        QTest::addColumn<QByteArray>("settings");
        for (const char* settings : {"precision.enabled=false", "@aggressive", "@smallest",
                 "memory.execution=layerwise precision.phases.full.weights=disk "
                 "precision.phases.full.moments=disk"})
            QTest::newRow(settings) << QByteArray(settings);
    }
    void anEvaluationOrProbeLeavesThePlanInForce()
    {
        QFETCH(QByteArray, settings);
        const RunConfig config = configOf(settings);
        const FailingMemory allocator = memoryThatFails();
        const auto asked = [&](TorchEngine& engine, bool evaluates) {
            return evaluates ? engine.evaluate(Precision::Fp16).has_value()
                             : engine.readouts().probe({.step = 1}).has_value();
        };
        auto reference = engineOf(config);
        QVERIFY(reference->step(order(config, 0)).has_value());
        std::int64_t counts[2];
        for (const bool evaluates : {false, true}) {
            const std::int64_t before = allocator.allocations();
            QVERIFY(asked(*reference, evaluates));
            counts[evaluates] = allocator.allocations() - before;
        }
        QVERIFY(reference->step(order(config, 1)).has_value());
        const States expected = statesOf(*reference);
        for (const bool evaluates : {false, true})
            for (std::int64_t i = 0, tries = std::min(counts[evaluates], failuresTried(10)); i < tries; ++i) {
                auto engine = engineOf(config);
                QVERIFY(engine->step(order(config, 0)).has_value());
                allocator.fail(1 + i * counts[evaluates] / tries);
                QVERIFY(!asked(*engine, evaluates));
                allocator.fail(0);
                if (i % 2 == 0)
                    QVERIFY(asked(*engine, evaluates));
                QVERIFY(engine->step(order(config, 1)).has_value());
                QCOMPARE(firstDifference(expected, statesOf(*engine)), std::string());
                QVERIFY(engine->store().placement() == placementOf(config.choices.resolve(Phase::Full)));
            }
    }

    void randomFailuresOverManyStepsLeaveNoTrace_data()
    {
        QTest::addColumn<QByteArray>("settings");
        for (const Row& row : presetRows)
            QTest::newRow(row.first.c_str()) << QByteArray::fromStdString(row.second);
    }
    void randomFailuresOverManyStepsLeaveNoTrace()
    {
        QFETCH(QByteArray, settings);
        const RunConfig config = configOf(settings);
        const FailingMemory allocator = memoryThatFails();
        const std::int64_t steps = failuresTried(16);
        auto reference = engineOf(config);
        std::int64_t count = 0;
        for (std::int64_t step = 0; step < steps; ++step) {
            const std::int64_t before = allocator.allocations();
            QVERIFY(reference->step(order(config, step)).has_value());
            count = allocator.allocations() - before;
        }
        const States expected = statesOf(*reference);
        reference.reset();
        auto engine = engineOf(config);
        std::mt19937_64 random(11);
        std::int64_t failures = 0;
        for (std::int64_t step = 0; step < steps; ++step) {
            allocator.fail(1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(count)));
            const auto first = engine->step(order(config, step));
            allocator.fail(0);
            failures += first ? 0 : 1;
            if (!first)
                QVERIFY(engine->step(order(config, step)).has_value());
        }
        QVERIFY(failures > steps / 2);
        QCOMPARE(firstDifference(expected, statesOf(*engine)), std::string());
    }

private:
    static FailingMemory memoryThatFails()
    {
        QFETCH_GLOBAL(int, memory);
        return failingMemories()[static_cast<std::size_t>(memory)];
    }
    std::string file() const { return m_dir.filePath(QStringLiteral("text.txt")).toStdString(); }
    static StepOrder order(const RunConfig& config, std::int64_t step)
    {
        const bool scales = config.choices.resolve(Phase::Full).compute == Precision::Fp16;
        return {.step = step, .learningRate = 1e-3, .lossScale = scales ? 1024.0 : 1.0};
    }

    RunConfig configOf(const QByteArray& words) const
    {
        const Json json = {{"model",
                               {{"kind", "llama"}, {"layers", 2}, {"width", 32}, {"heads", 2}, {"ffn", 48},
                                   {"context", 16}, {"tied", false}}},
            {"data", {{"source", file()}}},
            {"training", {{"batch_size", 2}, {"threads", 2}, {"eval_batches", 1}}},
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
    std::unique_ptr<TorchEngine> engineOf(const RunConfig& config) const
    {
        static int made = 0; // each its own: a file in use is not taken by another
        const EngineSetup setup{config, m_dir.filePath(QStringLiteral("states%1").arg(++made)).toStdString()};
        auto engine = std::make_unique<TorchEngine>(
            setup, std::move(*openDataset(config)), testDevice(), std::move(*openStates(setup)));
        if (!engine->enter(Phase::Full, config.choices.resolve(Phase::Full)))
            qFatal("enter");
        return engine;
    }

    QTemporaryDir m_dir;
};

QTEST_APPLESS_MAIN(AllocationFailureTest)
#include "allocation_failure_test.moc"
