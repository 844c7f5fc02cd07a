// SPDX-License-Identifier: Apache-2.0
// Ids of small tokenizers in the pipelines of today's families against the `tokenizers` package
// (tests/data/make_tokenizer_fixtures.py).

#include "core/base/json.h"
#include "core/data/tokenizer.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace mantissa;
namespace fs = std::filesystem;

namespace {

const fs::path folder = fs::path(MANTISSA_TEST_DATA) / "tokenizers";

Json jsonOf(const std::string& name)
{
    auto read = readFile(folder / name);
    if (!read)
        qFatal("%s", read.error().message.c_str());
    return Json::parse(*read);
}

std::vector<TokenId> idsOf(const std::vector<Token>& tokens)
{
    std::vector<TokenId> ids;
    for (const Token& token : tokens)
        ids.push_back(token.id);
    return ids;
}

std::vector<TokenId> listOf(const Json& row, const char* key)
{
    return row.contains(key) ? row[key].get<std::vector<TokenId>>() : std::vector<TokenId>();
}

/// Where two lists part, for the message of a test.
std::string difference(
    const std::vector<TokenId>& ours, const std::vector<TokenId>& theirs, const Tokenizer& tokenizer)
{
    std::size_t at = 0;
    while (at < ours.size() && at < theirs.size() && ours[at] == theirs[at])
        ++at;
    const auto shownAt = [&](const std::vector<TokenId>& ids) {
        return at < ids.size() ? std::to_string(ids[at]) + " '" + tokenizer.tokenOf(ids[at]) + "'"
                               : std::string("the end");
    };
    return "token " + std::to_string(at) + " is " + shownAt(ours) + ", there " + shownAt(theirs);
}

} // namespace

class TokenizerFamiliesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_texts = jsonOf("texts.json").get<std::vector<std::string>>(); }

    void idsAreThoseOfTheReference_data() { addFamilies(); }
    void idsAreThoseOfTheReference()
    {
        const Family family = read();
        for (std::size_t i = 0; i < m_texts.size(); ++i) {
            const auto ours = idsOf(family.tokenizer->encode(m_texts[i], false));
            const auto theirs = listOf(family.rows[i], "ids");
            if (ours != theirs)
                qWarning("'%s': %s", m_texts[i].c_str(), difference(ours, theirs, *family.tokenizer).c_str());
            QCOMPARE(ours, theirs);
        }
    }

    void theFrameIsThatOfTheReference_data() { addFamilies(); }
    void theFrameIsThatOfTheReference()
    {
        const Family family = read();
        for (std::size_t i = 0; i < m_texts.size(); ++i) {
            const auto bare = family.tokenizer->encode(m_texts[i], false);
            const auto framed = family.tokenizer->encode(m_texts[i], true);
            const auto before = listOf(family.rows[i], "before");
            const auto after = listOf(family.rows[i], "after");
            auto expected = before;
            for (const Token& token : bare)
                expected.push_back(token.id);
            expected.insert(expected.end(), after.begin(), after.end());
            QCOMPARE(idsOf(framed), expected);
        }
    }

    void textComesBackAsTheReferenceHasIt_data() { addFamilies(); }
    void textComesBackAsTheReferenceHasIt()
    {
        const Family family = read();
        for (std::size_t i = 0; i < m_texts.size(); ++i) {
            const auto ids = idsOf(family.tokenizer->encode(m_texts[i], false));
            QCOMPARE(family.tokenizer->decode(ids, true), family.rows[i].value("decoded", m_texts[i]));
        }
    }

    void offsetsGoThroughTheTextFromLeftToRight_data() { addFamilies(); }
    void offsetsGoThroughTheTextFromLeftToRight()
    {
        const Family family = read();
        for (const std::string& text : m_texts) {
            std::size_t done = 0;
            for (const Token& token : family.tokenizer->encode(text, false)) {
                QVERIFY(token.begin >= done || token.begin == token.end);
                QVERIFY(token.begin <= token.end && token.end <= text.size());
                done = std::max(done, token.end);
            }
        }
    }

    void aTextInPortionsHasTheSameIds_data() { addFamilies(); }
    void aTextInPortionsHasTheSameIds()
    {
        const Family family = read();
        std::string all;
        for (int times = 0; times < 12; ++times)
            for (const std::string& text : m_texts)
                all += text;
        std::vector<TokenId> ids;
        std::size_t portions = 0;
        family.tokenizer->stream(all, [&](std::span<const TokenId> portion) {
            ids.insert(ids.end(), portion.begin(), portion.end());
            ++portions;
            return true;
        });
        QCOMPARE(ids, idsOf(family.tokenizer->encode(all, false)));
        QVERIFY(portions > 0);
    }

private:
    struct Family {
        std::unique_ptr<Tokenizer> tokenizer;
        Json rows;
    };

    static void addFamilies()
    {
        QTest::addColumn<QString>("name");
        for (const auto* name : {"gpt2", "smollm2", "qwen2", "llama3", "tekken", "gpt4o", "neox", "deepseek",
                 "falcon", "roberta", "behaviors", "llama2", "llama2_crossing", "metaspace_first",
                 "metaspace_always", "metaspace_never", "phi3", "gemma", "clip", "words"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }

    static Family read()
    {
        QFETCH(QString, name);
        auto tokenizer = readTokenizer(folder / (name.toStdString() + ".json"));
        if (!tokenizer)
            qFatal("%s", tokenizer.error().message.c_str());
        return {std::move(*tokenizer), jsonOf(name.toStdString() + ".ids.json")};
    }

    std::vector<std::string> m_texts;
};

QTEST_APPLESS_MAIN(TokenizerFamiliesTest)

#include "tokenizer_families_test.moc"
