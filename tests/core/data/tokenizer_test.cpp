// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer.h"

#include "core/base/digest.h"
#include "core/base/file.h"

#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <thread>

using namespace mantissa;
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

const fs::path families = fs::path(MANTISSA_TEST_DATA) / "tokenizers";

std::unique_ptr<Tokenizer> family(const std::string& name)
{
    auto tokenizer = readTokenizer(families / (name + ".json"));
    if (!tokenizer)
        qFatal("%s", tokenizer.error().message.c_str());
    return std::move(*tokenizer);
}

/// What each token was made from.
std::vector<std::string> stretches(const Tokenizer& tokenizer, const std::string& text)
{
    std::vector<std::string> parts;
    for (const Token& token : tokenizer.encode(text, false))
        parts.push_back(text.substr(token.begin, token.end - token.begin));
    return parts;
}

std::string joined(const std::vector<std::string>& parts)
{
    std::string text;
    for (const std::string& part : parts)
        text += part;
    return text;
}

using Texts = std::vector<std::string>;

} // namespace

class TokenizerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = fs::path(m_dir->path().toStdString());
    }

    void stretchesCoverTheTextAsItWas()
    {
        const std::string text = "In  the e\u0301 \u1100\u1161 beginning\n<|im_start|> Größe ﬁ 👍🏽";
        for (const auto* name : {"gpt2", "qwen2", "llama3", "llama2", "gemma", "metaspace_first", "falcon"})
            QCOMPARE(joined(stretches(*family(name), text)), text);
    }
    void aComposedCharacterIsOfAllItWasMadeFrom()
    {
        const auto tokens = family("qwen2")->encode("x e\u0301 y", false); // é is one character there
        for (const Token& token : tokens)
            QVERIFY(token.begin != 3 && token.end != 3); // between e and its accent
    }
    void aMarkInFrontStandsForNoText()
    {
        const auto tokens = family("llama2")->encode("§", false);
        QCOMPARE(tokens.front().begin, std::size_t{0});
        QCOMPARE(tokens.front().end, std::size_t{0});
        QCOMPARE(tokens.back().end, std::string("§").size());
    }
    void theFrameHasNoText()
    {
        const auto tokens = family("llama3")->encode("a", true);
        QCOMPARE(tokens.front(), (Token{*family("llama3")->idOf("<|begin_of_text|>"), 0, 0}));
    }

    void tokensAreAskedByTextAndById()
    {
        const auto tokenizer = family("smollm2");
        const auto id = tokenizer->idOf("<|im_start|>");
        QVERIFY(id.has_value());
        QVERIFY(tokenizer->isSpecial(*id));
        QCOMPARE(tokenizer->tokenOf(*id), std::string("<|im_start|>"));
        QCOMPARE(tokenizer->tokenOf(*tokenizer->idOf("Ġ")), std::string("Ġ"));
        QVERIFY(!tokenizer->isSpecial(*tokenizer->idOf("Ġ")));
        QVERIFY(!tokenizer->idOf("no such token").has_value());
        QVERIFY(tokenizer->tokenOf(100000).empty());
        QCOMPARE(tokenizer->size(), 1000);
    }
    void marksAreLeftOutWhereNobodyWantsThem()
    {
        const auto tokenizer = family("smollm2");
        const std::vector<TokenId> ids
            = {*tokenizer->idOf("<|im_start|>"), *tokenizer->idOf("a"), 999999, -5};
        QCOMPARE(tokenizer->decode(ids, false), std::string("<|im_start|>a"));
        QCOMPARE(tokenizer->decode(ids, true), std::string("a"));
    }
    void halfACharacterIsReplaced()
    {
        const auto tokenizer = family("gpt2");
        const auto tokens = tokenizer->encode("\U0002a6df", false);
        QVERIFY(tokens.size() > 1);
        QCOMPARE(tokenizer->decode(std::vector<TokenId>{tokens.front().id}, false), std::string("\uFFFD"));
    }

    void bytesThatAreNoUtf8AreSaidAndCountAsReplaced()
    {
        const std::string text = "ab\xff\xe2\x82z";
        const auto status = checkUtf8(text, "notes.txt");
        QVERIFY(!status.has_value());
        QVERIFY(status.error().message.starts_with("notes.txt is no UTF-8 text: byte 2 is \\xff"));
        QVERIFY(checkUtf8("Größe \U0001f600", "x").has_value());
        for (const auto* bad :
            {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe0\x80\x80", "\x80", "\xf0\x9f\x98"})
            QVERIFY(!checkUtf8(bad, "x").has_value());
        const auto tokenizer = family("gpt2");
        const auto ours = tokenizer->encode(text, false);
        const auto replaced = tokenizer->encode("ab\uFFFD\uFFFDz", false);
        QCOMPARE(ours.size(), replaced.size());
        for (std::size_t i = 0; i < ours.size(); ++i)
            QCOMPARE(ours[i].id, replaced[i].id);
        QCOMPARE(ours.back().begin, text.size() - 1);
        QCOMPARE(ours.back().end, text.size());
    }

    void aTokenizerLargerThanTheVocabularyIsRefused()
    {
        QVERIFY(checkFits(*family("gpt2"), 1000).has_value());
        QVERIFY(says(checkFits(*family("gpt2"), 999), "has ids up to 999, the model only 999 rows"));
    }
    void theDigestIsThatOfTheFile()
    {
        QCOMPARE(family("gpt2")->digest(), sha256Of(*readFile(families / "gpt2.json")));
    }

    void anyThreadMayAsk()
    {
        const auto tokenizer = family("qwen2");
        const std::string text(*readFile(families / "texts.json"));
        const auto expected = tokenizer->encode(text, false);
        std::vector<std::thread> threads;
        std::vector<int> equal(4);
        for (int& one : equal)
            threads.emplace_back([&] { one = tokenizer->encode(text, false) == expected ? 1 : 0; });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(equal, (std::vector<int>{1, 1, 1, 1}));
    }

    void aStreamEndsWhenNobodyWantsMore()
    {
        const auto tokenizer = family("gpt2");
        std::string text;
        for (int i = 0; i < 100000; ++i)
            text += " x" + std::to_string(i);
        int portions = 0;
        tokenizer->stream(text, [&](std::span<const TokenId>) { return ++portions < 2; });
        QCOMPARE(portions, 2);
        std::size_t ids = 0; // and the next one begins anew
        tokenizer->stream(
            text, [&](std::span<const TokenId> portion) { return (ids += portion.size()) > 0; });
        QCOMPARE(ids, tokenizer->encode(text, false).size());
    }

    void aFolderIsAskedForItsFile()
    {
        QVERIFY(says(readTokenizer(m_root), "has no tokenizer.json; `AutoTokenizer"));
        QVERIFY(writeFileAtomically(m_root / "tokenizer.model", "x").has_value());
        QVERIFY(says(readTokenizer(m_root), "has no tokenizer.json (but tokenizer.model)"));
        fs::copy(families / "gpt2.json", m_root / "tokenizer.json");
        QVERIFY(readTokenizer(m_root).has_value());
        QVERIFY(says(readTokenizer(m_root / "nothing.json"), "cannot open"));
    }
    void whatCannotBeComputedIsRefused()
    {
        Json json = Json::parse(*readFile(families / "gpt2.json"));
        json["model"]["byte_fallback"] = true;
        QVERIFY(writeFileAtomically(m_root / "a.json", json.dump()).has_value());
        QVERIFY(says(readTokenizer(m_root / "a.json"), "byte_fallback beside a ByteLevel"));
        json = Json::parse(*readFile(families / "qwen2.json"));
        json["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"] = "[a[b]]";
        QVERIFY(writeFileAtomically(m_root / "b.json", json.dump()).has_value());
        QVERIFY(says(readTokenizer(m_root / "b.json"), "a class in a class"));
    }

private:
    template <class Value> static bool says(const Result<Value>& result, const std::string& words)
    {
        if (result)
            return false;
        const bool found = result.error().message.find(words) != std::string::npos;
        if (!found)
            qWarning("%s", result.error().message.c_str());
        return found;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
};

QTEST_APPLESS_MAIN(TokenizerTest)

#include "tokenizer_test.moc"
