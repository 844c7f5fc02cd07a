// SPDX-License-Identifier: Apache-2.0
#include "core/record/config_remarks.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace mantissa;

namespace {

std::vector<std::string> remarks(
    const std::vector<std::string>& settings, const std::string& preset = "default")
{
    const auto loaded = configFromJson(Json::object(), {.preset = preset, .settings = settings}, "/folder");
    return loaded ? remarksOn(loaded->config)
                  : std::vector<std::string>{"refused: " + loaded.error().message};
}

} // namespace

class ConfigRemarksTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void presetsAsTheyAreGiveNoRemark()
    {
        for (const Preset& preset : builtinPresets()) {
            QVERIFY2(remarks({}, preset.name).empty(), preset.name.c_str());
            // one key of one's own makes it custom, and the rest was still chosen by nobody
            QVERIFY2(remarks({"memory.loss_chunk=64"}, preset.name).empty(), preset.name.c_str());
        }
    }
    void whatHasNoEffectIsTold_data()
    {
        QTest::addColumn<QStringList>("settings");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char* name, const QStringList& settings, const char* words) {
            QTest::newRow(name) << settings << QByteArray(words);
        };
        row("default under auto", {"precision.default=bf16"},
            "precision.default is bf16 and has no effect: precision.auto");
        row("default of nobody",
            {"precision.default=bf16", "precision.auto=false", "precision.phases.warmup.compute=fp32",
                "precision.phases.full.compute=fp32", "precision.phases.predict.compute=fp32",
                "precision.phases.correct.compute=fp32"},
            "every phase names a format");
        row("disabled", {"precision.enabled=false", "precision.phases.full.compute=bf16"},
            "precision.enabled is false, so");
        row("warm-up", {"training.max_steps=99", "phases.warmup_steps=1"},
            "optimizer.lr_warmup_steps is 100 and the run has 99");
        row("phase of warm-up", {"optimizer.lr_warmup_steps=1", "training.max_steps=100"},
            "never leaves Warmup");
        row("rate", {"optimizer.learning_rate=1e-50"},
            "optimizer.learning_rate is 1e-50, which is 0 in FP32");
        row("decay", {"optimizer.learning_rate=2", "optimizer.weight_decay=0.5"},
            "takes away all of a weight");
        row("epsilon", {"optimizer.epsilon=1e-50"}, "optimizer.epsilon is 1e-50, which is 0 in FP32");
        row("no epsilon", {"optimizer.epsilon=0"}, "optimizer.epsilon is 0, which is 0 in FP32");
        row("least rate", {"optimizer.lr_schedule=constant", "optimizer.min_lr_ratio=0.5"},
            "min_lr_ratio has no effect");
        row("fixed",
            {"phases.schedule=fixed", R"(phases.segments=[{"phase": "full", "steps": 9}])",
                "phases.full_steps=7"},
            "phases.segments alone");
        row("no Predict", {"phases.max_predict_steps=0", "phases.correct_steps=9"}, "there is no Predict");
        row("scratch", {"memory.scratch=/tmp"}, "memory.scratch has no effect");
        row("interval", {"memory.snapshots=0", "memory.snapshot_interval=7"},
            "snapshot_interval has no effect");
        row("images",
            {"model.kind=mlp", "data.kind=images", "data.source=sample:fashion-mnist",
                "data.validation_fraction=0.5"},
            "validation_fraction has no effect");
        row("chunks of images",
            {"model.kind=mlp", "data.kind=images", "data.source=sample:fashion-mnist", "memory.loss_chunk=5"},
            "memory.loss_chunk has no effect");
    }
    void whatHasNoEffectIsTold()
    {
        QFETCH(QStringList, settings);
        QFETCH(QByteArray, words);
        std::vector<std::string> given;
        for (const QString& setting : settings)
            given.push_back(setting.toStdString());
        const auto told = remarks(given);
        QCOMPARE(told.size(), std::size_t{1});
        QVERIFY2(told[0].find(words.toStdString()) != std::string::npos, told[0].c_str());
    }
    void sizesThatCannotBeCountedAreRefusedByName_data()
    {
        QTest::addColumn<QStringList>("settings");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char* name, const QStringList& settings, const char* words) {
            QTest::newRow(name) << settings << QByteArray(words);
        };
        row("a count", {"training.max_steps=9223372036854775807"},
            "training.max_steps is 9223372036854775807; expected");
        row("beyond 64 bits", {"training.max_steps=18446744073709551616"}, "training.max_steps is 1.84");
        row("warm-up", {"optimizer.lr_warmup_steps=9223372036854775807"}, "optimizer.lr_warmup_steps is");
        row("full", {"phases.full_steps=9223372036854775807"}, "phases.full_steps is");
        row("a seed", {"training.seed=9223372036854775808"},
            "training.seed is 9223372036854775808; expected");
        row("a budget", {"memory.budget=9223372036854775808"}, "memory.budget is 9223372036854775808");
        row("tokens", {"training.max_steps=1000000000000000", "training.batch_size=1048576"},
            "training.max_steps 1000000000000000 times training.batch_size 1048576");
        row("logits", {"training.batch_size=1048576", "model.context=65536", "model.vocab=16777216"},
            "model.vocab 16777216");
        row("attention", {"training.batch_size=1024", "model.context=1048576"},
            "model.heads 4 times model.context");
        row("activations", {"training.batch_size=1048576", "model.context=8192", "model.width=1048576"},
            "model.width 1048576");
        row("segments",
            {"phases.schedule=fixed",
                R"(phases.segments=[{"phase": "full", "steps": 900000000000000}, {"phase": "full", "steps": 900000000000000}])"},
            "phases.segments come to more");
    }
    void sizesThatCannotBeCountedAreRefusedByName()
    {
        QFETCH(QStringList, settings);
        QFETCH(QByteArray, words);
        ConfigOverrides overrides;
        for (const QString& setting : settings)
            overrides.settings.push_back(setting.toStdString());
        const auto loaded = configFromJson(Json::object(), overrides, "/folder");
        QVERIFY(!loaded && loaded.error().code == ExitCode::Usage);
        QVERIFY2(loaded.error().message.find(words.toStdString()) != std::string::npos,
            loaded.error().message.c_str());
    }
    void theLongestRunThatIsSensibleIsRead()
    {
        QVERIFY(configFromJson(Json::object(), {.settings = {"training.max_steps=1000000000000"}}, "/")
                    .has_value());
    }
};

QTEST_APPLESS_MAIN(ConfigRemarksTest)
#include "config_remarks_test.moc"
