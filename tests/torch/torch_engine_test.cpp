// SPDX-License-Identifier: Apache-2.0
// Whole runs on the real engine: digests, budget, checkpoints, memory that adds up.

#include "core/files/weights_digest.h"
#include "core/model/family.h"
#include "core/output/readout_export.h"
#include "core/record/run_store.h"
#include "core/torch/torch_backend.h"
#include "core/training/trainer.h"
#include "core/training/trial.h"
#include "tests/support/library_scratch.h"
#include "tests/support/test_device.h"

#include <ATen/record_function.h>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

using namespace mantissa;

namespace {

namespace fs = std::filesystem;

struct Trained {
    Outcome outcome = Outcome::Failed;
    std::string message;
    Run run{};
    std::string digest;
};

} // namespace

class TorchEngineTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = m_dir->path().toStdString();
        std::ofstream text(m_root / "text.txt");
        for (int i = 0; i < 20000; ++i)
            text << "word " << i * 7919 % 613 << (i % 9 == 0 ? ".\n" : ", ");
    }

    void predictThatOnlyLooksChangesNoBit()
    {
        const Trained plain = train("plain", "conservative", 0, 60);
        const Trained looked = train("looked", "default", 5, 60);
        QVERIFY2(looked.outcome == Outcome::Completed, looked.message.c_str());
        QVERIFY(looked.run.casts() > 0);
        QCOMPARE(looked.run.castMismatches(), 0);
        QCOMPARE(looked.digest, plain.digest);
    }

    void theReadoutOfACheckpointIsWhatTheEngineEvaluates()
    {
        RunConfig config = configOf("default", 8, 60);
        config.phases.readoutBudget = 1;
        const Trained trained = trainConfig("read-out", config);
        QVERIFY(!trained.run.annealed().empty());
        const AnnealedEstimated& last = trained.run.annealed().back();
        QCOMPARE(last.step, 60);
        QCOMPARE(last.batchLosses.size(), std::size_t{2});
        for (const double lead : std::set<double>{0.0, last.lead, 2.0}) {
            const fs::path folder = m_root / ("exported" + std::to_string(lead));
            const auto exported = exportReadout(trained.run.folder(), folder, lead);
            QVERIFY2(exported.has_value(), exported ? "" : exported.error().message.c_str());
            // the exported file as weights of the same model
            const auto made = makeTorchEngine({config});
            fs::copy_file(*newestCheckpoint(trained.run.folder()) / "moments.safetensors",
                folder / "moments.safetensors");
            QVERIFY(made->engine->load(folder).has_value());
            const auto evaluated = made->engine->evaluate(Precision::Fp32);
            const auto original = makeTorchEngine({config});
            QVERIFY(original->engine->load(*newestCheckpoint(trained.run.folder())).has_value());
            const auto readout = original->readouts.evaluate(lead, Precision::Fp32);
            QVERIFY2(std::abs(evaluated->loss - readout->loss) < 1e-5,
                qPrintable(QString::number(evaluated->loss - readout->loss)));
            if (lead == last.lead)
                QVERIFY(std::abs(readout->loss - last.loss) < 1e-6);
        }
        QVERIFY(!exportReadout(trained.run.folder(), m_root / "exported2.000000", 2.0)); // not empty
        QVERIFY(!exportReadout(m_root / "nowhere", m_root / "new", {}));
    }

    void lookingAtNumbersChangesNoBitAndSeesWhatIsHeld()
    {
        RunConfig config = configOf("balanced", 0, 24);
        config.training.numbersInterval = 0;
        const Trained blind = trainConfig("blind", config);
        config.training.numbersInterval = 4;
        const Trained looked = trainConfig("looked-at", config);
        QCOMPARE(looked.digest, blind.digest);
        QCOMPARE(looked.run.numbers().size(), std::size_t{6});
        std::int64_t elements = 0;
        for (const NumberGroup& group : looked.run.numbers().back().groups) {
            elements += group.elements;
            QVERIFY(group.sampled > 0 && group.sampled <= group.elements);
            QCOMPARE(group.weights.format, "bf16");
            QCOMPARE(group.remainder.format, "int16");
            QVERIFY(group.moments.tier == Tier::Host);
            QVERIFY2(group.bf16.sqnrDecibels > 40,
                group.name.c_str()); // 56 for spread numbers; better where they are round
        }
        QCOMPARE(elements, parameterCount(config.model));
        const auto mlp = std::find_if(looked.run.numbers().back().groups.begin(),
            looked.run.numbers().back().groups.end(),
            [](const NumberGroup& group) { return group.name == "blocks.1.mlp"; });
        QVERIFY(mlp != looked.run.numbers().back().groups.end());
        QCOMPARE(mlp->moments.format, "int8, fp32"); // biases keep FP32 moments
        QVERIFY(
            std::abs(static_cast<double>(mlp->sampled) * 64 / static_cast<double>(mlp->elements) - 1) < 0.1);
        QVERIFY(mlp->bf16.cancelled > 0.02 && mlp->bf16.cancelled < 0.98);
        QVERIFY(mlp->bf16.cancelled > mlp->fp16.cancelled); // three more bits
        QVERIFY(mlp->updateRatioMedian > 1e-5 && mlp->updateRatioMedian < 1);
    }

    void roundedWeightsLoseWhatTheStatisticsSay()
    {
        RunConfig config = configOf("aggressive", 0, 24);
        config.training.numbersInterval = 8;
        const Trained exact = trainConfig("exact", config);
        config.choices.master = Master::Rounded;
        const Trained rounded = trainConfig("rounded", config);
        const auto share = [](const Trained& trained) {
            const NumbersMeasured& last = trained.run.numbers().back();
            for (const NumberGroup& group : last.groups)
                if (group.name == "blocks.0.mlp")
                    return group.bf16.cancelled;
            return -1.0;
        };
        QVERIFY(share(exact) > 0);
        QVERIFY2(std::abs(share(rounded) - share(exact)) < 0.15,
            qPrintable(QString::number(share(rounded)))); // both round before they add
        QVERIFY(rounded.run.numbers().back().groups.front().remainder.format.empty());
    }

    void theOffloadsOfTheTableChangeNoBit()
    {
        const Trained plain = train("plain", "aggressive", 5, 40);
        RunConfig config = configOf("aggressive", 5, 40);
        for (const Phase phase : allPhases) {
            PhasePlan plan = config.choices.table.at(phase);
            plan.remainder = Tier::Host;
            plan.moments = phase == Phase::Predict ? Tier::Host : Tier::Device;
            config.choices.table = config.choices.table.with(phase, plan);
        }
        const Trained offloaded = trainConfig("offloaded", config);
        QVERIFY(offloaded.run.moves() > 0);
        QCOMPARE(offloaded.digest, plain.digest);
        QVERIFY(offloaded.run.peakDeviceBytes() < plain.run.peakDeviceBytes());
    }

    void classesSumToThePeakAndTheEstimateIsNear()
    {
        for (const char* preset : {"default", "aggressive"}) {
            RunConfig config
                = configOf(preset, 5, 60); // at toy sizes the products' own scratch is most of what there is
            config.model = {.layers = 2, .width = 128, .heads = 4, .context = 64};
            config.training.batchSize = 12;
            const Trained trained = trainConfig(preset, config);
            const Estimate estimate = estimateMemory(trained.run.config().estimateInput());
            for (const Phase phase : allPhases) {
                const auto& peak = trained.run.peakOf(phase);
                QVERIFY(peak.has_value());
                QCOMPARE(peak->memory.devicePeak.other, 0);
                const std::int64_t said = estimate.byPhase[indexOf(phase)]->total();
                const std::int64_t measured = peak->memory.devicePeak.total();
                QVERIFY2(meets(measured, said, 0.05,
                             libraryScratch(config, config.choices.resolve(phase).compute)),
                    qPrintable(QStringLiteral("%1 %2: estimated %3, measured %4")
                                   .arg(QLatin1StringView(preset))
                                   .arg(int(phase))
                                   .arg(said)
                                   .arg(measured)));
            }
        }
    }

    void aBudgetIsNeverPassedAndEndsTheRunInWordsWhereNothingMayGive()
    {
        RunConfig config = configOf("default", 5, 30);
        config.model = {.layers = 4, .width = 128, .heads = 4, .context = 64}; // a card has pages of 2 MiB
        config.choices.fit = Fit::Off;
        config.memory.budgetBytes = parameterCount(config.model) * 18;
        const Trained trained = trainConfig("tight", config);
        QVERIFY(trained.outcome == Outcome::OutOfMemory);
        QVERIFY(trained.message.find("budget") != std::string::npos);
        QVERIFY(trained.message.find("activations") != std::string::npos); // the composition at the failure
        QVERIFY(trained.run.peakDeviceBytes() <= *config.memory.budgetBytes);
    }
    void aTighterBudgetIsFittedWithTheSameBits()
    {
        const Trained free = train("free", "default", 5, 30);
        for (const double share : {0.9, 0.6, 0.5}) {
            RunConfig config = configOf("default", 5, 30);
            config.memory.budgetBytes
                = static_cast<std::int64_t>(share * static_cast<double>(free.run.peakDeviceBytes()));
            const Trained fitted = trainConfig("fit" + std::to_string(share), config);
            QVERIFY2(fitted.outcome == Outcome::Completed, fitted.message.c_str());
            QVERIFY(fitted.run.peakDeviceBytes() <= *config.memory.budgetBytes);
            QCOMPARE(fitted.digest, free.digest);
        }
    }
    void theTrialIsNearWhatIsMeasured()
    {
        for (const char* preset : {"default", "balanced", "smallest"}) {
            const RunConfig config = configOf(preset, 5, 60);
            const Trained trained = trainConfig(std::string("tried-") + preset, config);
            const auto trial = runTrial(config, makeTorchEngine, m_root / "trial-states");
            QVERIFY2(trial.has_value(), trial ? "" : trial.error().message.c_str());
            QVERIFY(!at::hasGlobalCallbacks()); // what counted seconds is gone, and slows nothing down
            for (const Phase phase : allPhases) {
                const double measured
                    = static_cast<double>(trained.run.peakOf(phase)->memory.devicePeak.total());
                const double error
                    = static_cast<double>(trial->byPhase[indexOf(phase)]->total()) / measured - 1;
                // of a probe's few rows another instant may be the fullest than of the trial's fewer
                QVERIFY2(std::abs(error) < (phase == Phase::Predict ? 0.05 : 0.02),
                    qPrintable(QStringLiteral("%1 %2: %3")
                                   .arg(QLatin1StringView(preset))
                                   .arg(int(phase))
                                   .arg(error)));
            }
        }
    }

    void aBudgetBelowTheWeightsIsRefusedAtOnce()
    {
        RunConfig config = configOf("default", 5, 30);
        config.memory.budgetBytes = 1000;
        const auto made = makeTorchEngine({config});
        QVERIFY(!made);
        QVERIFY(made.error().code == ExitCode::OutOfMemory);
    }

    void aCheckpointOfAnotherModelIsRefusedByName()
    {
        const Trained trained = train("small", "default", 5, 12);
        RunConfig other = configOf("default", 5, 12);
        other.model.width = 96;
        const auto made = makeTorchEngine({other});
        QVERIFY(made.has_value());
        const auto status = made->engine->load(*newestCheckpoint(trained.run.folder()));
        QVERIFY(!status);
        QVERIFY(status.error().message.find("another model") != std::string::npos);
    }

    void badDataIsRefusedInWords_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("word");
        QTest::newRow("missing") << QStringLiteral("nowhere.txt") << QStringLiteral("is not there");
        QTest::newRow("empty") << QStringLiteral("empty.txt") << QStringLiteral("is empty");
        QTest::newRow("short") << QStringLiteral("short.txt") << QStringLiteral("too short");
        QTest::newRow("sample") << QStringLiteral("sample:moon") << QStringLiteral("sample:kjv");
    }
    void badDataIsRefusedInWords()
    {
        QFETCH(QString, source);
        QFETCH(QString, word);
        std::ofstream(m_root / "empty.txt");
        std::ofstream(m_root / "short.txt") << "a few words";
        RunConfig config = configOf("default", 5, 12);
        config.data.source = source.startsWith(QLatin1StringView("sample:"))
            ? source.toStdString()
            : (m_root / source.toStdString()).string();
        const auto made = makeTorchEngine({config});
        QVERIFY(!made);
        QVERIFY2(QString::fromStdString(made.error().message).contains(word), made.error().message.c_str());
        QVERIFY(made.error().code == ExitCode::Usage);
    }

private:
    RunConfig configOf(const std::string& preset, std::int64_t predict, std::int64_t steps) const
    {
        RunConfig config;
        config.name = preset;
        config.model = {.layers = 2, .width = 64, .heads = 4, .context = 32};
        config.data.source = (m_root / "text.txt").string();
        config.training = {.maxSteps = steps,
            .batchSize = 8,
            .evalInterval = 20,
            .evalBatches = 2,
            .saveInterval = 0,
            .threads = 2};
        config.memory.device = testDeviceName();
        config.phases = {.warmupSteps = 8, .fullSteps = 8, .maxPredictSteps = predict, .correctSteps = 3};
        config.preset = preset;
        config.choices = findPreset(preset)->choices;
        return config;
    }
    Trained train(
        const std::string& name, const std::string& preset, std::int64_t predict, std::int64_t steps)
    {
        return trainConfig(name, configOf(preset, predict, steps));
    }
    Trained trainConfig(const std::string& name, const RunConfig& config)
    {
        Trained trained;
        const fs::path folder = m_root / name;
        const auto made = createRunFolderAt(folder, config);
        if (!made)
            qFatal("%s", made.error().message.c_str());
        EventChannel channel;
        Mailbox mailbox;
        Trainer trainer({config, folder, false}, makeTorchEngine, channel, mailbox);
        if (const auto ended = trainer.train()) {
            trained.outcome = ended->outcome;
            trained.message = ended->message;
        } else {
            trained.message = ended.error().message;
        }
        trained.run = std::move(*openRun(folder));
        if (const auto checkpoint = newestCheckpoint(folder))
            trained.digest = *weightsDigest(*checkpoint / "model.safetensors");
        return trained;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
};

QTEST_APPLESS_MAIN(TorchEngineTest)
#include "torch_engine_test.moc"
