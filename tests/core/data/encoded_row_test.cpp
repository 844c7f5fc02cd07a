// SPDX-License-Identifier: Apache-2.0
#include "core/data/rows/encoded_row.h"

#include "tests/support/word_tokenizer.h"

#include <QTest>

#include <algorithm>

using namespace mantissa;

namespace {

/// "qqaaqa": a row of which the tokens marked 'a' train.
EncodedRow rowOf(std::string_view flags)
{
    EncodedRow row;
    for (std::size_t i = 0; i < flags.size(); ++i) {
        row.ids.push_back(static_cast<TokenId>(i));
        row.trained.push_back(flags[i] == 'a' ? 1 : 0);
    }
    return row;
}

/// The ids that stay, as letters from a, in capitals where they train.
std::string cut(std::string_view flags, std::int64_t context, RowCut how = RowCut::Shared)
{
    EncodedRow row = rowOf(flags);
    cutRow(row, context, how);
    std::string text;
    for (std::size_t i = 0; i < row.ids.size(); ++i)
        text += static_cast<char>((row.trained[i] ? 'A' : 'a') + row.ids[i]);
    return text;
}

} // namespace

class EncodedRowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tokensThatReachIntoAnAnswerTrain()
    {
        const WordTokenizer tokenizer;
        // " says" begins before the answer, "done." ends after it
        const RenderedRow row{.text = "he says it is done.", .trained = {{3, 10}, {14, 18}}};
        const EncodedRow encoded = encodeRow(row, tokenizer);
        QCOMPARE(encoded.ids.size(), std::size_t{5});
        QCOMPARE(encoded.trained, (std::vector<std::uint8_t>{0, 1, 1, 0, 1}));
        QCOMPARE(encoded.trainedTokens(), 3);
    }
    void aTokenThatOnlyTouchesAnAnswerDoesNot()
    {
        const RenderedRow row{.text = "one two three", .trained = {{3, 7}}};
        QCOMPARE(encodeRow(row, WordTokenizer()).trained, (std::vector<std::uint8_t>{0, 1, 0}));
    }
    void nothingPredictsTheFirstToken()
    {
        const RenderedRow text{.text = "one two", .trained = {{0, 7}}, .isFramed = true};
        QCOMPARE(encodeRow(text, WordTokenizer()).trained, (std::vector<std::uint8_t>{0, 1}));
        // with a beginning before it the first word is predicted, and the beginning itself is not
        QCOMPARE(encodeRow(text, WordTokenizer({}, "<s>")).trained, (std::vector<std::uint8_t>{0, 1, 1}));
    }
    void rowsThatFitStayAsTheyAre()
    {
        QCOMPARE(cut("qqaa", 4), std::string("abCD"));
        QCOMPARE(cut("qqaa", 0), std::string("abCD"));
        EncodedRow row = rowOf("qqaa");
        cutRow(row, 4, RowCut::Start);
        QCOMPARE(row.lostTokens, 0);
    }
    void aShortAnswerStaysWhole() { QCOMPARE(cut("qqqqqqqqaa", 6), std::string("abcdIJ")); }
    void aShortQuestionStaysWhole() { QCOMPARE(cut("qqaaaaaaaa", 6), std::string("abCDEF")); }
    void longOnesShareTheRoomInProportion()
    {
        QCOMPARE(cut("qqqqaaaaaaaa", 6), std::string("abEFGH")); // 8 of 12 are the answer's: 4 of 6
        QCOMPARE(cut("qqqqqqaaaaaa", 7), std::string("abcdGHI")); // 3.5 are 3, as whole numbers are in Python
    }
    void laterPairsTakeWhatIsLeft()
    {
        QCOMPARE(cut("qaqqqqaa", 6), std::string("aBcdeG")); // 4 left, of 6 tokens 2 are the answer's: 1
        QCOMPARE(cut("qaqqqqaaa", 2), std::string("aB")); // none left
    }
    void theStartMayBeKeptInstead()
    {
        QCOMPARE(cut("qqqqqqqqaa", 6, RowCut::Start), std::string("abcdef"));
        EncodedRow row = rowOf("qqaaa");
        cutRow(row, 3, RowCut::Start);
        QCOMPARE(row.lostTokens, 2);
    }
    void waysToCutHaveNames()
    {
        QCOMPARE(parseRowCut("start").value_or(RowCut::Shared), RowCut::Start);
        QVERIFY(!parseRowCut("end"));
    }
};

QTEST_APPLESS_MAIN(EncodedRowTest)
#include "encoded_row_test.moc"
