// SPDX-License-Identifier: Apache-2.0
#include "core/files/tokenizer_json.h"

#include "core/base/json.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace mantissa;
using namespace mantissa::tokenizer_json;

namespace {

/// A file that is in order.
Json good()
{
    return Json::parse(R"({
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [{"id": 4, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": true, "normalized": false, "special": true}],
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
        "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\p{N}"}, "behavior": "MergedWithNext", "invert": true},
        "post_processor": {"type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "pair": [],
            "special_tokens": {"<s>": {"id": "<s>", "ids": [4], "tokens": ["<s>"]}}},
        "decoder": {"type": "Strip", "content": " ", "start": 1, "stop": 0},
        "model": {"type": "BPE", "dropout": null, "unk_token": "a", "continuing_subword_prefix": null, "end_of_word_suffix": "", "fuse_unk": true,
            "byte_fallback": true, "ignore_merges": true, "vocab": {"a": 0, "b": 1, "ab": 2, "aba": 3}, "merges": ["a b", ["ab", "a"]]}})");
}

Result<TokenizerJson> read(const Json& json) { return parse(json.dump(), "file"); }

/// `pointer` of a good file set to `value`, or taken out where it is discarded.
Json with(const std::string& pointer, Json value)
{
    Json json = good();
    json[Json::json_pointer(pointer)] = std::move(value);
    return json;
}

} // namespace

class TokenizerJsonTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aFileInOrderIsItsValues()
    {
        const auto json = read(good());
        QVERIFY2(json.has_value(), json ? "" : json.error().message.c_str());
        QCOMPARE(json->added.size(), std::size_t{1});
        QVERIFY(
            json->added[0].takesBlanksRight && !json->added[0].takesBlanksLeft && json->added[0].isSpecial);
        QCOMPARE(json->normalizer.size(), std::size_t{2});
        QCOMPARE(json->normalizer[1].pattern.text, std::string(" "));
        QVERIFY(!json->normalizer[1].pattern.isRegex);
        QVERIFY(json->preTokenizer[0].pattern.isRegex && json->preTokenizer[0].isInverted);
        QVERIFY(json->preTokenizer[0].behavior == SplitBehavior::MergedWithNext);
        QCOMPARE(json->before, std::vector<std::int32_t>{4});
        QVERIFY(json->after.empty());
        QCOMPARE(json->decoder[0].start, 1);
        QCOMPARE(
            json->model.merges, (std::vector<std::pair<std::string, std::string>>{{"a", "b"}, {"ab", "a"}}));
        QCOMPARE(json->model.vocabulary.size(), std::size_t{4});
        QVERIFY(json->model.fusesUnknown && json->model.fallsBackToBytes && json->model.ignoresMerges);
        QCOMPARE(json->model.unknown, std::string("a"));
        QCOMPARE(json->largestId, 4);
    }

    void olderShapesAreReadToo()
    {
        Json json = good(); // GPT-2's file has no type, and Metaspace had a yes or no
        json["model"].erase("type");
        json["pre_tokenizer"]
            = {{"type", "Metaspace"}, {"replacement", "▁"}, {"str_rep", "▁"}, {"add_prefix_space", false}};
        const auto values = read(json);
        QVERIFY2(values.has_value(), values ? "" : values.error().message.c_str());
        QVERIFY(values->preTokenizer[0].prepend == PrependScheme::Never);
        QVERIFY(values->preTokenizer[0].splits);
    }

    void whatIsWrongIsSaid_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char* name, const Json& json, const char* words) {
            QTest::newRow(name) << QByteArray::fromStdString(json.dump()) << QByteArray(words);
        };
        row("unigram", with("/model/type", "Unigram"), "the model is of type \"Unigram\"; known here: BPE");
        row("a list of tokens", with("/model/vocab", Json::parse(R"([["a", -1.5]])")),
            "vocabulary is a list");
        row("a normalizer", with("/normalizer", {{"type", "Nmt"}}),
            "normalizer is of type 'Nmt'; known here: NFC");
        row("one of several", with("/normalizer/normalizers/1", {{"type", "Precompiled"}}),
            "normalizer.normalizers[1] is of type 'Precompiled'");
        row("a pre-tokenizer", with("/pre_tokenizer", {{"type", "UnicodeScripts"}}),
            "pre_tokenizer is of type 'UnicodeScripts'");
        row("a decoder", with("/decoder", {{"type", "CTC"}}), "decoder is of type 'CTC'");
        row("a post-processor", with("/post_processor", {{"type", "Magic"}}),
            "post_processor is of type 'Magic'");
        row("no type", with("/decoder", Json::object()), "decoder is no object with a \"type\"");
        row("an unknown key", with("/decoder/often", 1), "unknown key 'decoder.often'");
        row("an unknown key of the model", with("/model/alpha", 1), "unknown key 'model.alpha'");
        row("an unknown key of the file", with("/tokens", 1), "unknown key 'tokens'");
        row("a behaviour", with("/pre_tokenizer/behavior", "Both"), "'Both' is none of Isolated");
        row("an empty pattern", with("/pre_tokenizer/pattern", {{"String", ""}}),
            "pre_tokenizer.pattern is empty");
        row("a pattern of neither kind", with("/pre_tokenizer/pattern", "x"), "pre_tokenizer.pattern");
        row("two characters", with("/decoder/content", "ab"), "expected one character");
        row("an id below 0", with("/model/vocab/b", -1), "token 'b' has the id -1");
        row("an id past all", with("/model/vocab/b", 2000000000), "token 'b' has the id 2000000000");
        row("an id past 64 bits", with("/model/vocab/b", 18446744073709551615U),
            "token 'b' an id that is no whole number");
        row("an id that is text", with("/model/vocab/b", "1"), "token 'b' an id that is no whole number");
        row("an id twice", with("/model/vocab/b", 0), "the tokens 'a' and 'b' share the id 0");
        row("an added id twice", with("/added_tokens/0/id", 1), "the tokens 'b' and '<s>' share the id 1");
        row("two ids of a token", with("/added_tokens/0/content", "b"),
            "added token 'b' has the id 4, and 1 elsewhere");
        row("an added token without id", with("/added_tokens/0/id", nullptr), "added_tokens[0] has no id");
        row("added tokens of no list", with("/added_tokens", 3), "added_tokens is no list");
        row("a merge of nobody", with("/model/merges/0", "a x"), "merge 0 ('a' and 'x') needs 'x'");
        row("a merge to nothing", with("/model/merges/0", "b a"), "merge 0 ('b' and 'a') needs 'ba'");
        row("a merge of three", with("/model/merges/0", "a b c"), "which is not two texts");
        row("a pair of three", with("/model/merges/1", {"a", "b", "c"}), "merge, number 1, that is no pair");
        row("a merge that is a number", with("/model/merges/1", 5), "merge, number 1, that is no pair");
        row("an unknown unknown", with("/model/unk_token", "nobody"), "model.unk_token is 'nobody'");
        row("dropout", with("/model/dropout", 0.1), "model.dropout makes ids a matter of chance");
        row("a flag that is text", with("/model/fuse_unk", "yes"),
            "model.fuse_unk is \"yes\"; expected true or false");
        row("a template without text", with("/post_processor/single", Json::array()),
            "names the text 0 times");
        row("a template of a stranger", with("/post_processor/special_tokens", Json::object()),
            "special_tokens does not have");
        row("an id of nobody", with("/post_processor/special_tokens/<s>/ids", {77}),
            "post_processor adds the id 77");
        row("no model", with("/model", nullptr), "there is no object \"model\"");
        row("no tokens", with("/model/vocab", Json::object()), "model.vocab holds no token");
        row("a list", Json::array({1, 2}), "it is no tokenizer.json");
    }
    void whatIsWrongIsSaid()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, words);
        const auto values = parse(json.toStdString(), "file");
        QVERIFY(!values.has_value());
        QVERIFY2(values.error().message.find(words.toStdString()) != std::string::npos,
            values.error().message.c_str());
    }

    void brokenTextIsSaid_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("words");
        QByteArray nested = QByteArray(100000, '[');
        QTest::newRow("nothing") << QByteArray() << QByteArray("not valid JSON from byte");
        QTest::newRow("words") << QByteArray("<!DOCTYPE html>")
                               << QByteArray("not valid JSON from byte 1 on");
        QTest::newRow("a key twice") << QByteArray(R"({"version": "1", "version": "2"})")
                                     << QByteArray("gives the key 'version' twice");
        QTest::newRow("two vocabularies")
            << QByteArray(R"({"model": {"vocab": {"a": 0}, "vocab": {"b": 0}}})")
            << QByteArray("gives the key 'vocab' twice");
        QTest::newRow("a token twice")
            << QByteArray(R"({"model": {"vocab": {"a": 0, "a": 1}, "merges": []}})")
            << QByteArray("has the token 'a' twice");
        QTest::newRow("deep") << nested << QByteArray("nests deeper than 32 levels");
        QTest::newRow("bad bytes") << QByteArray("{\"\xff\": 1}") << QByteArray("not valid JSON");
        QTest::newRow("half a surrogate")
            << QByteArray(R"({"model": {"vocab": {"\ud800": 0}}})") << QByteArray("not valid JSON");
    }
    void brokenTextIsSaid()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, words);
        const auto values
            = parse(std::string_view(text.data(), static_cast<std::size_t>(text.size())), "file");
        QVERIFY(!values.has_value());
        QVERIFY2(values.error().message.find(words.toStdString()) != std::string::npos,
            values.error().message.c_str());
    }

    void tenMebibytesOfGarbageAreOneShortSentence_data()
    {
        QTest::addColumn<QByteArray>("text");
        constexpr int size = 10 << 20;
        QByteArray noise(size, '\0');
        std::uint32_t state = 1;
        for (char& byte : noise)
            byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
        QByteArray keys = "{\"a\": {";
        for (int i = 0; keys.size() < size; ++i)
            keys += "\"" + QByteArray::number(i) + "\": 0, ";
        QTest::newRow("noise") << noise;
        QTest::newRow("a text without end") << "{\"version\": \"" + QByteArray(size, 'x');
        QTest::newRow("a text in a wrong place") << "{\"version\": \"1\", \"normalizer\": {\"type\": \""
                + QByteArray(size, 'x') + "\"}, \"model\": {\"vocab\": {\"a\": 0}}}";
        QTest::newRow("a key") << "{\"" + QByteArray(size, 'x')
                + "\": 1, \"model\": {\"vocab\": {\"a\": 0}}}";
        QTest::newRow("brackets") << QByteArray(size, '[');
        QTest::newRow("keys") << keys;
        QTest::newRow("a token") << "{\"model\": {\"vocab\": {\"" + QByteArray(size, 'x') + "\": -1}}}";
    }
    void tenMebibytesOfGarbageAreOneShortSentence()
    {
        QFETCH(QByteArray, text);
        const auto values
            = parse(std::string_view(text.data(), static_cast<std::size_t>(text.size())), "file");
        QVERIFY(!values.has_value());
        QVERIFY2(values.error().message.size() < 700, values.error().message.substr(0, 900).c_str());
        QVERIFY(values.error().message.starts_with("file"));
    }
};

QTEST_APPLESS_MAIN(TokenizerJsonTest)

#include "tokenizer_json_test.moc"
