// SPDX-License-Identifier: Apache-2.0
#include "core/training/control_request.h"

#include <QTest>

using namespace mantissa;

class ControlRequestTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyRequestComesBackAsItWas()
    {
        const PrecisionTable seen{};
        const PrecisionTable wanted
            = seen.with(Phase::Full, {.compute = Precision::Bf16, .moments = Tier::Host}).withAuto(false);
        for (const ControlAsk ask :
            {ControlAsk::State, ControlAsk::Stop, ControlAsk::Interrupt, ControlAsk::Pause, ControlAsk::GoOn,
                ControlAsk::Save, ControlAsk::Numbers, ControlAsk::Edit}) {
            const std::string line = lineOf(ControlRequest{ask, {wanted, seen}});
            QVERIFY(line.find('\n') == std::string::npos);
            const auto read = controlRequestFrom(line);
            QVERIFY2(read.has_value(), line.c_str());
            QVERIFY(read->ask == ask);
            if (ask == ControlAsk::Edit)
                QVERIFY(read->edit.table == wanted && read->edit.from == seen);
        }
    }
    void whatIsNotUnderstoodIsNamed_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("nothing") << QByteArray("") << QByteArray("the request");
        QTest::newRow("no JSON") << QByteArray("stop") << QByteArray("the request");
        QTest::newRow("no object") << QByteArray("[1]") << QByteArray("a request is an object");
        QTest::newRow("no ask") << QByteArray("{}") << QByteArray("has the key 'ask'");
        QTest::newRow("unknown") << QByteArray(R"({"ask": "dance"})")
                                 << QByteArray("'dance' is nothing that");
        QTest::newRow("no word") << QByteArray(R"({"ask": ""})") << QByteArray("expected text");
        QTest::newRow("a number") << QByteArray(R"({"ask": 7})") << QByteArray("ask");
        QTest::newRow("one key more") << QByteArray(R"({"ask": "stop", "now": true})") << QByteArray("now");
        QTest::newRow("no table") << QByteArray(R"({"ask": "edit"})") << QByteArray("under 'table'");
        QTest::newRow("another format")
            << QByteArray(R"({"ask": "edit", "table": {"default": "fp64"}, "from": {}})")
            << QByteArray("fp64");
        QTest::newRow("deep") << QByteArray(5000, '[') << QByteArray("the request");
        QTest::newRow("no UTF-8") << QByteArray("{\"ask\": \"\xff\"}") << QByteArray("the request");
    }
    void whatIsNotUnderstoodIsNamed()
    {
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, words);
        const auto read = controlRequestFrom(line.toStdString());
        QVERIFY(!read);
        QVERIFY2(read.error().message.find(words.toStdString()) != std::string::npos,
            read.error().message.c_str());
    }
    void answersComeBackAsTheyWere()
    {
        for (const TrainerState state : {TrainerState::Training, TrainerState::Pausing, TrainerState::Paused,
                 TrainerState::Stopping, TrainerState::Interrupting}) {
            const auto read = controlAnswerFrom(lineOf(ControlAnswer{state}));
            QVERIFY(read && read->state == state);
        }
        const auto refused = controlAnswerFrom(lineOf(fail("no \"room\"\n")));
        QVERIFY(!refused);
        QCOMPARE(refused.error().message, std::string("no \"room\"\n"));
        for (const char* other : {"", "7", "{}", R"({"state": "asleep"})", R"({"state": 7})"})
            QVERIFY(!controlAnswerFrom(other));
    }
};

QTEST_APPLESS_MAIN(ControlRequestTest)
#include "control_request_test.moc"
