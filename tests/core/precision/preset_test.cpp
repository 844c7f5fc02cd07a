// SPDX-License-Identifier: Apache-2.0
#include "core/precision/preset.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace mantissa;

class PresetTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theShippedPresetsAreThereInOrder()
    {
        QStringList names;
        for (const Preset& preset : builtinPresets())
            names << QString::fromStdString(preset.name);
        QCOMPARE(names,
            (QStringList{QStringLiteral("conservative"), QStringLiteral("default"),
                QStringLiteral("aggressive"), QStringLiteral("balanced"), QStringLiteral("smallest")}));
    }
    void everyPresetSurvivesItsFile()
    {
        for (const Preset& preset : builtinPresets()) {
            const auto again = presetFromJson(*parseJson(toJson(preset).dump(), preset.name), preset.name);
            QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
            QVERIFY(again->choices == preset.choices);
            QCOMPARE(again->title, preset.title);
        }
    }
    void aggressiveIsReallyDifferentFromDefault()
    {
        QVERIFY(findPreset("aggressive")->choices != findPreset("default")->choices);
        for (const Phase phase : allPhases)
            QVERIFY(findPreset("aggressive")->choices.table.resolve(phase).compute == Precision::Bf16);
    }
    void namesOfOtherTrainersAreUnderstood()
    {
        for (const char* name : {"bf16", "bfloat16", "BF16", "bf16-true", "BFLOAT_16"})
            QVERIFY(parsePrecision(name).value() == Precision::Bf16);
        QVERIFY(!parsePrecision("fp64"));
    }
    void damagedFilesAreRefusedInWords_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("word");
        QTest::newRow("no name") << QByteArray("{}") << QByteArray("name is missing");
        QTest::newRow("format") << QByteArray(R"({"name":"x","format":2})") << QByteArray("format");
        QTest::newRow("fp64") << QByteArray(
            R"({"name":"x","precision":{"phases":{"full":{"compute":"fp64"}}}})")
                              << QByteArray("expected fp32, bf16 or fp16");
        QTest::newRow("phase") << QByteArray(R"({"name":"x","precision":{"phases":{"ful":{}}}})")
                               << QByteArray("did you mean 'precision.phases.full'");
        QTest::newRow("tier") << QByteArray(
            R"({"name":"x","precision":{"phases":{"full":{"moments":"tape"}}}})")
                              << QByteArray("device, host or disk");
        QTest::newRow("array") << QByteArray("[]") << QByteArray("must be an object");
    }
    void damagedFilesAreRefusedInWords()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, word);
        const auto preset = presetFromJson(*parseJson(json.toStdString(), "x"), "x.json");
        QVERIFY(!preset);
        QVERIFY2(preset.error().message.find(word.toStdString()) != std::string::npos,
            preset.error().message.c_str());
    }
    void anUnknownNameListsTheKnownOnes()
    {
        QVERIFY(findPreset("fast").error().message.find("conservative, default, aggressive")
            != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(PresetTest)
#include "preset_test.moc"
