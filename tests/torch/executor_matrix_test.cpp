// SPDX-License-Identifier: Apache-2.0
// Cheaper never means different in silence: every way of executing a step, wherever states rest, gives the
// same bits per arithmetic. The arithmetic is the compute format, the loss op, the accumulation and the
// clipping; nothing else may matter. On a simulated card every way gives the CPU's.

#include "core/torch/engine/states_file.h"
#include "core/torch/engine/torch_engine.h"
#include "core/torch/torch_backend.h"
#include "tests/support/engine_states.h"
#include "tests/support/test_device.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>

#include <cstdlib>

using namespace mantissa;

namespace {

constexpr int steps = 4;

struct Arithmetic {
    const char* name;
    ModelConfig model{};
    Precision compute = Precision::Fp32;
    std::int64_t accumulation = 1;
    std::int64_t lossChunk = 0;
    double maxGradNorm = 1;
    MomentsFormat moments = MomentsFormat::Fp32;
    Master master = Master::Exact;
};

struct Way {
    std::string name;
    Execution execution = Execution::Whole;
    ActivationPolicy activations = ActivationPolicy::Keep;
    bool release = false;
    Tier weights = Tier::Device;
    Tier remainder = Tier::Device;
    Tier moments = Tier::Device;
    bool movesLate = false;
};

const ModelConfig evenGpt{.layers = 2, .width = 64, .heads = 4, .context = 32};
const ModelConfig oddGpt{.layers = 3,
    .width = 50,
    .heads = 5,
    .ffn = 123,
    .context = 29,
    .vocab = 301,
    .dropout = 0.1,
    .tied = false};
const ModelConfig tiedDropout{.layers = 2, .width = 48, .heads = 3, .context = 31, .dropout = 0.2};
const ModelConfig llama{.kind = "llama",
    .layers = 2,
    .width = 64,
    .heads = 4,
    .kvHeads = 2,
    .ffn = 160,
    .context = 32,
    .vocab = 300,
    .tied = false};
const ModelConfig tiedLlama{
    .kind = "llama", .layers = 2, .width = 60, .heads = 6, .kvHeads = 3, .ffn = 101, .context = 30};

const std::vector<Arithmetic> arithmetics{
    {"gpt fp32", evenGpt},
    {"gpt bf16 free", evenGpt, Precision::Bf16, 1, 0, 0},
    {"gpt odd dropout fp32 x3", oddGpt, Precision::Fp32, 3, 0, 1},
    {"gpt odd dropout bf16 chunks free", oddGpt, Precision::Bf16, 1, 37, 0},
    {"gpt tied dropout bf16 x2 chunks", tiedDropout, Precision::Bf16, 2, 50, 0.5},
    {"gpt fp16 x2", evenGpt, Precision::Fp16, 2, 64, 1},
    {"llama bf16 x2 int8", llama, Precision::Bf16, 2, 40, 0, MomentsFormat::Int8},
    {"llama fp32 chunk free", llama, Precision::Fp32, 1, 1000, 0},
    {"gpt rounded x2", evenGpt, Precision::Bf16, 2, 0, 1, MomentsFormat::Fp32, Master::Rounded},
    {"gpt stochastic", evenGpt, Precision::Bf16, 1, 0, 1, MomentsFormat::Fp32, Master::Stochastic},
    {"llama stochastic free int8", llama, Precision::Bf16, 2, 40, 0, MomentsFormat::Int8, Master::Stochastic},
    {"llama tied odd fp32 x2 clip int8", tiedLlama, Precision::Fp32, 2, 33, 0.5, MomentsFormat::Int8},
};

const std::vector<Way> shortForm{
    {"whole"},
    {"whole release", Execution::Whole, ActivationPolicy::Keep, true},
    {"whole offloaded", Execution::Whole, ActivationPolicy::Keep, true, Tier::Device, Tier::Host, Tier::Host},
    {"recompute", Execution::Whole, ActivationPolicy::Recompute, false, Tier::Device, Tier::Host, Tier::Host},
    {"recompute release", Execution::Whole, ActivationPolicy::Recompute, true},
    {"layerwise host", Execution::Layerwise, ActivationPolicy::Keep, true, Tier::Host, Tier::Host,
        Tier::Host},
    {"layerwise host held", Execution::Layerwise, ActivationPolicy::Keep, false, Tier::Host, Tier::Host,
        Tier::Device},
    {"moments on disk", Execution::Whole, ActivationPolicy::Keep, true, Tier::Device, Tier::Host, Tier::Disk},
    {"layerwise disk", Execution::Layerwise, ActivationPolicy::Keep, true, Tier::Disk, Tier::Disk,
        Tier::Disk},
    {"from host to disk", Execution::Layerwise, ActivationPolicy::Keep, false, Tier::Disk, Tier::Disk,
        Tier::Disk, true},
    {"layerwise disk held", Execution::Layerwise, ActivationPolicy::Recompute, false, Tier::Disk, Tier::Disk,
        Tier::Disk},
};

/// Every place that states can rest in, with each executor.
std::vector<Way> longForm()
{
    const char* tiers[] = {"device", "host", "disk"};
    std::vector<Way> ways = shortForm;
    for (const Execution execution : {Execution::Whole, Execution::Layerwise})
        for (const Tier weights : allTiers)
            for (const Tier remainder : allTiers)
                for (const Tier moments : allTiers)
                    for (const bool release : {false, true}) {
                        const bool isWhole = execution == Execution::Whole;
                        if (weights != Tier::Device && (isWhole || remainder != weights))
                            continue;
                        const auto tier = [&](Tier t) { return std::string(tiers[static_cast<int>(t)]); };
                        ways.push_back({(isWhole ? "whole, weights " : "layerwise, weights ") + tier(weights)
                                + ", remainder " + tier(remainder) + ", moments " + tier(moments)
                                + (release ? ", release" : ""),
                            execution, isWhole ? ActivationPolicy::Keep : ActivationPolicy::Recompute,
                            release, weights, remainder, moments});
                    }
    return ways;
}

/// MANTISSA_MATRIX=long tries them all.
std::vector<Way> chosenWays()
{
    return std::getenv("MANTISSA_MATRIX") ? longForm() : shortForm; // NOLINT(concurrency-mt-unsafe)
}

} // namespace

class ExecutorMatrixTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        initializeEngine();
        writeText(file());
    }
    void everyWayGivesTheSameBits_data()
    {
        QTest::addColumn<int>("arithmetic");
        for (std::size_t i = 0; i < arithmetics.size(); ++i)
            QTest::newRow(arithmetics[i].name) << static_cast<int>(i);
    }
    void everyWayGivesTheSameBits()
    {
        QFETCH(int, arithmetic);
        const Arithmetic& a = arithmetics[static_cast<std::size_t>(arithmetic)];
        const at::Device device = testDevice();
        const States expected = trained(a, shortForm.front(), at::kCPU);
        int tried = 0;
        for (const Way& way : chosenWays()) {
            if (a.compute == Precision::Fp16 && way.release && a.maxGradNorm == 0)
                continue;
            const std::string differs = firstDifference(expected, trained(a, way, device));
            QVERIFY2(differs.empty(), (way.name + ": " + differs).c_str());
            ++tried;
        }
        qInfo("%d ways on %s", tried, testDeviceName().c_str());
    }

private:
    std::string file() const { return m_dir.filePath(QStringLiteral("text.txt")).toStdString(); }

    /// Weights and moments by name after a few steps.
    States trained(const Arithmetic& a, const Way& way, at::Device device)
    {
        RunConfig config;
        config.model = a.model;
        config.data.source = file();
        config.training = {.batchSize = 3, .accumulation = a.accumulation, .threads = 2};
        config.optimizer.maxGradNorm = a.maxGradNorm;
        config.choices = {.master = a.master,
            .moments = a.moments,
            .execution = way.execution,
            .releaseGradients = way.release,
            .lossChunk = a.lossChunk};
        for (const Phase phase : allPhases)
            config.choices.table = config.choices.table.with(phase,
                {.compute = a.compute,
                    .activations = way.activations,
                    .weights = way.weights,
                    .remainder = way.remainder,
                    .moments = way.moments});
        const auto status = check(config);
        if (!status)
            qFatal("%s", status.error().message.c_str());
        auto states = openStates({config, m_dir.filePath(QStringLiteral("states")).toStdString()});
        if (!states)
            qFatal("%s", states.error().message.c_str());
        TorchEngine engine({config}, std::move(*openDataset(config)), device, std::move(*states));
        ResolvedPlan near = config.choices.resolve(Phase::Full);
        if (way.movesLate) { // half of the steps with states on Host, then on to where the way has them
            near.weights = std::min(near.weights, Tier::Host);
            near.remainder = near.moments = Tier::Host;
        }
        if (const auto entered = engine.enter(Phase::Full, near); !entered)
            qFatal("%s", entered.error().message.c_str());
        for (int step = 0; step < steps; ++step) {
            if (way.movesLate && step == steps / 2)
                if (const auto entered = engine.enter(Phase::Full, config.choices.resolve(Phase::Full));
                    !entered)
                    qFatal("%s", entered.error().message.c_str());
            const auto report = engine.step({.step = step,
                .learningRate = 1e-3,
                .lossScale = a.compute == Precision::Fp16 ? 1024.0 : 1.0});
            if (!report || report->skipped)
                qFatal("%s: %s", way.name.c_str(), report ? "skipped" : report.error().message.c_str());
        }
        return statesOf(engine);
    }

    QTemporaryDir m_dir;
};

QTEST_APPLESS_MAIN(ExecutorMatrixTest)
#include "executor_matrix_test.moc"
