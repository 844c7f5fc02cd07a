// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/pattern.h"

#include "core/data/tokenizer/pattern_syntax.h"

#include <QTest>

#include <vector>

using namespace mantissa;

namespace {

/// What a search finds, with the text between left out.
std::vector<std::string> foundIn(const std::string& text, const std::string& pattern, bool isRegex = true)
{
    const auto made = Pattern::make({pattern, isRegex});
    if (!made)
        qFatal("%s", made.error().message.c_str());
    MatchRoom room;
    std::vector<std::string> found;
    Pattern::Search search(*made, text, room);
    for (Pattern::Match match; search.next(match);)
        found.push_back(text.substr(match.begin, match.end - match.begin));
    return found;
}

using Texts = std::vector<std::string>;

} // namespace

class PatternTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wordsAreLettersOfAllScripts()
    {
        QCOMPARE(
            foundIn("Ça va, Größe 狐狸 лиса", R"(\p{L}+)"), (Texts{"Ça", "va", "Größe", "狐狸", "лиса"}));
    }
    void blanksAreThoseOfUnicodeAndNotPerls()
    {
        // U+180E is a blank of Perl's; U+0085 and U+3000 are of Unicode's
        QCOMPARE(foundIn("a\u180e\u0085\u3000b", R"(\s)"), (Texts{"\u0085", "\u3000"}));
        QCOMPARE(foundIn("a\u180e b", R"(\S+)"), (Texts{"a\u180e", "b"}));
        QCOMPARE(foundIn("a\u180e b", R"([^\s]+)"), (Texts{"a\u180e", "b"}));
    }
    void wordCharactersHaveMarks() { QCOMPARE(foundIn("e\u0301x-y", R"(\w+)"), (Texts{"e\u0301x", "y"})); }
    void lookaheadSeesWhatFollows()
    {
        QCOMPARE(foundIn("a   b ", R"(\s+(?!\S)|\s+)"), (Texts{"  ", " ", " "}));
    }
    void caseIsUnicodes() { QCOMPARE(foundIn("'S 'ſ", "(?i:'s)"), (Texts{"'S", "'ſ"})); }
    void aLetterHIsAHexDigitInRuby() { QCOMPARE(foundIn("xfg9", R"(\h)"), (Texts{"f", "9"})); }
    void anOpenCountBeginsAtNone() { QCOMPARE(foundIn("aaa", "a{,2}"), (Texts{"aa", "a"})); }
    void aBraceThatCountsNothingIsItself() { QCOMPARE(foundIn("a{b}", "{b}"), (Texts{"{b}"})); }
    void dotsStopAtLineEndsAndEdgesAreThoseOfLines()
    {
        QCOMPARE(foundIn("ab\ncd", "^.+$"), (Texts{"ab", "cd"}));
    }
    void anEmptyMatchBehindAnotherIsNone() { QCOMPARE(foundIn("abb", "b*"), (Texts{"", "bb"})); }
    void wordsAreLookedForAsTheyAre() { QCOMPARE(foundIn("a.b.c", ".", false), (Texts{".", "."})); }
    void aLongRunFitsIntoNoStackAndIsFoundAllTheSame()
    {
        const std::string text(3'000'000, 'a');
        QCOMPARE(foundIn(text, "(?:a|b)+").front().size(), text.size());
    }

    void whatMeansSomethingElseInPerlIsRefused_data()
    {
        QTest::addColumn<QString>("regex");
        QTest::addColumn<QString>("words");
        QTest::newRow("class in class") << "[a[bc]]"
                                        << "a class in a class at byte 2";
        QTest::newRow("intersection") << "[a-z&&b]"
                                      << "'&&' in a class";
        QTest::newRow("again and again") << "a{2}+"
                                         << "'+' behind a count";
        QTest::newRow("dots of Ruby") << "(?m:.)"
                                      << "'(?m:'";
        QTest::newRow("verbs") << "(*UTF)a"
                               << "'(*'";
        QTest::newRow("start of match") << R"(a\Kb)"
                                        << R"('\K')";
        QTest::newRow("edge of words") << R"(\bx)"
                                       << R"('\b')";
        QTest::newRow("recursion") << "(?R)"
                                   << "'(?R)'";
        QTest::newRow("negated digits in a class") << R"([\H])"
                                                   << R"('\H' in a class)";
        QTest::newRow("open class") << "[a"
                                    << "does not compile";
        QTest::newRow("unknown property") << R"(\p{Nonsense})"
                                          << "does not compile";
        QTest::newRow("backslash") << "a\\"
                                   << "a backslash with nothing behind it";
    }
    void whatMeansSomethingElseInPerlIsRefused()
    {
        QFETCH(QString, regex);
        QFETCH(QString, words);
        const auto made = Pattern::make({regex.toStdString(), true});
        QVERIFY(!made.has_value());
        QVERIFY2(made.error().message.find(words.toStdString()) != std::string::npos,
            made.error().message.c_str());
    }
};

QTEST_APPLESS_MAIN(PatternTest)

#include "pattern_test.moc"
