// SPDX-License-Identifier: Apache-2.0
// A NaN anywhere inside a step never stays in a weight: the run is rolled back, goes on, and where the
// formats are those of a calm run it ends in the calm run's bits. Places are drawn by chance from a fixed
// seed.

#include "core/files/weights_digest.h"
#include "core/record/run_store.h"
#include "core/torch/engine/states_file.h"
#include "core/torch/engine/torch_engine.h"
#include "core/torch/torch_backend.h"
#include "core/training/trainer.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>
#include <c10/core/GradMode.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <random>

using namespace mantissa;

namespace {

namespace fs = std::filesystem;

constexpr int inShortForm = 4; // places tried of each way; MANTISSA_FAULTS sets another number
constexpr std::int64_t plannedSteps = 24;

constexpr auto atHead = static_cast<std::size_t>(-1);

enum class Place { Activation, Gradient, Loss, Moment };

/// One NaN, once.
struct Fault {
    Place place = Place::Activation;
    std::int64_t step = 0; ///< from this one on
    std::size_t block = 1;
    int call = 0; ///< of the block's forward passes
    std::uint64_t element = 0;
    std::int64_t current = -1;
    bool isDone = false;

    /// The tensor with one element of it, or of its gradient, that is no number.
    at::Tensor through(const at::Tensor& tensor, std::size_t at, const ForwardContext& context)
    {
        const bool isHere = place == Place::Loss ? at == atHead : at == block;
        if (isDone || !context.training || current < step || !isHere
            || (place == Place::Gradient && !tensor.requires_grad()) || call-- > 0)
            return tensor;
        isDone = true;
        const auto spoilt = [n = element](const at::Tensor& whole) {
            at::Tensor noise = at::zeros({whole.numel()}, whole.options().requires_grad(false));
            noise[static_cast<std::int64_t>(n % static_cast<std::uint64_t>(whole.numel()))].fill_(NAN);
            return whole + noise.view(whole.sizes());
        };
        if (place != Place::Gradient)
            return spoilt(tensor);
        tensor.register_hook([spoilt](const at::Tensor& gradient) { return spoilt(gradient); });
        return tensor;
    }
};

class FaultyBlock final : public Block {
public:
    FaultyBlock(std::unique_ptr<Block> block, std::size_t index, Fault& fault)
        : m_block(std::move(block))
        , m_index(index)
        , m_fault(fault)
    {
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_block->weightIndices(); }
    at::Tensor forward(
        const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const override
    {
        if (m_fault.place
            == Place::Activation) // of what enters: in a recomputed pass nobody reads what leaves
            return m_block->forward(
                m_index > 0 ? m_fault.through(input, m_index, context) : input, weights, context);
        return m_fault.through(m_block->forward(input, weights, context), m_index, context);
    }
    std::optional<std::size_t> rowTable() const override { return m_block->rowTable(); }

private:
    std::unique_ptr<Block> m_block;
    std::size_t m_index;
    Fault& m_fault;
};

class FaultyHead final : public HeadBlock {
public:
    FaultyHead(std::unique_ptr<Block> block, const HeadBlock& head, Fault& fault)
        : m_block(std::move(block))
        , m_head(head)
        , m_fault(fault)
    {
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_block->weightIndices(); }
    at::Tensor states(const at::Tensor& input, const WeightList& weights) const override
    {
        return m_fault.through(m_head.states(input, weights), atHead, {.training = true});
    }
    std::size_t projection() const override { return m_head.projection(); }
    const LogitForm& logitForm() const override { return m_head.logitForm(); }

private:
    std::unique_ptr<Block> m_block;
    const HeadBlock& m_head;
    Fault& m_fault;
};

/// The engine with the fault built in.
class FaultyEngine final : public Engine {
public:
    FaultyEngine(const EngineSetup& setup, Fault& fault)
        : m_engine(setup, std::move(*openDataset(setup.config)), at::kCPU, std::move(*openStates(setup)))
        , m_fault(fault)
    {
        Model& model = m_engine.model();
        for (std::size_t i = 0; i + 1 < model.blocks.size(); ++i)
            model.blocks[i] = std::make_unique<FaultyBlock>(std::move(model.blocks[i]), i, fault);
        auto head = std::make_unique<FaultyHead>(std::move(model.blocks.back()), *model.head, fault);
        model.head = head.get();
        model.blocks.back() = std::move(head);
    }
    EngineFacts facts() const override { return m_engine.facts(); }
    Result<SegmentReport> enter(Phase phase, const ResolvedPlan& plan) override
    {
        return m_engine.enter(phase, plan);
    }
    Result<StepReport> step(const StepOrder& order) override
    {
        m_fault.current = order.step;
        if (m_fault.place == Place::Moment && !m_fault.isDone && order.step >= m_fault.step)
            spoilMoment();
        auto report = m_engine.step(order);
        m_fault.current = -1; // probes and evaluations are left alone
        return report;
    }
    bool isStepUntouched() const override { return m_engine.isStepUntouched(); }
    Result<EvaluationReport> evaluate(Precision compute) override { return m_engine.evaluate(compute); }
    Result<std::int64_t> save(const fs::path& folder) override { return m_engine.save(folder); }
    Status load(const fs::path& folder) override { return m_engine.load(folder); }

    Snapshots& snapshots() { return m_engine.snapshots(); }
    Readouts& readouts() { return m_engine.readouts(); }

private:
    void spoilMoment()
    {
        const c10::NoGradGuard noGrad;
        m_fault.isDone = true;
        ParameterStore& store = m_engine.store();
        Parameter& parameter = store.parameters()[m_fault.element % store.parameters().size()];
        BlockHold hold(store, parameter.spec.block, Parts::All);
        Moments& moments = parameter.moments;
        at::Tensor& spoilt = moments.isInt8() ? moments.mScale : m_fault.call == 0 ? moments.m : moments.v;
        spoilt
            .view(-1)[static_cast<std::int64_t>(m_fault.element % static_cast<std::uint64_t>(spoilt.numel()))]
            .fill_(NAN);
        hold.setChanged(0);
    }

    TorchEngine m_engine;
    Fault& m_fault;
};

struct FaultyRun {
    RunEnded ended{};
    Run run{};
    std::string digest{};
};

} // namespace

class FaultInjectionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        initializeEngine();
        m_root = m_dir.path().toStdString();
        std::ofstream text(m_root / "text.txt");
        for (int i = 0; i < 4000; ++i)
            text << "line " << i * i % 977 << " of a text that repeats\n";
    }
    void aNanNeverStaysInAWeight_data()
    {
        QTest::addColumn<QByteArray>("settings");
        QTest::addColumn<bool>("isFp32");
        QTest::newRow("whole fp32") << QByteArray("precision.enabled=false") << true;
        QTest::newRow("whole fp32, probes")
            << QByteArray("precision.enabled=false phases.max_predict_steps=3") << true;
        QTest::newRow("layerwise fp32")
            << QByteArray("precision.enabled=false memory.execution=layerwise") << true;
        QTest::newRow("whole fp32, free")
            << QByteArray("precision.enabled=false memory.release_gradients=true optimizer.max_grad_norm=0")
            << true;
        QTest::newRow("layerwise fp32, free")
            << QByteArray("@smallest precision.enabled=false optimizer.max_grad_norm=0 "
                          "training.gradient_accumulation_steps=2")
            << true;
        QTest::newRow("disk fp32, free") << QByteArray(
            "@smallest precision.enabled=false optimizer.max_grad_norm=0 precision.phases.full.weights=disk "
            "precision.phases.full.moments=disk precision.phases.warmup.weights=disk "
            "precision.phases.warmup.moments=disk")
                                         << true;
        QTest::newRow("aggressive") << QByteArray("@aggressive") << false;
        QTest::newRow("balanced, free") << QByteArray("@balanced optimizer.max_grad_norm=0") << false;
    }
    void aNanNeverStaysInAWeight()
    {
        QFETCH(QByteArray, settings);
        QFETCH(bool, isFp32);
        const RunConfig config = configOf(settings);
        Fault none{.isDone = true};
        const FaultyRun calm = train(config, none);
        QVERIFY2(calm.ended.outcome == Outcome::Completed, calm.ended.message.c_str());
        QCOMPARE(calm.run.rollbacks(), 0);
        const char* asked = std::getenv("MANTISSA_FAULTS"); // NOLINT(concurrency-mt-unsafe)
        const int tries = asked ? std::atoi(asked) : inShortForm;
        std::mt19937_64 random(static_cast<std::uint64_t>(settings.size()));
        std::array<int, 4> places{};
        for (int i = 0; i < tries; ++i) {
            Fault fault{.place = static_cast<Place>(i % 4),
                .step = static_cast<std::int64_t>(random() % (plannedSteps - 2)),
                .block = 1 + random() % 2,
                .call = static_cast<int>(random() % 2),
                .element = random() >> 1};
            ++places[static_cast<std::size_t>(fault.place)];
            const std::string words = "try " + std::to_string(i) + ": place "
                + std::to_string(static_cast<int>(fault.place)) + ", step " + std::to_string(fault.step)
                + ", block " + std::to_string(fault.block);
            const FaultyRun hurt = train(config, fault);
            QVERIFY2(fault.isDone, words.c_str());
            QVERIFY2(hurt.ended.outcome == Outcome::Completed, (words + ": " + hurt.ended.message).c_str());
            QCOMPARE(hurt.run.steps(), plannedSteps);
            QVERIFY2(hurt.run.rollbacks() == 1, words.c_str());
            QVERIFY2(std::isfinite(hurt.run.evaluations().back().loss), words.c_str());
            if (isFp32)
                QVERIFY2(hurt.digest == calm.digest, words.c_str());
        }
        qInfo("%d faults: %d in activations, %d in gradients, %d in the loss, %d in moments", tries,
            places[0], places[1], places[2], places[3]);
    }
    void aRewoundStretchGivesTheSameBitsAgain()
    {
        const RunConfig config = configOf("@balanced optimizer.max_grad_norm=0 phases.max_predict_steps=3");
        const Fault fault{.place = Place::Gradient, .step = 13, .block = 1, .element = 77};
        Fault first = fault;
        Fault second = fault;
        const FaultyRun a = train(config, first);
        const FaultyRun b = train(config, second);
        QVERIFY2(a.ended.outcome == Outcome::Completed, a.ended.message.c_str());
        QCOMPARE(a.run.rollbacks(), 1);
        QCOMPARE(a.digest, b.digest);
    }

private:
    RunConfig configOf(const QByteArray& words) const
    {
        const Json json = {{"model",
                               {{"kind", "gpt"}, {"layers", 2}, {"width", 32}, {"heads", 2}, {"context", 16},
                                   {"dropout", 0.1}}},
            {"data", {{"source", (m_root / "text.txt").string()}}},
            {"training",
                {{"max_steps", plannedSteps}, {"batch_size", 2}, {"threads", 1}, {"eval_interval", 10},
                    {"eval_batches", 1}, {"save_interval", 9}}},
            {"phases",
                {{"warmup_steps", 3}, {"full_steps", 6}, {"max_predict_steps", 0}, {"recovery_steps", 4}}},
            {"memory", {{"snapshot_interval", 5}}}};
        ConfigOverrides overrides;
        for (const QByteArray& word : words.split(' ')) {
            if (word.startsWith('@'))
                overrides.preset = word.mid(1).toStdString();
            else
                overrides.settings.push_back(word.toStdString());
        }
        const auto loaded = configFromJson(json, overrides, ".");
        if (!loaded)
            qFatal("%s", loaded.error().message.c_str());
        return loaded->config;
    }
    FaultyRun train(const RunConfig& config, Fault& fault)
    {
        const fs::path folder = m_root / std::to_string(m_runs++);
        if (const auto made = createRunFolderAt(folder, config); !made)
            qFatal("%s", made.error().message.c_str());
        EventChannel channel;
        Mailbox mailbox;
        const EngineFactory factory = [&](const EngineSetup& setup) -> Result<EngineParts> {
            auto engine = std::make_unique<FaultyEngine>(setup, fault);
            Snapshots& snapshots = engine->snapshots();
            Readouts& readouts = engine->readouts();
            return EngineParts{std::move(engine), snapshots, readouts};
        };
        FaultyRun trained;
        if (const auto ended = Trainer({config, folder, false}, factory, channel, mailbox).train())
            trained.ended = *ended;
        else
            trained.ended.outcome = Outcome::Failed, trained.ended.message = ended.error().message;
        trained.run = std::move(*openRun(folder));
        if (const auto checkpoint = newestCheckpoint(folder))
            trained.digest = *weightsDigest(*checkpoint / "model.safetensors");
        fs::remove_all(folder);
        return trained;
    }

    QTemporaryDir m_dir;
    fs::path m_root;
    int m_runs = 0;
};

QTEST_APPLESS_MAIN(FaultInjectionTest)
#include "fault_injection_test.moc"
