// SPDX-License-Identifier: Apache-2.0
#include "core/data/rows/row_shape.h"
#include "tests/support/holds.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace mantissa;

namespace {

Json json(std::string_view text) { return Json::parse(text); }

std::string shapeName(std::string_view text, const std::string& field = "text")
{
    const auto shape = shapeOf(json(text), field);
    return shape ? std::string(nameOf(*shape)) : shape.error().message;
}

/// "user:q assistant*:a": who says what, and what trains.
std::string said(RowShape shape, std::string_view text)
{
    const auto conversation = conversationOf(json(text), shape, "text");
    if (!conversation)
        return conversation.error().message;
    std::string all;
    for (const Turn& turn : conversation->turns)
        all += (all.empty() ? "" : " ") + std::string(nameOf(turn.role)) + (turn.trains ? "*:" : ":")
            + turn.text;
    return all;
}

} // namespace

class RowShapeTest : public QObject {
    Q_OBJECT private Q_SLOTS : void shapesAreKnownByTheirFields()
    {
        QCOMPARE(shapeName(R"({"text":"a"})"), std::string("text"));
        QCOMPARE(shapeName(R"({"body":"a"})", "body"), std::string("text"));
        QCOMPARE(shapeName(R"({"instruction":"a","input":"","output":"b"})"), std::string("alpaca"));
        QCOMPARE(shapeName(R"({"prompt":"a","completion":"b"})"), std::string("prompt-completion"));
        QCOMPARE(shapeName(R"({"conversations":[]})"), std::string("sharegpt"));
        QCOMPARE(shapeName(R"({"messages":[],"prompt":"a","completion":"b"})"), std::string("messages"));
        QCOMPARE(
            shapeName(R"({"messages":[],"story":"a"})", "story"), std::string("text")); // it was asked for
    }
    void whatHasNoShapeIsToldByItsFields()
    {
        QVERIFY(holds(shapeName(R"({"question":"a","answer":"b"})"),
            "it has the fields question, answer; expected text"));
        QVERIFY(holds(shapeName(R"({"prompt":"p","chosen":"a","rejected":"b"})"), "chosen, rejected"));
        QVERIFY(holds(parseRowShape("qa").error().message, "expected auto, text, alpaca"));
    }
    void aTextTrainsAsAWhole()
    {
        QCOMPARE(said(RowShape::Text, R"({"text":"once"})"), std::string("text*:once"));
    }
    void alpacaJoinsItsInputAndKeepsItsHistory()
    {
        QCOMPARE(said(RowShape::Alpaca, R"({"instruction":"do","input":"this","output":"done"})"),
            std::string("user:do\nthis assistant*:done"));
        QCOMPARE(
            said(RowShape::Alpaca,
                R"({"system":"s","instruction":"q2","input":null,"output":"a2","history":[["q1","a1"]]})"),
            std::string("system:s user:q1 assistant*:a1 user:q2 assistant*:a2"));
        QVERIFY(holds(said(RowShape::Alpaca, R"({"instruction":"q","output":"a","history":[["q1"]]})"),
            "'history' is no"));
        QVERIFY(holds(said(RowShape::Alpaca, R"({"instruction":"q"})"), "there is no 'output'"));
        QVERIFY(holds(said(RowShape::Alpaca, R"({"instruction":"q","output":3})"), "'output' is no text"));
    }
    void promptsAndCompletionsAreTextsOrMessages()
    {
        QCOMPARE(said(RowShape::PromptCompletion, R"({"prompt":"p","completion":"c"})"),
            std::string("user:p assistant*:c"));
        QCOMPARE(said(RowShape::PromptCompletion,
                     R"({"prompt":[{"role":"user","content":"p"},{"role":"assistant","content":"x"},)"
                     R"({"role":"user","content":"q"}],"completion":[{"role":"assistant","content":"c"}]})"),
            std::string("user:p assistant:x user:q assistant*:c")); // an answer in the prompt is given
    }
    void shareGptHasRolesOfItsOwn()
    {
        QCOMPARE(said(RowShape::ShareGpt,
                     R"({"system":"s","conversations":[{"from":"human","value":"q"},)"
                     R"({"from":"function_call","value":"call"},{"from":"observation","value":"7"},)"
                     R"({"from":"gpt","value":"a"}]})"),
            std::string("system:s user:q assistant*:call tool:7 assistant*:a"));
        QCOMPARE(
            said(RowShape::ShareGpt,
                R"({"conversations":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]})"),
            std::string("user:q assistant*:a"));
    }
    void messagesAreTextsOrPartsAndMaySayWhatTrains()
    {
        QCOMPARE(
            said(RowShape::Messages,
                R"({"messages":[{"role":"system","content":""},{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},)"
                R"({"role":"assistant","content":"x","train":false},{"role":"user","content":"c"},)"
                R"({"role":"assistant","content":"y","weight":1}]})"),
            std::string("user:ab assistant:x user:c assistant*:y"));
        QVERIFY(
            holds(said(RowShape::Messages,
                      R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":"u"}]}]})"),
                "message 1: a part of its content is no text but \"image_url\""));
        QVERIFY(holds(
            said(RowShape::Messages,
                R"({"messages":[{"role":"user","content":"a"},{"role":"assistant","content":null,"tool_calls":[1]}]})"),
            "message 2: it has tool_calls"));
        QVERIFY(holds(said(RowShape::Messages, R"({"messages":[{"role":"narrator","content":"a"}]})"),
            "its role is 'narrator'"));
        QVERIFY(holds(said(RowShape::Messages, R"({"messages":[7]})"), "message 1: it is no object"));
        QVERIFY(holds(said(RowShape::Messages, R"({"messages":[{"role":"user"}]})"), "it has no 'content'"));
        QVERIFY(
            holds(said(RowShape::Messages, R"({"messages":[{"role":"user","content":"a","weight":0.5}]})"),
                "expected 0 or 1"));
    }
    void rolesOutOfOrderAreRefused()
    {
        const auto messages = [](std::string_view roles) {
            Json list = Json::array();
            for (const char role : roles)
                list.push_back({{"content", "x"},
                    {"role",
                        role == 's'       ? "system"
                            : role == 'u' ? "user"
                            : role == 't' ? "tool"
                                          : "assistant"}});
            return said(RowShape::Messages, jsonLine({{"messages", list}}));
        };
        QVERIFY(holds(messages("sua"), "system:x user:x assistant*:x"));
        QVERIFY(holds(messages("uatta"), "tool:x tool:x assistant*:x"));
        QVERIFY(holds(messages(""), "there are no turns"));
        QVERIFY(holds(messages("au"), "the first turn is of 'assistant'"));
        QVERIFY(holds(messages("uaa"), "turn 3 is of 'assistant' and follows one of 'assistant'"));
        QVERIFY(holds(messages("uua"), "turn 2 is of 'user' and follows one of 'user'"));
        QVERIFY(holds(messages("uasua"), "turn 3 is of 'system'"));
        QVERIFY(holds(messages("uta"), "turn 2 is of 'tool'"));
        QVERIFY(holds(messages("uau"), "the last turn is of 'user'"));
        QVERIFY(holds(messages("s"), "the last turn is of 'system'"));
    }
    void emptyAnswersAndTextsAreRefused()
    {
        QVERIFY(holds(said(RowShape::Alpaca, R"({"instruction":"q","output":" \n"})"),
            "the answer in turn 2 is empty"));
        QVERIFY(holds(said(RowShape::Text, R"({"text":""})"), "the text is empty"));
        QCOMPARE(said(RowShape::PromptCompletion, R"({"prompt":"","completion":"c"})"),
            std::string("user: assistant*:c")); // nothing asked is a beginning
    }
};

QTEST_APPLESS_MAIN(RowShapeTest)
#include "row_shape_test.moc"
