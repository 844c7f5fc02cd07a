// SPDX-License-Identifier: Apache-2.0
#include "core/data/data_read.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace mantissa;

namespace {

DataRead some()
{
    return {.files = 2,
        .bytes = 1234,
        .sha256 = std::string(64, 'a'),
        .trainingSamples = 10,
        .evaluationSamples = 3,
        .trainingTokens = 900,
        .evaluationTokens = 100,
        .trainedTokens = 450,
        .remarks = {"left out 1 files"}};
}

} // namespace

class DataReadTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatWasReadSurvivesJson()
    {
        QVERIFY(dataReadFrom(toJson(some())) == some());
        QCOMPARE(some().evaluationShare(), 0.1);
    }
    void oddJsonIsNotKnown()
    {
        for (const Json& json : {Json(), Json("text"), Json::array(), Json{{"sha256", 5}, {"bytes", "x"}}})
            QVERIFY(!dataReadFrom(json).isKnown());
        QVERIFY(toJson(DataRead{}).is_null());
    }
    void otherBytesAreOtherDataAndTheUnknownIsNone()
    {
        DataRead other = some();
        other.sha256[0] = 'b';
        QVERIFY(isOtherData(some(), other));
        DataRead counted = some();
        counted.files = 7; // split otherwise, the same bytes
        QVERIFY(!isOtherData(some(), counted));
        QVERIFY(!isOtherData(some(), DataRead{}));
        QVERIFY(!isOtherData(DataRead{}, some()));
    }
    void aRefusalNamesBothAndAWayOut()
    {
        DataRead other = some();
        other.bytes = 1235;
        const auto status = checkSameData(some(), other, "/data/text.txt");
        QVERIFY(!status);
        QVERIFY(status.error().code == ExitCode::Usage);
        for (const char* words : {"/data/text.txt", "1,234 bytes", "1,235 bytes", "--set data.source="})
            QVERIFY(status.error().message.find(words) != std::string::npos);
        QVERIFY(checkSameData(some(), some(), "x").has_value());
    }
    void theSentenceHasEveryCount()
    {
        const std::string sentence = sentenceOf(some());
        for (const char* words :
            {"2 files", "1,234 bytes", "10 samples", "900 tokens (450 of them learned)", "10.0 %"})
            QVERIFY2(sentence.find(words) != std::string::npos, sentence.c_str());
    }
};

QTEST_APPLESS_MAIN(DataReadTest)
#include "data_read_test.moc"
