// SPDX-License-Identifier: Apache-2.0
// A profiled run of a small model: its bits are those of one that nobody looked at, and its spans fill its
// steps.

#include "core/files/weights_digest.h"
#include "core/output/profile_trace.h"
#include "core/record/run_store.h"
#include "core/torch/memory/work_span.h"
#include "core/torch/torch_backend.h"
#include "core/training/trainer.h"
#include "tests/support/test_device.h"

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

using namespace mantissa;

namespace {

namespace fs = std::filesystem;

/// Not each is at home in every run.
const std::set<WorkKind> inEveryRun{WorkKind::Forward, WorkKind::Backward, WorkKind::Update, WorkKind::Cast,
    WorkKind::Disk, WorkKind::Data, WorkKind::Evaluation, WorkKind::Log, WorkKind::Other};

} // namespace

class ProfileTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        initializeEngine();
        testDevice(); // where it is a simulated card, before LibTorch counts its devices
        m_root = m_dir.path().toStdString();
        std::ofstream text(m_root / "text.txt");
        for (int i = 0; i < 8000; ++i)
            text << "line " << i * i % 977 << " of a text that repeats\n";
    }
    void aProfileChangesNoBitAndFillsTheSteps_data()
    {
        QTest::addColumn<QByteArray>("settings");
        QTest::newRow("whole") << QByteArray("memory.loss_chunk=0");
        QTest::newRow("whole, chunked")
            << QByteArray("memory.loss_chunk=16 training.gradient_accumulation_steps=2");
        QTest::newRow("recompute") << QByteArray("precision.phases.full.activations=recompute");
        QTest::newRow("on disk") << QByteArray(
            "memory.execution=layerwise memory.release_gradients=true precision.phases.full.weights=disk "
            "precision.phases.full.moments=disk optimizer.max_grad_norm=0");
        QTest::newRow("moments on host") << QByteArray("precision.phases.full.moments=host");
    }
    void aProfileChangesNoBitAndFillsTheSteps()
    {
        QFETCH(QByteArray, settings);
        std::vector<std::string> words;
        for (const QByteArray& word : settings.split(' '))
            words.push_back(word.toStdString());
        const RunConfig config = configOf(words);
        Spans spans;
        const std::string with = train(config, &spans);
        const std::string without = train(config, nullptr);
        QVERIFY(!with.empty());
        QCOMPARE(with, without);

        const TimeShares shares = spans.shares();
        for (const WorkKind kind : inEveryRun)
            QVERIFY2(shares.share(kind) > 0, std::string(nameOf(kind)).c_str());
        checkSteps(spans);
        qInfo("%s; %zu spans, %zu bytes of trace", sentenceOf(shares).c_str(), spans.kept().size(),
            profileTrace(spans, "a run").size());
    }

private:
    /// What a step is made of lasts no longer than it, and most of it.
    void checkSteps(const Spans& spans)
    {
        const auto kept = spans.kept();
        double inSteps = 0;
        double named = 0;
        int steps = 0;
        for (const Span& step : kept) {
            if (spans.threads()[step.thread] != "trainer" || !isTick(step))
                continue;
            double inside = 0;
            double end = 0;
            std::vector<Span> parts;
            for (const Span& part : kept)
                if (part.thread == step.thread && !isTick(part) && part.begin >= step.begin
                    && part.begin + part.seconds <= step.begin + step.seconds)
                    parts.push_back(part);
            std::ranges::sort(parts, [](const Span& a, const Span& b) {
                return a.begin < b.begin || (a.begin == b.begin && a.seconds > b.seconds);
            });
            for (const Span& part : parts) // of those that nest, the outermost
                if (part.begin >= end) {
                    inside += part.seconds;
                    end = part.begin + part.seconds;
                }
            QVERIFY(inside <= step.seconds * 1.000001);
            inSteps += step.seconds;
            named += inside;
            ++steps;
        }
        QVERIFY2(steps > 20, std::to_string(steps).c_str());
        qInfo("%.1f %% of %d steps have a name", 100 * named / inSteps, steps);
        QVERIFY(named > 0.8 * inSteps); // steps of a millisecond, of which the ledger has its part
    }
    static bool isTick(const Span& span)
    {
        return std::ranges::any_of(allPhases, [&](Phase phase) { return span.name == nameOf(phase); });
    }
    RunConfig configOf(const std::vector<std::string>& settings) const
    {
        const Json json = {
            {"model", {{"kind", "gpt"}, {"layers", 2}, {"width", 64}, {"heads", 2}, {"context", 32}}},
            {"data", {{"source", (m_root / "text.txt").string()}}},
            {"memory", {{"device", testDeviceName()}}},
            {"training",
                {{"max_steps", 40}, {"batch_size", 8}, {"threads", 1}, {"eval_interval", 15},
                    {"eval_batches", 2}, {"save_interval", 0}}},
            {"phases",
                {{"warmup_steps", 8}, {"full_steps", 12}, {"max_predict_steps", 3}, {"correct_steps", 2}}}};
        const auto loaded = configFromJson(json, {.settings = settings}, ".");
        if (!loaded)
            qFatal("%s", loaded.error().message.c_str());
        return loaded->config;
    }
    /// The digest of the weights at its end; empty when it has not completed.
    std::string train(const RunConfig& config, Spans* spans)
    {
        const fs::path folder = m_root / std::to_string(m_runs++);
        if (const auto made = createRunFolderAt(folder, config); !made)
            qFatal("%s", made.error().message.c_str());
        EventChannel channel;
        Mailbox mailbox;
        tellSpansTo(spans);
        const auto ended
            = Trainer({.config = config, .folder = folder, .spans = spans}, makeTorchEngine, channel, mailbox)
                  .train();
        tellSpansTo(nullptr);
        if (!ended || ended->outcome != Outcome::Completed)
            qFatal("%s", (ended ? ended->message : ended.error().message).c_str());
        const std::string digest = *weightsDigest(*newestCheckpoint(folder) / "model.safetensors");
        fs::remove_all(folder);
        return digest;
    }

    QTemporaryDir m_dir;
    fs::path m_root;
    int m_runs = 0;
};

QTEST_APPLESS_MAIN(ProfileTest)
#include "profile_test.moc"
