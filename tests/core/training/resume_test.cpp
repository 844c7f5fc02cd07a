// SPDX-License-Identifier: Apache-2.0
// resume --set: every key takes effect as an event at that step and stands in config.json, or is refused by
// name with nothing changed on disk.

#include "core/record/plans_that_ran.h"
#include "core/record/resume_rules.h"
#include "core/record/settings_history.h"
#include "core/training/resume.h"
#include "tests/support/training_run.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <map>

using namespace mantissa;

namespace {

namespace fs = std::filesystem;

/// Another value for every key, which the rules between keys allow.
const std::map<std::string, std::string> otherValues{{"name", "other"}, {"model.kind", "llama"},
    {"model.layers", "7"}, {"model.width", "64"}, {"model.dropout", "0.1"}, {"data.source", "/elsewhere"},
    {"data.validation_fraction", "0.2"}, {"training.max_steps", "30"}, {"training.batch_size", "6"},
    {"training.gradient_accumulation_steps", "2"}, {"training.seed", "5"}, {"training.eval_interval", "3"},
    {"training.eval_batches", "3"}, {"training.save_interval", "9"}, {"training.save_minutes", "3"},
    {"training.keep_checkpoints", "4"}, {"training.threads", "1"}, {"training.epochs", "0.5"},
    {"training.keep_best", "true"}, {"training.early_stop_patience", "50"},
    {"training.early_stop_minutes", "60"}, {"training.early_stop_spike", "true"},
    {"training.sample_interval", "4"}, {"training.sample_tokens", "7"}, {"training.sample_prompt", "Once"},
    {"data.tokenizer", "/elsewhere"}, {"data.format", "alpaca"}, {"training.numbers_interval", "11"},
    {"optimizer.learning_rate", "0.01"}, {"optimizer.lr_schedule", "linear"},
    {"optimizer.lr_warmup_steps", "3"}, {"optimizer.lr_decay_steps", "50"}, {"optimizer.min_lr_ratio", "0.3"},
    {"optimizer.beta1", "0.8"}, {"optimizer.beta2", "0.99"}, {"optimizer.weight_decay", "0.2"},
    {"optimizer.epsilon", "1e-7"}, {"optimizer.max_grad_norm", "2"}, {"optimizer.moments", "int8"},
    {"phases.warmup_steps", "9"}, {"phases.full_steps", "9"}, {"phases.max_predict_steps", "3"},
    {"phases.correct_steps", "3"}, {"phases.confidence_threshold", "0.5"}, {"phases.readout_budget", "0.5"},
    {"phases.divergence_threshold", "4"}, {"phases.recovery_steps", "5"}, {"phases.jump", "reject"},
    {"precision.enabled", "false"}, {"precision.auto", "false"}, {"precision.default", "fp16"},
    {"precision.phases.full.compute", "bf16"}, {"precision.phases.full.gradients", "fp32"},
    {"precision.phases.full.activations", "recompute"}, {"precision.phases.full.moments", "host"},
    {"precision.phases.predict.compute", "fp16"}, {"memory.device", "cuda:0"}, {"memory.budget", "1GiB"},
    {"memory.max_temperature", "80"}, {"memory.scratch", "/tmp"}, {"memory.snapshots", "0"},
    {"memory.snapshot_interval", "7"}, {"memory.allow_overcommit", "true"}, {"memory.trial", "true"},
    {"memory.execution", "layerwise"}, {"memory.release_gradients", "true"}, {"memory.loss_chunk", "64"},
    {"memory.fit", "off"}};

/// Names, sizes and bytes of all files of a run, its lock apart.
std::map<std::string, std::string> contentsOf(const fs::path& folder)
{
    std::map<std::string, std::string> contents;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().filename() != "lock")
            contents[fs::relative(entry.path(), folder).string()] = *readFile(entry.path());
    return contents;
}

Result<RunEnded> resumed(
    const fs::path& folder, const std::vector<std::string>& settings, FakeEngineScript& script)
{
    const auto setup = planResume(folder, settings);
    if (!setup)
        return fail(setup.error());
    EventChannel channel;
    Mailbox mailbox;
    return Trainer(*setup, fakeFactory(script), channel, mailbox).train();
}

const DataRead someData{.files = 1, .bytes = 10, .sha256 = "aa", .remarks = {"left out 1 files"}};

/// A run of 12 of 20 steps.
RunConfig cutRun(const fs::path& folder, RunConfig config = shortConfig(20))
{
    Mailbox mailbox;
    FakeEngineScript script{.data = someData};
    script.beforeStep = [&](std::int64_t step) {
        if (step == 11)
            mailbox.requestStop(StopRequest::Interrupt);
    };
    train(config, folder, script, false, &mailbox);
    return config;
}

} // namespace

class ResumeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folders = std::make_unique<RunFolders>(); }

    void everyKeyTakesEffectOrIsRefused_data()
    {
        QTest::addColumn<QString>("key");
        for (const auto& [key, value] : otherValues)
            QTest::newRow(key.c_str()) << QString::fromStdString(key);
    }
    void everyKeyTakesEffectOrIsRefused()
    {
        QFETCH(QString, key);
        const std::string name = key.toStdString();
        const std::string setting = name + "=" + otherValues.at(name);
        const fs::path folder = m_folders->root() / "run";
        const RunConfig before = cutRun(folder);
        const auto there = contentsOf(folder);
        FakeEngineScript script{.data = someData};
        const auto ended = resumed(folder, {setting}, script);
        if (!resumeRuleOf(name).takesEffect) {
            QVERIFY(!ended.has_value());
            QVERIFY2(ended.error().message.find(name) != std::string::npos, ended.error().message.c_str());
            QVERIFY(contentsOf(folder) == there);
            QVERIFY(resumed(folder, {}, script).has_value()); // and does not stand in the way of the next
            return;
        }
        QVERIFY2(ended.has_value(), ended ? "" : ended.error().message.c_str());
        const Run run = *openRun(folder);
        const auto change = std::ranges::find_if(
            run.settingChanges(), [&](const SettingChanged& e) { return e.key == name; });
        QVERIFY(change != run.settingChanges().end());
        QCOMPARE(change->step, 12);
        const auto saved = *readRunConfig(folder);
        bool isWritten = false;
        forEachDifference(before, saved, [&](const std::string& own, const Json&, const Json& to) {
            isWritten = isWritten || (own == name && to.dump() == change->to);
        });
        QVERIFY(isWritten);
    }

    void noKeyThatTakesEffectIsLeftOut()
    {
        const Json defaults = toJson(RunConfig{});
        for (const auto& [section, keys] : defaults.items())
            if (keys.is_object())
                for (const auto& [key, value] : keys.items()) {
                    const std::string name = section + "." + key;
                    QVERIFY2(
                        value.is_object() || !resumeRuleOf(name).takesEffect || otherValues.contains(name),
                        name.c_str());
                }
    }

    void otherBytesAreRefusedAndTheSameMayMove()
    {
        const fs::path folder = m_folders->root() / "run";
        cutRun(folder);
        QVERIFY(openRun(folder)->data() == someData);
        QVERIFY(readData(folder) == someData);
        const auto there = contentsOf(folder);
        FakeEngineScript script{.data = someData};
        script.data.sha256 = "bb";
        for (const std::vector<std::string>& settings :
            {std::vector<std::string>{}, std::vector<std::string>{"data.source=/elsewhere"}}) {
            const auto refused = resumed(folder, settings, script);
            QVERIFY(!refused.has_value());
            QVERIFY(refused.error().code == ExitCode::Usage);
            QVERIFY(
                refused.error().message.find("are not those that were learned from") != std::string::npos);
            QVERIFY(contentsOf(folder) == there);
        }
        script.data = someData;
        QVERIFY(resumed(folder, {"data.source=/elsewhere"}, script).has_value());
        QCOMPARE(readRunConfig(folder)->data.source, std::string("/elsewhere"));
        const auto told = [&](const std::string& words) {
            return std::ranges::count_if(openRun(folder)->notices(),
                [&](const Notice& notice) { return notice.text.find(words) != std::string::npos; });
        };
        QCOMPARE(told("read 1 file, 10 B (10 bytes, SHA-256 aa…)"), 2); // by each process
        QCOMPARE(told("left out 1 files"), 2);
    }
    void aRunThatDoesNotTellItsDataLearnsThemOnResumeAndCannotMoveBefore()
    {
        const fs::path folder = m_folders->root() / "run";
        FakeEngineScript script;
        train(shortConfig(20), folder, script);
        QVERIFY(!readData(folder).isKnown());
        const auto there = contentsOf(folder);
        const auto moved = resumed(folder, {"data.source=/elsewhere"}, script);
        QVERIFY(!moved.has_value());
        QVERIFY(moved.error().message.find("does not say which bytes it learned from") != std::string::npos);
        QVERIFY(contentsOf(folder) == there);
        script.data = someData;
        QVERIFY(resumed(folder, {"training.max_steps=30"}, script).has_value());
        QVERIFY(readData(folder) == someData);
    }
    void whatIsTooLargeNowLeavesTheRunAsItWas()
    {
        const fs::path folder = m_folders->root() / "run";
        RunConfig config = shortConfig(20);
        config.model = {.layers = 100, .width = 65536, .heads = 512};
        config.memory.allowOvercommit = true;
        cutRun(folder, config);
        const auto there = contentsOf(folder);
        FakeEngineScript script{.data = someData};
        const auto refused = resumed(folder, {"memory.allow_overcommit=false"}, script);
        QVERIFY(!refused.has_value());
        QVERIFY(refused.error().message.find("this is larger than the machine") != std::string::npos);
        QVERIFY(contentsOf(folder) == there);
        QVERIFY(resumed(folder, {}, script).has_value());
    }
    void theTableThatWasAskedForRuns()
    {
        const fs::path folder = m_folders->root() / "run";
        RunConfig config = shortConfig(20);
        config.choices = findPreset("aggressive")->choices;
        cutRun(folder, config);
        FakeEngineScript script;
        QVERIFY(resumed(folder, {"precision.enabled=false"}, script).has_value());
        const Run run = *openRun(folder);
        for (const Segment& segment : run.segments())
            if (segment.tick >= 12 && segment.ticks() > 0 && segment.step >= 12)
                QVERIFY(segment.start->plan.compute == Precision::Fp32);
        QVERIFY(!whyNoBaseline(run).empty());
        QVERIFY(run.firstConfig().choices == config.choices);
    }
    void anEngineThatCannotStartLeavesAllAsItWas()
    {
        const fs::path folder = m_folders->root() / "run";
        cutRun(folder);
        const auto there = contentsOf(folder);
        FakeEngineScript script{.failStart = true};
        QVERIFY(!resumed(folder, {"training.batch_size=6"}, script).has_value());
        QVERIFY(contentsOf(folder) == there);
    }
    void theConfigStaysThoughAResumeIsRepeatedFromTheSameStep()
    {
        const fs::path folder = m_folders->root() / "run";
        cutRun(folder);
        FakeEngineScript script;
        script.beforeStep = [](std::int64_t step) {
            if (step == 13)
                throw std::runtime_error("killed");
        };
        try {
            [[maybe_unused]] const auto ended = resumed(folder, {"optimizer.learning_rate=0.01"}, script);
        } catch (const std::runtime_error&) {
        }
        script.beforeStep = nullptr;
        QVERIFY(resumed(folder, {}, script).has_value());
        const Run run = *openRun(folder);
        QCOMPARE(run.firstConfig().optimizer.learningRate, 1e-3);
        QCOMPARE(run.config().optimizer.learningRate, 0.01);
        QCOMPARE(run.settingChanges().size(), 1U);
    }
    void aStretchedScheduleIsTold()
    {
        const fs::path folder = m_folders->root() / "run";
        RunConfig config = shortConfig(20);
        config.optimizer.warmupSteps = 2;
        cutRun(folder, config);
        const auto longer = planResume(folder, {"training.max_steps=200"});
        QVERIFY(longer.has_value());
        QVERIFY(std::ranges::any_of(longer->notices,
            [](const std::string& text) { return text.find("lr_decay_steps=20") != std::string::npos; }));
        const auto kept = planResume(folder, {"training.max_steps=200", "optimizer.lr_decay_steps=20"});
        QVERIFY(kept.has_value());
        QVERIFY(std::ranges::none_of(kept->notices,
            [](const std::string& text) { return text.find("stretches") != std::string::npos; }));
    }
    void fewerStepsThanAreDoneAreRefused()
    {
        const fs::path folder = m_folders->root() / "run";
        cutRun(folder);
        QVERIFY(!planResume(folder, {"training.max_steps=5"}).has_value());
    }
    void statesOnDiskThatAreTheCheckpointStayWhereTheyAre()
    {
        const fs::path folder = m_folders->root() / "run";
        cutRun(folder, diskConfig(20));
        QVERIFY(fs::exists(folder / "states.json"));
        const auto there = contentsOf(folder);
        for (const char* setting : {"precision.phases.full.moments=host", "memory.scratch=/tmp"}) {
            const auto refused = planResume(folder, {setting});
            QVERIFY(!refused.has_value());
            QVERIFY(refused.error().message.find("states on disk") != std::string::npos);
        }
        QVERIFY(contentsOf(folder) == there);
        QVERIFY(planResume(folder, {"training.batch_size=6"}).has_value());
    }
    void eachStepCountsTheTokensItTrainedOn()
    {
        const fs::path folder = m_folders->root() / "run";
        FakeEngineScript script{.tokensPerStep = 64};
        train(shortConfig(10), folder, script);
        script.tokensPerStep = 128;
        QVERIFY(resumed(folder, {"training.max_steps=20", "training.batch_size=24"}, script).has_value());
        const Run run = *openRun(folder);
        QCOMPARE(run.trainedTokens(), 1920);
        QCOMPARE(run.evaluations().back().trainedTokens, 1920);
    }

private:
    std::unique_ptr<RunFolders> m_folders;
};

QTEST_APPLESS_MAIN(ResumeTest)
#include "resume_test.moc"
