// SPDX-License-Identifier: Apache-2.0
#include "core/data/templates/chat_template.h"
#include "core/data/templates/template_choice.h"
#include "tests/support/word_tokenizer.h"

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <filesystem>

using namespace mantissa;
namespace fs = std::filesystem;

namespace {

/// What Jinja templates of models write (tests/data/make_template_fixtures.py).
Json fixtures()
{
    auto json = readJsonFile(fs::path(MANTISSA_TEST_DATA) / "templates.json");
    return json ? *json : Json();
}

Conversation conversationFrom(const Json& turns)
{
    Conversation conversation;
    for (const Json& turn : turns) {
        const Role role = turn[0] == "system" ? Role::System
            : turn[0] == "user"               ? Role::User
                                              : Role::Assistant;
        conversation.turns.push_back({role, turn[1].get<std::string>(), role == Role::Assistant});
    }
    return conversation;
}

/// Of a rendering, with [ ] around what trains.
std::string marked(const RenderedRow& row)
{
    std::string text = row.text;
    for (auto span = row.trained.rbegin(); span != row.trained.rend(); ++span) {
        text.insert(span->end, "]");
        text.insert(span->begin, "[");
    }
    return text;
}

ChatTemplate named(std::string_view name)
{
    auto found = findChatTemplate(name);
    return found ? *found : ChatTemplate{};
}

Conversation twoAnswers()
{
    return {{{Role::User, "a", false}, {Role::Assistant, "b", true}, {Role::User, "c", false},
        {Role::Assistant, "d", true}}};
}

} // namespace

class ChatTemplateTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void templatesWriteWhatTheModelsOwnOnesWrite()
    {
        const Json all = fixtures();
        QVERIFY(all.size() >= 18);
        for (const Json& entry : all) {
            const ChatTemplate known = named(entry["name"].get<std::string>());
            QCOMPARE(known.name, entry["name"].get<std::string>());
            const EndTokens ends{entry["bos"].get<std::string>(), entry["eos"].get<std::string>()};
            for (const Json& each : entry["conversations"]) {
                const auto row = render(conversationFrom(each["turns"]), known, ends);
                QVERIFY(row.has_value());
                if (row->text != each["text"].get<std::string>())
                    qWarning("%s writes\n%s\nand not\n%s", known.name.c_str(), row->text.c_str(),
                        each["text"].get<std::string>().c_str());
                QVERIFY(row->text == each["text"].get<std::string>());
            }
        }
    }
    void theModelsOwnOnesAreRecognised()
    {
        for (const Json& entry : fixtures()) {
            const std::string name = entry["name"].get<std::string>();
            const WordTokenizer tokenizer(named(name).tokens);
            const auto chosen
                = chooseTemplate("auto", {.jinja = entry["jinja"].get<std::string>()}, tokenizer);
            QVERIFY2(chosen.has_value(), (name + ": " + (chosen ? "" : chosen.error().message)).c_str());
            QCOMPARE(chosen->name, name);
        }
    }
    void templatesThatDifferAreNotTakenForKnownOnes()
    {
        const WordTokenizer tokenizer(
            {"<|im_start|>", "<|im_end|>", "<think>", "<|end|>", "<|user|>", "<|assistant|>"});
        for (const std::string& jinja : {
                 std::string("{% for m in messages %}{{ m }}{% endfor %}"),
                 std::string("<|im_start|>system\nYou are Hermes, made by somebody<|im_end|>"),
                 std::string("<|im_start|> {{ strftime_now() }} <|im_end|>"),
                 std::string("<|im_start|> <think> {{ other }} <|im_end|>"),
                 std::string("<|start_header_id|> <|eot_id|> {{ strftime_now() }}"),
             }) {
            const auto chosen = chooseTemplate("auto", {.jinja = jinja}, tokenizer);
            QVERIFY(!chosen);
            QVERIFY(
                chosen.error().message.find("is none that is known here; name the one") != std::string::npos);
            QVERIFY(chosen.error().message.find("chatml") != std::string::npos);
        }
    }
    void aTokenizerWithoutTheMarksIsNotTheTemplates()
    {
        const auto chosen
            = chooseTemplate("auto", {.jinja = "'<|im_start|>' + role '<|im_end|>'"}, WordTokenizer());
        QVERIFY(!chosen);
        QVERIFY(chosen.error().message.find("looks like chatml, but the tokenizer has no token <|im_start|>")
            != std::string::npos);
    }
    void aModelWithoutATemplateNeedsOneNamed()
    {
        const auto none = chooseTemplate("auto", {}, WordTokenizer());
        QVERIFY(!none);
        QVERIFY(none.error().message.find("no chat template of its own") != std::string::npos);
        QCOMPARE(chooseTemplate("alpaca", {}, WordTokenizer())->name, std::string("alpaca"));
        const auto unknown = chooseTemplate("vicuna", {}, WordTokenizer());
        QVERIFY(!unknown);
        QVERIFY(unknown.error().message.find("there is no template 'vicuna'; expected smollm2")
            != std::string::npos);
    }
    void whatATemplateLacksIsSaid()
    {
        QVERIFY(remarkOn(named("chatml"), {}, WordTokenizer()).find("has no token <|im_start|>, <|im_end|>")
            != std::string::npos);
        QVERIFY(
            remarkOn(named("plain"), {}, WordTokenizer()).find("names no end token") != std::string::npos);
        QVERIFY(remarkOn(named("plain"), {.eos = "</s>"}, WordTokenizer()).empty());
    }
    void onlyAnswersTrain()
    {
        const auto row = render(twoAnswers(), named("chatml"), {});
        QCOMPARE(marked(*row),
            std::string("<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n[b<|im_end|>]\n"
                        "<|im_start|>user\nc<|im_end|>\n<|im_start|>assistant\n[d<|im_end|>]\n"));
        Conversation one = twoAnswers();
        one.turns[1].trains = false;
        QCOMPARE(render(one, named("chatml"), {})->trained.size(), std::size_t{1});
    }
    void switchesChooseWhatTrains()
    {
        const ChatTemplate phi = named("phi-4");
        QCOMPARE(marked(*render(twoAnswers(), phi, {}, {.lastAnswerOnly = true, .end = false})),
            std::string("<|im_start|>user<|im_sep|>a<|im_end|><|im_start|>assistant<|im_sep|>b<|im_end|>"
                        "<|im_start|>user<|im_sep|>c<|im_end|><|im_start|>assistant<|im_sep|>[d]<|im_end|>"));
        const auto whole = render(twoAnswers(), phi, {}, {.prompt = true});
        QCOMPARE(whole->trained, (std::vector<TextSpan>{{0, whole->text.size()}}));
    }
    void aTextIsFollowedByTheEndTokenWhateverTheTemplate()
    {
        const Conversation text{{{Role::Text, "once", true}}};
        const auto row = render(text, named("chatml"), {.eos = "</s>"});
        QCOMPARE(marked(*row), std::string("[once</s>]"));
        QVERIFY(row->isFramed);
        QCOMPARE(marked(*render(text, named("chatml"), {.eos = "</s>"}, {.end = false})),
            std::string("[once]</s>"));
    }
    void modelsWithoutATemplateHaveTwo()
    {
        QCOMPARE(marked(*render(twoAnswers(), named("plain"), {.eos = "|"})), std::string("a[b|]c[d|]"));
        QCOMPARE(marked(*render({{{Role::User, "a", false}, {Role::Assistant, "b", true}}}, named("alpaca"),
                     {.eos = "|"})),
            std::string("Below is an instruction that describes a task. Write a response that appropriately "
                        "completes the "
                        "request.\n\n### Instruction:\na\n\n### Response:\n[b|]"));
    }
    void whatATemplateCannotSayIsRefused()
    {
        Conversation tools{{{Role::User, "a", false}, {Role::Assistant, "f()", true},
            {Role::Tool, "7", false}, {Role::Assistant, "b", true}}};
        const auto refused = render(tools, named("gemma"), {});
        QVERIFY(!refused);
        QVERIFY(
            refused.error().message.find("gemma has no place for what a tool answers") != std::string::npos);
        QVERIFY(
            render(tools, named("qwen2.5"), {})->text.find("<tool_response>\n7\n</tool_response><|im_end|>")
            != std::string::npos);
        ChatTemplate noSystem = named("zephyr");
        noSystem.system.reset();
        QVERIFY(
            !render({{{Role::System, "s", false}, {Role::User, "a", false}, {Role::Assistant, "b", true}}},
                noSystem, {}));
    }
    void theFolderSaysItsTemplateAndItsEnds()
    {
        QTemporaryDir dir;
        const fs::path root(dir.path().toStdString());
        QVERIFY(readFolderTexts(root)->jinja.empty());
        QVERIFY(writeFileAtomically(
            root / "special_tokens_map.json", R"({"bos_token":"<a>","eos_token":"<b>"})"));
        QVERIFY(writeFileAtomically(root / "tokenizer_config.json",
            R"({"eos_token":{"content":"<c>","lstrip":false},"bos_token":null,
                "chat_template":[{"name":"tool_use","template":"T"},{"name":"default","template":"D"}]})"));
        QCOMPARE(readFolderTexts(root)->jinja, std::string("D"));
        QCOMPARE(readFolderTexts(root)->ends.bos, std::string("<a>"));
        QCOMPARE(readFolderTexts(root)->ends.eos, std::string("<c>"));
        QCOMPARE(readFolderTexts(root / "tokenizer.json")->jinja, std::string("D")); // of the folder it is in
        QVERIFY(writeFileAtomically(root / "chat_template.jinja", "J"));
        QCOMPARE(readFolderTexts(root)->jinja, std::string("J"));
        QVERIFY(writeFileAtomically(root / "tokenizer_config.json", "[1]"));
        QVERIFY(!readFolderTexts(root));
    }
    void filesOfTemplatesAreStrict()
    {
        const auto problem = [](std::string_view text) {
            const auto parsed = parseChatTemplate(Json::parse(text), "mine");
            return parsed ? std::string() : parsed.error().message;
        };
        QCOMPARE(problem(R"({"user":{"before":"","after":""}})"), std::string());
        QVERIFY(problem(R"({"usr":{}})").find("template 'mine': unknown key 'usr'") != std::string::npos);
        QVERIFY(problem(R"({"user":{"before":3}})").find("user.before is 3") != std::string::npos);
        QVERIFY(problem(R"({"system":{"joins":"me"}})").find("expected first user") != std::string::npos);
        QVERIFY(problem(R"({"tokens":[1]})").find("tokens holds 1") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(ChatTemplateTest)
#include "chat_template_test.moc"
