// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/experiment_plan.h"
#include "core/record/run_config.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace mantissa;

namespace {

Result<LoadedConfig> loadLayers(const char* json, const ConfigOverrides& overrides = {})
{
    return configFromJson(*parseJson(json, "test"), overrides, "/folder");
}

} // namespace

/// How layers of a config stand over one another: keys, nulls and settings given more than once.
class ConfigLayersTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nullIsAsIfTheKeyWereNotNamed_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("setting");
        QTest::addColumn<QByteArray>("plain");
        const auto row = [](const char* name, const char* file, const char* setting, const char* plain) {
            QTest::newRow(name) << QByteArray(file) << QByteArray(setting) << QByteArray(plain);
        };
        row("a count", R"({"training": {"max_steps": null}})", "training.max_steps=null", "{}");
        row("a size", R"({"memory": {"budget": null}})", "memory.budget=null", "{}");
        row("a list", R"({"model": {"frozen": null}})", "model.frozen=null", "{}");
        row("a section", R"({"optimizer": null})", "optimizer=null", "{}");
        row("a name", R"({"name": null})", "name=null", "{}");
        const char* aggressive = R"({"precision": {"preset": "aggressive"}})";
        row("what the preset says",
            R"({"precision": {"preset": "aggressive", "phases": {"full": {"compute": null}}}})",
            "precision.phases.full.compute=null", aggressive);
        row("a section of the preset",
            R"({"precision": {"preset": "aggressive", "phases": null}, "optimizer": {"moments": null}})",
            "precision.phases=null", aggressive);
        row("the preset's name", R"({"precision": {"preset": null}})", "precision.preset=null", "{}");
    }
    void nullIsAsIfTheKeyWereNotNamed()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, setting);
        QFETCH(QByteArray, plain);
        const auto expected = loadLayers(plain.constData());
        const auto inFile = loadLayers(file.constData());
        QVERIFY2(inFile.has_value(), inFile ? "" : inFile.error().message.c_str());
        QVERIFY(inFile->config == expected->config);
        const auto inSetting = loadLayers(plain.constData(), {.settings = {setting.toStdString()}});
        QVERIFY2(inSetting.has_value(), inSetting ? "" : inSetting.error().message.c_str());
        QVERIFY(inSetting->config == expected->config);
    }
    void ofStepsAndEpochsTheOneThatIsSaidLastCounts()
    {
        const char* file = R"({"training": {"epochs": 2}})";
        const auto steps = loadLayers(file, {.settings = {"training.max_steps=300"}});
        QCOMPARE(steps->config.training.epochs, 0.0);
        QCOMPARE(steps->config.training.maxSteps, 300);
        QCOMPARE(steps->notices.size(), std::size_t{1}); // which of the two counts
        QCOMPARE(loadLayers(file, {.settings = {"training.max_steps=300", "training.epochs=3"}})
                     ->config.training.epochs,
            3.0);
        QCOMPARE(loadLayers(file, {.settings = {R"(training={"epochs": 3})", R"(training={"max_steps": 5})"}})
                     ->config.training.epochs,
            0.0);
        QCOMPARE(loadLayers(file, {.settings = {"training.seed=5"}})->config.training.epochs, 2.0);
        QVERIFY(!loadLayers(R"({"training": {"epochs": -1}})"));
    }
    void nullTakesBackWhatALowerLayerSaid()
    {
        const char* file = R"({"training": {"max_steps": 7}, "memory": {"budget": 5000000},
            "precision": {"preset": "aggressive", "phases": {"full": {"compute": "fp16"}}}})";
        const auto loaded = loadLayers(file,
            {.settings = {"training.max_steps=null", "memory.budget=null", "precision.phases.full=null"}});
        QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().message.c_str());
        QCOMPARE(loaded->config.training.maxSteps, TrainingConfig{}.maxSteps);
        QVERIFY(!loaded->config.memory.budgetBytes);
        QVERIFY(loaded->config.choices == findPreset("aggressive")->choices);
    }
    void nullInAnArmIsThePresetsValueToo()
    {
        const auto base
            = loadLayers(R"({"precision": {"preset": "aggressive"}, "optimizer": {"moments": "fp32"}})");
        const auto arm = armFromJson("a",
            {{"precision", {{"preset", "smallest"}}}, {"optimizer", {{"moments", nullptr}}}}, base->config);
        QVERIFY2(arm.has_value(), arm ? "" : arm.error().message.c_str());
        QVERIFY(arm->config.choices.moments == findPreset("smallest")->choices.moments);
    }
    void aKeyNobodyKnowsIsRefusedAlsoWhenItIsNull_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("setting");
        QTest::newRow("in the file") << QByteArray(R"({"training": {"max_step": null}})") << QByteArray();
        QTest::newRow("of a preset") << QByteArray(R"({"precision": {"mastr": null}})") << QByteArray();
        QTest::newRow("a section") << QByteArray(R"({"trainig": null})") << QByteArray();
        QTest::newRow("a setting") << QByteArray("{}") << QByteArray("training.max_step=null");
    }
    void aKeyNobodyKnowsIsRefusedAlsoWhenItIsNull()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, setting);
        ConfigOverrides overrides;
        if (!setting.isEmpty())
            overrides.settings.push_back(setting.toStdString());
        const auto loaded = loadLayers(file.constData(), overrides);
        QVERIFY(!loaded);
        QVERIFY2(
            loaded.error().message.find("unknown key") != std::string::npos, loaded.error().message.c_str());
    }
    void aSectionAsASettingIsMergedKeyByKey()
    {
        const auto loaded = loadLayers(
            R"({"training": {"max_steps": 7, "seed": 3}})", {.settings = {R"(training={"seed": 4})"}});
        QCOMPARE(loaded->config.training.maxSteps, 7);
        QCOMPARE(loaded->config.training.seed, 4);
    }
    void aSettingGivenTwiceSaysWhichCounts()
    {
        const auto twice = loadLayers("{}", {.settings = {"training.max_steps=5", "training.max_steps=9"}});
        QCOMPARE(twice->config.training.maxSteps, 9);
        QCOMPARE(twice->notices.size(), std::size_t{1});
        QCOMPARE(twice->notices[0],
            std::string("--set training.max_steps=9 counts, and not --set training.max_steps=5, which stands "
                        "before it"));
        const auto inside
            = loadLayers("{}", {.settings = {R"(training={"max_steps": 5})", "training.max_steps=9"}});
        QCOMPARE(inside->notices.size(), std::size_t{1});
        const auto around
            = loadLayers("{}", {.settings = {"training.max_steps=5", R"(training={"max_steps": 9})"}});
        QCOMPARE(around->config.training.maxSteps, 9);
        QCOMPARE(around->notices.size(), std::size_t{1});
        const auto apart = loadLayers("{}",
            {.settings = {R"(training={"max_steps": 5})", R"(training={"seed": 9})", "training.threads=1"}});
        QVERIFY(apart->notices.empty()); // all of them count
    }
    void wrongSettingsAreRefusedInWords_data()
    {
        QTest::addColumn<QByteArray>("setting");
        QTest::addColumn<QByteArray>("word");
        const auto row = [](const char* setting, const char* word) {
            QTest::newRow(setting) << QByteArray(setting) << QByteArray(word);
        };
        row("training.max_steps", "has no '='");
        row("=1", "names no key");
        row("=", "names no key");
        row(".seed=1", "empty name between its dots");
        row("training.=1", "empty name between its dots");
        row("training..seed=1", "empty name between its dots");
        row("training.seed.x=1", "training.seed is {");
        row("training=5", "training is 5; expected an object");
        row(R"(training={"seed": 1, "seed": 2})", "--set training gives the key 'seed' twice");
        row("precision.preset=aggressive", "use --preset");
        row(R"(precision={"preset": "aggressive"})", "use --preset");
        row("training.max_steps=1e400", "training.max_steps is \"1e400\"");
        row("name=\xe4\xff=", "");
    }
    void wrongSettingsAreRefusedInWords()
    {
        QFETCH(QByteArray, setting);
        QFETCH(QByteArray, word);
        const auto loaded = loadLayers("{}", {.settings = {setting.toStdString()}});
        if (word.isEmpty()) {
            QVERIFY(loaded.has_value()); // any bytes make a name
            return;
        }
        QVERIFY(!loaded);
        QVERIFY2(loaded.error().message.find(word.toStdString()) != std::string::npos,
            loaded.error().message.c_str());
        QVERIFY(loaded.error().code == ExitCode::Usage);
    }
    void aKeyGivenTwiceIsRefusedByItsPath_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("key");
        QTest::newRow("at the root") << QByteArray(R"({"name": "a", "name": "a"})") << QByteArray("'name'");
        QTest::newRow("a section") << QByteArray(R"({"training": {}, "model": {}, "training": {}})")
                                   << QByteArray("'training'");
        QTest::newRow("inside") << QByteArray(R"({"training": {"seed": 1, "max_steps": 2, "seed": 3}})")
                                << QByteArray("'training.seed'");
        QTest::newRow("in a list") << QByteArray(
            R"({"phases": {"segments": [{"steps": 1}, {"steps": 1, "steps": 2}]}})")
                                   << QByteArray("'phases.segments.steps'");
    }
    void aKeyGivenTwiceIsRefusedByItsPath()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, key);
        const auto parsed = parseJson(json.toStdString(), "my.json");
        QVERIFY(!parsed && parsed.error().code == ExitCode::Usage);
        QVERIFY2(parsed.error().message.starts_with("my.json gives the key " + key.toStdString() + " twice"),
            parsed.error().message.c_str());
        QVERIFY(parseJson(json.toStdString(), "a log", RepeatedKeys::LastCounts).has_value());
        QVERIFY(
            parseJson(R"({"a": {"b": 1}, "c": {"b": 1}, "d": [{"b": 1}, {"b": 1}]})", "apart").has_value());
    }
    void numbersThatAreWholeAreSoHoweverTheyAreWritten()
    {
        for (const char* text : {"100", "100.0", "1e2", "1.0E+2"})
            QCOMPARE(loadLayers("{}", {.settings = {std::string("training.max_steps=") + text}})
                         ->config.training.maxSteps,
                100);
        for (const char* text : {"100.5", "1e300", "-1e2", "9223372036854775808", "1e16"})
            QVERIFY(!loadLayers("{}", {.settings = {std::string("training.max_steps=") + text}}));
    }
    void pathsOfAnyBytesReadBackEqual()
    {
        RunConfig config;
        config.data.source = "/data/b\xe4r \\xe4.txt";
        config.memory.scratch = "/scratch/\xff";
        const auto again = configFromJson(*parseJson(jsonText(toJson(config)), "x"), {}, "/");
        QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
        QVERIFY(again->config == config);
        const auto set = loadLayers("{}", {.settings = {"data.source=/data/b\xe4r"}});
        QCOMPARE(set->config.data.source, std::string("/data/b\xe4r"));
        QVERIFY(!loadLayers(R"({"data": {"source": "a\u0000b"}})"));
    }
};

QTEST_APPLESS_MAIN(ConfigLayersTest)
#include "config_layers_test.moc"
