// SPDX-License-Identifier: Apache-2.0
#include "core/model/family.h"
#include "core/record/run_config.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace mantissa;

namespace {

Result<LoadedConfig> load(const char* json, const ConfigOverrides& overrides = {})
{
    return configFromJson(*parseJson(json, "test"), overrides, "/folder");
}

} // namespace

class RunConfigTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void layersStandOverOneAnother()
    {
        // the file's key over the preset; --preset over the file's; --set over all
        const char* file = R"({"precision": {"preset": "default", "phases": {"full": {"compute": "fp16"}}}})";
        QVERIFY(load(file)->config.choices.table.resolve(Phase::Full).compute == Precision::Fp16);
        QCOMPARE(load(file)->config.preset, std::string("custom"));
        const auto replaced = load(file, {.preset = "aggressive"});
        QVERIFY(replaced->config.choices.table.resolve(Phase::Full).compute == Precision::Bf16);
        QCOMPARE(replaced->config.preset, std::string("aggressive"));
        QCOMPARE(replaced->notices.size(), std::size_t{1});
        QVERIFY(replaced->notices[0].find("precision.phases.full.compute") != std::string::npos);
        const auto set = load(file,
            {.preset = "aggressive",
                .settings = {"precision.phases.full.compute=fp32", "training.max_steps=9"}});
        QVERIFY(set->config.choices.table.resolve(Phase::Full).compute == Precision::Fp32);
        QCOMPARE(set->config.training.maxSteps, 9);
    }
    void whatIsWrittenReadsBackEqual()
    {
        RunConfig config;
        config.phases
            = {.schedule = PhaseSchedule::Fixed, .segments = {{Phase::Full, 3}, {Phase::Correct, 2}}};
        config.memory.budgetBytes = 12345678901;
        config.memory.device = "simulated:8GiB";
        config.memory.maxCelsius = 83.5;
        config.data.source = "/data/text.txt";
        config.choices = findPreset("aggressive")->choices;
        config.preset = "aggressive";
        const auto again = configFromJson(*parseJson(toJson(config).dump(), "x"), {}, "/");
        QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
        QVERIFY(again->config == config);
    }
    void theShippedExamplesAreRead()
    {
        for (const char* name : {"kjv-gpt", "fashion-mnist"}) {
            const auto loaded
                = loadConfig(std::filesystem::path(MANTISSA_TEST_DATA).parent_path().parent_path()
                    / "resources/examples" / (std::string(name) + ".json"));
            QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().message.c_str());
            QCOMPARE(loaded->config.name, std::string(name));
            QCOMPARE(loaded->config.preset, std::string("default"));
        }
    }
    void aNamedModelHasItsPublishedSizesAndKeysBesideItsNameOverride()
    {
        const auto loaded = load(R"({"model": {"name": "tinyllama-1.1b", "context": 256}})");
        QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().message.c_str());
        QCOMPARE(parameterCount(loaded->config.model), 1'100'048'384);
        QCOMPARE(loaded->config.model.context, 256);
        const auto again = configFromJson(toJson(loaded->config), {}, "/folder");
        QVERIFY(again && again->config == loaded->config);
    }
    void relativeSourcesCountFromTheConfigsFolder()
    {
        QCOMPARE(
            load(R"({"data": {"source": "a/b.txt"}})")->config.data.source, std::string("/folder/a/b.txt"));
        QCOMPARE(
            load(R"({"data": {"source": "sample:kjv"}})")->config.data.source, std::string("sample:kjv"));
    }
    void wrongConfigsAreRefusedInWords_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("word");
        const auto row = [](const char* name, const char* json, const char* word) {
            QTest::newRow(name) << QByteArray(json) << QByteArray(word);
        };
        row("unknown key", R"({"trainig": {}})", "did you mean 'training'");
        row("unknown inner key", R"({"training": {"max_step": 1}})", "did you mean 'training.max_steps'");
        row("negative steps", R"({"training": {"max_steps": -1}})", "training.max_steps is -1");
        row("heads", R"({"model": {"width": 100, "heads": 3}})", "does not divide model.width");
        row("kind of data", R"({"model": {"kind": "convnet"}, "data": {"kind": "text"}})",
            "cannot learn from");
        row("no segments", R"({"phases": {"schedule": "fixed"}})", "phases.segments is empty");
        row("ends in predict",
            R"({"phases": {"schedule": "fixed", "segments": [{"phase": "predict", "steps": 2}]}})",
            "ends in predict");
        row("streaming in one graph", R"({"precision": {"phases": {"full": {"weights": "host"}}}})",
            "needs layerwise execution");
        row("rounded fp32", R"({"precision": {"master": "rounded"}})", "choose bf16 for every phase");
        row("fp16 release",
            R"({"precision": {"phases": {"full": {"compute": "fp16"}}}, "memory": {"release_gradients": true}, "optimizer": {"max_grad_norm": 0}})",
            "without clipping");
        row("kv heads", R"({"model": {"kind": "llama", "heads": 4, "kv_heads": 3}})",
            "must divide model.heads");
        row("model name", R"({"model": {"name": "gpt9"}})", "known: nanogpt-char, gpt2");
        row("tier", R"({"precision": {"phases": {"full": {"moments": "moon"}}}})", "moon");
        row("budget", R"({"memory": {"budget": "much"}})", "is not a size");
        row("schedule", R"({"optimizer": {"lr_schedule": "square"}})", "constant, linear, cosine");
        row("preset", R"({"precision": {"preset": "fast"}})", "no preset is called 'fast'");
        row("root", "[1]", "must be an object");
        row("no temperature", R"({"memory": {"max_temperature": "hot"}})", "a number from 40 to 120");
        row("cold", R"({"memory": {"max_temperature": 0}})", "a number from 40 to 120");
        row("device", R"({"memory": {"device": "gpu"}})", "expected cpu, cuda:0 and so on");
        row("simulated card", R"({"memory": {"device": "simulated:0"}})", "memory.device");
    }
    void wrongConfigsAreRefusedInWords()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, word);
        const auto loaded = load(json.constData());
        QVERIFY(!loaded);
        QVERIFY2(loaded.error().message.find(word.toStdString()) != std::string::npos,
            loaded.error().message.c_str());
        QVERIFY(loaded.error().code == ExitCode::Usage);
    }
    void settingsWithoutAValueAreRefused() { QVERIFY(!load("{}", {.settings = {"training.max_steps"}})); }
    void onlyPrecisionAndMemoryMayDifferFromABaseline()
    {
        const RunConfig config = load("{}", {.preset = "aggressive"})->config;
        QVERIFY(isComparable(config, baselineOf(config)));
        RunConfig other = baselineOf(config);
        other.training.seed = 2;
        QVERIFY(!isComparable(config, other));
        other = baselineOf(config);
        other.training.evalBatches = 3;
        QVERIFY(!isComparable(config, other));
    }
};

QTEST_APPLESS_MAIN(RunConfigTest)
#include "run_config_test.moc"
