// SPDX-License-Identifier: Apache-2.0
// Rows with answers: only these train, the loss is the mean over the trained tokens of the whole accumulated
// batch, and every way of executing a step has the same bits.

#include "core/torch/engine/torch_engine.h"
#include "core/torch/torch_backend.h"
#include "core/training/trainer.h"
#include "tests/support/engine_states.h"
#include "tests/support/test_device.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>
#include <c10/core/GradMode.h>

#include <fstream>
#include <set>

using namespace mantissa;

namespace {

constexpr int rows = 40;

RunConfig rowsConfig(const QTemporaryDir& dir)
{
    const auto file = std::filesystem::path(dir.path().toStdString()) / "rows.jsonl";
    std::ofstream text(file);
    for (int i = 0; i < rows; ++i)
        text << R"({"prompt": "question )" << i << R"(: ", "completion": "answer)"
             << std::string(static_cast<std::size_t>(i % 7), 'x') << "\"}\n";
    text.close();
    RunConfig config;
    config.model = {.layers = 2, .width = 32, .heads = 2, .context = 48};
    config.data.source = file.string();
    config.data.chatTemplate = "plain";
    config.training.batchSize = 3;
    config.training.accumulation = 2;
    config.training.threads = 2;
    return config;
}

at::Tensor logitsOf(TorchEngine& engine, const at::Tensor& tokens)
{
    WeightList weights;
    for (const Parameter& parameter : engine.store().parameters())
        weights.push_back(engine.store().exactValue(parameter).cpu());
    weights.push_back(weights.front()); // the head is tied
    at::Tensor x = tokens;
    for (const auto& block : engine.model().blocks)
        x = block->forward(x, weights, {});
    return x;
}

} // namespace

class RowsTrainingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { initializeEngine(); }

    void theLossIsTheMeanOverTheTrainedTokensOfTheStep()
    {
        const QTemporaryDir dir;
        for (const std::int64_t chunk : {0, 4}) {
            RunConfig config = rowsConfig(dir);
            config.choices.lossChunk = chunk;
            auto data = openDataset(config);
            QVERIFY2(data.has_value(), data ? "" : data.error().message.c_str());
            TorchEngine engine({config}, std::move(*openDataset(config)), testDevice());
            QVERIFY(engine.enter(Phase::Full, {}).has_value());
            double sum = 0;
            std::int64_t targets = 0;
            for (std::int64_t micro = 0; micro < 2; ++micro) {
                const c10::NoGradGuard noGrad;
                const Batch batch = (*data)->trainingBatch(0, micro);
                QCOMPARE(batch.targets.numel(), (*data)->targetsOf(0, micro));
                QVERIFY(batch.targets.numel() < batch.inputs.numel()); // prompts and padding do not train
                at::Tensor labels = at::full({batch.inputs.numel()}, -100, at::kLong);
                labels.index_put_({batch.rows}, batch.targets);
                sum += at::cross_entropy_loss(logitsOf(engine, batch.inputs), labels, {}, at::Reduction::Sum)
                           .item<double>();
                targets += batch.targets.numel();
            }
            const auto report = engine.step({.step = 0, .learningRate = 1e-3});
            QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
            const double mean = sum / static_cast<double>(targets);
            QVERIFY2(std::abs(report->loss - mean) < 1e-5 * mean, QByteArray::number(report->loss - mean));
        }
    }

    void everyWayHasTheSameBits()
    {
        const QTemporaryDir dir;
        States first;
        for (const Execution execution : {Execution::Whole, Execution::Layerwise})
            for (const Tier tier : {Tier::Device, Tier::Host}) {
                if (execution == Execution::Whole && tier == Tier::Host)
                    continue;
                RunConfig config = rowsConfig(dir);
                config.choices.lossChunk = 4;
                ResolvedPlan plan;
                plan.execution = execution;
                plan.weights = plan.moments = tier;
                TorchEngine engine({config}, std::move(*openDataset(config)), testDevice());
                QVERIFY(engine.enter(Phase::Full, plan).has_value());
                for (std::int64_t step = 0; step < 3; ++step)
                    QVERIFY(engine.step({.step = step, .learningRate = 1e-3}).has_value());
                const States states = statesOf(engine);
                if (first.empty())
                    first = states;
                QCOMPARE(firstDifference(states, first), std::string());
            }
    }

    void eachRowIsReadOnceAnEpoch()
    {
        const QTemporaryDir dir;
        RunConfig config = rowsConfig(dir);
        config.data.validationFraction = 0.1;
        const auto data = std::move(*openDataset(config));
        QCOMPARE(data->whatWasRead().trainingSamples, rows - 4);
        std::multiset<std::string> seen;
        for (std::int64_t step = 0; step < (rows - 4) / 6; ++step)
            for (std::int64_t micro = 0; micro < 2; ++micro) {
                const Batch batch = data->trainingBatch(step, micro);
                for (std::int64_t row = 0; row < batch.inputs.size(0); ++row) {
                    const at::Tensor ids = batch.inputs[row].to(at::kByte).contiguous();
                    const std::string text(static_cast<const char*>(ids.const_data_ptr()),
                        static_cast<std::size_t>(ids.numel()));
                    seen.insert(text.substr(0, text.find(':')));
                }
            }
        QCOMPARE(seen.size(), std::size_t{rows - 4});
        QCOMPARE((std::set<std::string>(seen.begin(), seen.end()).size()), std::size_t{rows - 4});
        // a process that goes on reads what the first would have read
        const auto later = std::move(*openDataset(config));
        later->goOnFrom(2, 12);
        QVERIFY(at::equal(later->trainingBatch(3, 1).inputs, data->trainingBatch(3, 1).inputs));
    }

    void aTextInMidTrainingChangesNoBit()
    {
        const QTemporaryDir dir;
        std::vector<States> states;
        std::vector<std::string> texts;
        for (const bool writes : {false, true}) {
            RunConfig config = rowsConfig(dir);
            config.model.dropout = 0.1;
            TorchEngine engine({config}, std::move(*openDataset(config)), testDevice());
            QVERIFY(engine.enter(Phase::Full, {}).has_value());
            for (std::int64_t step = 0; step < 3; ++step) {
                QVERIFY(engine.step({.step = step, .learningRate = 1e-3}).has_value());
                if (!writes)
                    continue;
                for (int i = 0; i < 2; ++i) {
                    const auto text = engine.writer()->write({.prompt = "question", .tokens = 8, .seed = 3});
                    QVERIFY2(text.has_value(), text ? "" : text.error().message.c_str());
                    texts.push_back(*text);
                }
                QCOMPARE(texts[texts.size() - 2], texts.back()); // one seed, one text
            }
            states.push_back(statesOf(engine));
        }
        QCOMPARE(firstDifference(states[0], states[1]), std::string());
        QVERIFY(!texts.front().empty());
    }
};

QTEST_APPLESS_MAIN(RowsTrainingTest)
#include "rows_training_test.moc"
