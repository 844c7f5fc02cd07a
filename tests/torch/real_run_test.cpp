// SPDX-License-Identifier: Apache-2.0
// Whole runs of a small model through trainer and engine: what jumps do to the bits, and what a recorded run
// says of another.

#include "core/base/units.h"
#include "core/evidence/what_if.h"
#include "core/files/weights_digest.h"
#include "core/record/run_store.h"
#include "core/torch/torch_backend.h"
#include "core/training/trainer.h"
#include "tests/support/library_scratch.h"

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

using namespace mantissa;

namespace {

namespace fs = std::filesystem;

struct RealRun {
    RunEnded ended{};
    Run run{};
    std::string digest{};
};

} // namespace

class RealRunTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        initializeEngine();
        m_root = m_dir.path().toStdString();
        std::ofstream text(m_root / "text.txt");
        for (int i = 0; i < 8000; ++i)
            text << "line " << i * i % 977 << " of a text that repeats\n";
    }
    void jumpsThatAreAllRejectedLeaveTheBitsOfARunWithoutJumps()
    {
        const std::vector<std::string> rhythm{"training.max_steps=160", "phases.warmup_steps=5",
            "phases.full_steps=32", "phases.correct_steps=2", "phases.confidence_threshold=0"};
        const auto with = [&](const std::string& jump) {
            auto settings = rhythm;
            settings.push_back("phases.jump=" + jump);
            return train(configOf(settings));
        };
        const RealRun plain = with("false");
        QVERIFY2(plain.ended.outcome == Outcome::Completed, plain.ended.message.c_str());
        QVERIFY(plain.run.jumpsMade().empty());
        const RealRun rejected = with("reject");
        QVERIFY2(rejected.ended.outcome == Outcome::Completed, rejected.ended.message.c_str());
        QVERIFY(rejected.run.jumps().size() >= 2);
        for (const JumpJudged& jump : rejected.run.jumps())
            QVERIFY(jump.verdict == JumpVerdict::Rejected && jump.toStep == jump.fromStep);
        for (const JumpMade& jump : rejected.run.jumpsMade())
            QVERIFY2(
                jump.shareOfWeights > 0 && jump.lossAfter != jump.lossBefore, "the jump moved no weight");
        QVERIFY(rejected.run.ticks() > plain.run.ticks());
        QCOMPARE(rejected.digest, plain.digest);
        const RealRun naive = with("naive");
        QVERIFY2(naive.ended.outcome == Outcome::Completed, naive.ended.message.c_str());
        QVERIFY(!naive.run.jumps().empty() && naive.run.jumps().front().verdict == JumpVerdict::Accepted);
        QVERIFY(naive.digest != plain.digest);
    }
    /// A loss that falls clearly, and time enough for a trial within 2 % of the run.
    void jumpsThatAreMeantRunToTheEnd_data()
    {
        QTest::addColumn<QByteArray>("jump");
        QTest::newRow("true") << QByteArray("true");
        QTest::newRow("random") << QByteArray("random");
    }
    void jumpsThatAreMeantRunToTheEnd()
    {
        QFETCH(QByteArray, jump);
        const RealRun trained = train(configOf({"training.max_steps=3000", "phases.warmup_steps=5",
            "phases.full_steps=128", "phases.correct_steps=2", "phases.confidence_threshold=0",
            "optimizer.learning_rate=2e-5", "optimizer.lr_schedule=constant", "optimizer.lr_warmup_steps=0",
            "model.dropout=0", "training.batch_size=8", "phases.jump=" + jump.toStdString()}));
        QVERIFY2(trained.ended.outcome == Outcome::Completed, trained.ended.message.c_str());
        QCOMPARE(trained.run.steps(), 3000);
        QVERIFY(std::isfinite(trained.run.evaluations().back().loss));
        for (const Notice& notice : trained.run.notices())
            if (notice.text.find("jump") != std::string::npos)
                qInfo("%s", notice.text.c_str());
        QVERIFY2(!trained.run.jumps().empty(), "no jump was tried");
        QCOMPARE(trained.run.jumpsMade().size(), trained.run.jumps().size());
        double thrownAway = 0;
        for (const JumpJudged& judged : trained.run.jumps()) {
            thrownAway += judged.trialSeconds;
            if (jump == "random")
                QVERIFY2(judged.verdict == JumpVerdict::Rejected, judged.text.c_str());
        }
        qInfo("%zu jumps, %.1f %% of the time thrown away", trained.run.jumps().size(),
            100 * thrownAway / trained.run.seconds());
    }
    /// Each row is a change; the run is recorded with and without it.
    void whatIfMeetsTheRunWithTheChange_data()
    {
        QTest::addColumn<QByteArray>("change");
        QTest::newRow("recompute") << QByteArray(
            "precision.phases.full.activations=recompute precision.phases.warmup.activations=recompute "
            "precision.phases.correct.activations=recompute");
        QTest::newRow("release") << QByteArray("memory.release_gradients=true");
        QTest::newRow("moments on host")
            << QByteArray("precision.phases.full.moments=host precision.phases.warmup.moments=host "
                          "precision.phases.correct.moments=host");
        QTest::newRow("int8 moments") << QByteArray("optimizer.moments=int8");
        QTest::newRow("bf16") << QByteArray("precision.default=bf16 precision.auto=false");
        QTest::newRow("layerwise") << QByteArray(
            "memory.execution=layerwise memory.release_gradients=true memory.loss_chunk=16");
        QTest::newRow("longer Predict") << QByteArray("phases.max_predict_steps=6 phases.full_steps=9");
    }
    void whatIfMeetsTheRunWithTheChange()
    {
        QFETCH(QByteArray, change);
        const std::vector<std::string> base{"training.max_steps=30", "model.width=128", "model.context=32",
            "training.batch_size=8", "phases.confidence_threshold=0"};
        if (m_base.ticks() == 0)
            m_base = train(configOf(base)).run;
        std::vector<std::string> settings = base;
        for (const QByteArray& word : change.split(' '))
            settings.push_back(word.toStdString());
        const RunConfig changed = configOf(settings);
        const WhatIf predicted = *whatIf(m_base, changed);
        const RealRun really = train(changed);
        QVERIFY2(really.ended.outcome == Outcome::Completed, really.ended.message.c_str());
        const double share
            = static_cast<double>(predicted.peak) / static_cast<double>(really.run.peakDeviceBytes());
        qInfo("recorded %.3f, predicted %.3f, then measured %.3f MiB: %.4f",
            static_cast<double>(predicted.recordedPeak) / mebibyte,
            static_cast<double>(predicted.peak) / mebibyte,
            static_cast<double>(really.run.peakDeviceBytes()) / mebibyte, share);
        const std::int64_t library = libraryScratch(changed, changed.choices.resolve(Phase::Full).compute);
        QVERIFY2(meets(really.run.peakDeviceBytes(), predicted.peak, 0.05, library),
            "what-if misses by more than 5 %");
        for (const WhatIfPhase& row : predicted.phases) {
            std::int64_t ticks = 0;
            for (const Segment& segment : really.run.segments())
                ticks += segment.start->phase == row.phase ? segment.ticks() : 0;
            if (row.phase != Phase::Predict) // whose number of probes follows its noise
                QCOMPARE(row.ticks, ticks);
            if (row.source == WhatIfSource::Measured && row.recorded
                && ticks > 0) // in a phase left alone not a byte is another
                QCOMPARE(row.predicted->total(), really.run.peakOf(row.phase)->memory.devicePeak.total());
        }
    }

private:
    RunConfig configOf(const std::vector<std::string>& settings) const
    {
        const Json json = {
            {"model", {{"kind", "gpt"}, {"layers", 2}, {"width", 32}, {"heads", 2}, {"context", 16}}},
            {"data", {{"source", (m_root / "text.txt").string()}}},
            {"training",
                {{"max_steps", 40}, {"batch_size", 2}, {"threads", 1}, {"eval_interval", 0},
                    {"eval_batches", 2}, {"save_interval", 0}, {"numbers_interval", 0}}},
            {"phases",
                {{"warmup_steps", 4}, {"full_steps", 8}, {"max_predict_steps", 4}, {"correct_steps", 2}}}};
        const auto loaded = configFromJson(json, {.settings = settings}, ".");
        if (!loaded)
            qFatal("%s", loaded.error().message.c_str());
        return loaded->config;
    }
    RealRun train(const RunConfig& config)
    {
        const fs::path folder = m_root / std::to_string(m_runs++);
        if (const auto made = createRunFolderAt(folder, config); !made)
            qFatal("%s", made.error().message.c_str());
        EventChannel channel;
        Mailbox mailbox;
        RealRun trained;
        if (const auto ended = Trainer({config, folder, false}, makeTorchEngine, channel, mailbox).train())
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
    Run m_base{};
};

QTEST_APPLESS_MAIN(RealRunTest)
#include "real_run_test.moc"
