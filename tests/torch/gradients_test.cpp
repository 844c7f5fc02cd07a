// SPDX-License-Identifier: Apache-2.0
// Gradients as the optimizer gets them. Without clipping the first moment after one update is (1 - beta1)
// times the gradient, so that is where they are read: no factor hides in it, as it would behind Adam.

#include "core/model/family.h"
#include "core/torch/engine/states_file.h"
#include "core/torch/torch_backend.h"
#include "tests/support/engine_states.h"
#include "tests/support/test_device.h"

#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;

namespace {

/// Six sequences, handed out in micro-batches of whatever size is asked for.
class SixRows final : public Dataset {
public:
    explicit SixRows(std::int64_t rows)
        : m_rows(rows)
    {
        at::manual_seed(2);
        m_tokens = at::randint(0, 50, {6, 17}, at::kLong);
    }
    Batch trainingBatch(std::int64_t, std::int64_t micro) const override
    {
        const at::Tensor rows = m_tokens.narrow(0, micro * m_rows, m_rows);
        return {rows.slice(1, 0, 16).contiguous(), rows.slice(1, 1).reshape({-1}).contiguous()};
    }
    std::int64_t targetsOf(std::int64_t, std::int64_t) const override { return m_rows * 16; }
    std::int64_t evaluationBatches() const override { return 1; }
    Batch evaluationBatch(std::int64_t) const override { return trainingBatch(0, 0); }
    bool hasClasses() const override { return false; }

private:
    std::int64_t m_rows;
    at::Tensor m_tokens;
};

RunConfig configOf(const char* kind, std::int64_t micros, bool byBlock, std::int64_t chunk)
{
    RunConfig config;
    config.model = {.kind = kind, .layers = 2, .width = 32, .heads = 2, .context = 16, .vocab = 50};
    config.training = {.batchSize = 6 / micros, .accumulation = micros, .threads = 2};
    config.optimizer.maxGradNorm = 0;
    config.choices.lossChunk = chunk;
    PhasePlan plan{.compute = Precision::Fp32};
    if (byBlock) {
        config.choices.execution = Execution::Layerwise;
        config.choices.releaseGradients = true;
        plan.weights = plan.remainder = plan.moments = Tier::Host;
    }
    for (const Phase phase : allPhases)
        config.choices.table = config.choices.table.with(phase, plan);
    return config;
}

/// The states after one update whose rate is 0.
States gradientsOf(const RunConfig& config)
{
    TorchEngine engine({config}, std::make_unique<SixRows>(config.training.batchSize), testDevice());
    if (!engine.enter(Phase::Full, config.choices.resolve(Phase::Full)) || !engine.step({}))
        qFatal("step");
    return statesOf(engine);
}

} // namespace

class GradientsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { initializeEngine(); }

    void accumulatedOnesAreThoseOfOneLargeBatch_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<bool>("byBlock");
        QTest::addColumn<int>("chunk");
        for (const char* kind : {"gpt", "llama"})
            for (const bool byBlock : {false, true})
                for (const int chunk : {0, 20})
                    QTest::addRow("%s, %s, chunk %d", kind, byBlock ? "layerwise" : "whole", chunk)
                        << QByteArray(kind) << byBlock << chunk;
    }
    void accumulatedOnesAreThoseOfOneLargeBatch()
    {
        QFETCH(QByteArray, kind);
        QFETCH(bool, byBlock);
        QFETCH(int, chunk);
        const States whole = gradientsOf(configOf(kind, 1, false, 0));
        for (const std::int64_t micros : {2, 3, 6}) {
            const States split = gradientsOf(configOf(kind, micros, byBlock, chunk));
            for (const auto& [name, tensor] : whole) {
                const double size = tensor.abs().max().item<double>();
                QVERIFY2(!name.ends_with(".m") || size > 0, name.c_str());
                QVERIFY2(at::allclose(tensor, split.at(name), 1e-4, 1e-5 * size), name.c_str());
            }
        }
    }

    void aFrozenTensorHasNeitherGradientNorOptimizerState_data()
    {
        accumulatedOnesAreThoseOfOneLargeBatch_data();
    }
    void aFrozenTensorHasNeitherGradientNorOptimizerState()
    {
        QFETCH(QByteArray, kind);
        QFETCH(bool, byBlock);
        QFETCH(int, chunk);
        const RunConfig all = configOf(kind, 2, byBlock, chunk);
        const States trained = gradientsOf(all);
        RunConfig some = all;
        for (const TensorDescription& tensor :
            describe(all.model).tensors) // all of block 0, half of the rest
            if (tensor.block == 0 || tensor.index % 2 == 0)
                some.model.frozen.push_back(tensor.name);
        const States left = gradientsOf(some);
        for (const auto& [name, tensor] : trained) {
            const bool isMoment = name.ends_with(".m") || name.ends_with(".v");
            const std::string owner = isMoment ? name.substr(0, name.size() - 2) : name;
            const bool isFrozen = std::ranges::find(some.model.frozen, owner) != some.model.frozen.end();
            QCOMPARE(left.contains(name), !isMoment || !isFrozen);
            if (left.contains(name)) // what trains has the gradient that it had
                QVERIFY2(at::equal(tensor, left.at(name)), name.c_str());
        }
    }

    void aFrozenTensorStaysAndTheOthersLearn()
    {
        const QTemporaryDir dir;
        RunConfig config = configOf("llama", 2, true, 20);
        config.model.tied = false;
        config.model.frozen
            = {"model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight", "lm_head.weight"};
        config.optimizer.maxGradNorm = 1;
        config.choices.moments = MomentsFormat::Int8;
        PhasePlan onDisk = config.choices.table.at(Phase::Full);
        onDisk.weights = onDisk.remainder = onDisk.moments = Tier::Disk;
        for (const Phase phase : allPhases)
            config.choices.table = config.choices.table.with(phase, onDisk);
        const EngineSetup setup{config, dir.filePath(QStringLiteral("states")).toStdString()};
        TorchEngine engine(setup, std::make_unique<SixRows>(config.training.batchSize), testDevice(),
            std::move(*openStates(setup)));
        QVERIFY(engine.enter(Phase::Full, config.choices.resolve(Phase::Full)).has_value());
        const States before = statesOf(engine);
        double first = 0;
        double last = 0;
        for (std::int64_t step = 0; step < 20; ++step) {
            const auto report = engine.step({.step = step, .learningRate = 1e-2});
            QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
            (step == 0 ? first : last) = report->loss;
        }
        QVERIFY(last < first);
        const States after = statesOf(engine);
        for (const TensorDescription& tensor : engine.model().tensors())
            QCOMPARE(at::equal(before.at(tensor.name), after.at(tensor.name)), !tensor.trains);
    }
};

QTEST_APPLESS_MAIN(GradientsTest)
#include "gradients_test.moc"
