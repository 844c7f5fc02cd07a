// SPDX-License-Identifier: Apache-2.0
#include "core/data/data_preview.h"
#include "core/data/rows/row_source.h"
#include "tests/support/holds.h"

#include "core/base/digest.h"
#include "tests/support/word_tokenizer.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

using namespace mantissa;
namespace fs = std::filesystem;

namespace {

const std::string fiveRows = R"({"prompt":"one?","completion":" yes"}
{"prompt":"two?","completion":" no"}
{"prompt":"three?","completion":" yes and no"}
{"prompt":"four?","completion":" no"}
{"prompt":"five?","completion":" maybe"}
)";

const FolderTexts plainFolder{.ends = {.eos = "<end>"}};

} // namespace

class RowSourceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = fs::path(m_dir->path().toStdString());
    }
    void aFileBecomesRowsToLearnFromAndForEvaluation()
    {
        const auto read = readAs("a.jsonl", fiveRows, {.templateName = "plain", .validationFraction = 0.2});
        QVERIFY(read.has_value());
        QCOMPARE(read->training.rows(), 4);
        QCOMPARE(read->evaluation.rows(), 1);
        QCOMPARE(read->shape, RowShape::PromptCompletion);
        QCOMPARE(read->templateName, std::string("plain"));
        const RowSet::Row first = read->training.row(0);
        QCOMPARE(first.ids.size(), std::size_t{3}); // one?, yes, <end>
        QCOMPARE(
            std::vector(first.trained.begin(), first.trained.end()), (std::vector<std::uint8_t>{0, 1, 1}));
    }
    void whatWasReadIsToldWithItsIdentity()
    {
        const auto read = readAs("a.jsonl", fiveRows, {.templateName = "plain"});
        QCOMPARE(read->read.files, 1);
        QCOMPARE(read->read.bytes, static_cast<std::int64_t>(fiveRows.size()));
        QCOMPARE(read->read.sha256, sha256Of(fiveRows));
        QCOMPARE(read->read.trainingSamples, 4);
        QCOMPARE(read->read.evaluationSamples, 1);
        QCOMPARE(read->read.trainingTokens, read->training.facts().tokens);
        QCOMPARE(read->read.evaluationTokens, read->evaluation.facts().tokens);
        QCOMPARE(read->read.trainedTokens, read->training.facts().trainedTokens);
        QVERIFY(read->read.remarks.empty());
    }
    void aFileForEvaluationIsPartOfTheIdentity()
    {
        write("v.jsonl", R"({"prompt":"six?","completion":" yes"})");
        const auto read = readAs("a.jsonl", fiveRows,
            {.templateName = "plain", .validationSource = (m_root / "v.jsonl").string()});
        QVERIFY(read.has_value());
        QCOMPARE(read->training.rows(), 5);
        QCOMPARE(read->evaluation.rows(), 1);
        QCOMPARE(read->read.files, 2);
        QVERIFY(read->read.sha256 != sha256Of(fiveRows));
    }
    void textsNeedNoTemplate()
    {
        const auto read = readAs("a.csv", "text,n\nonce upon,1\na time,2\n", {});
        QVERIFY(read.has_value());
        QCOMPARE(read->shape, RowShape::Text);
        QVERIFY(read->templateName.empty());
        QCOMPARE(read->training.facts().trainedTokens + read->evaluation.facts().trainedTokens,
            4); // all but the first
        QVERIFY(readAs("b.csv", "body\nonce\ntwice\n", {.textField = "body"}).has_value());
    }
    void talksWithoutATemplateAreRefused()
    {
        QVERIFY(holds(problemOf("a.jsonl", fiveRows, {}), "no chat template of its own"));
        QVERIFY(holds(
            problemOf("a.jsonl", fiveRows, {.templateName = "vicuna"}), "there is no template 'vicuna'"));
    }
    void aBadRowIsNamedAndTheOthersCounted()
    {
        const std::string rows = fiveRows + "{\"prompt\":\"q\"}\n{\"prompt\":\"q\",\"completion\":\"\"}\n";
        QVERIFY(holds(problemOf("a.jsonl", rows, {.templateName = "plain"}),
            "a.jsonl line 6: there is no 'completion'; it has the fields prompt (and 1 rows more)"));
        QVERIFY(holds(
            problemOf("b.jsonl", R"({"x":1})", {}), "b.jsonl line 1: it has the fields x; expected text"));
    }
    void badRowsMayBeLeftOutAndThatIsSaid()
    {
        const auto read = readAs("a.jsonl", fiveRows + "{\"prompt\":\"q\",\"completion\":\"\"}\n",
            {.templateName = "plain", .leavesOutBadRows = true});
        QVERIFY(read.has_value());
        QCOMPARE(read->training.rows() + read->evaluation.rows(), 5);
        QCOMPARE(read->read.remarks.size(), std::size_t{1});
        QVERIFY(holds(
            read->read.remarks[0], "left out 1 of 6 rows of a.jsonl: a.jsonl line 6: the answer in turn 2"));
        QVERIFY(holds(problemOf("b.jsonl", "{\"prompt\":\"q\",\"completion\":\"\"}",
                          {.templateName = "plain", .leavesOutBadRows = true}),
            "no row that can be learned from"));
    }
    void aRowWhoseAnswerIsCutOffIsRefused()
    {
        const std::string rows = R"({"prompt":"a b c d e f","completion":" yes"})";
        QVERIFY(
            holds(problemOf("a.jsonl", rows, {.templateName = "plain", .context = 4, .cut = RowCut::Start}),
                "line 1: of its 8 tokens those that are learned were all cut off at 4"));
        const std::string muted
            = R"({"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a","train":false}]})";
        QVERIFY(holds(
            problemOf("b.jsonl", muted, {.templateName = "plain"}), "line 1: nothing in it is learned"));
    }
    void whatWasCutIsSaidInNumbers()
    {
        const auto read
            = readAs("a.jsonl", "{\"text\":\"a b c d e\"}\n{\"text\":\"a b c d e\"}", {.context = 4});
        QCOMPARE(read->training.facts().lostTokens, 2);
        QVERIFY(holds(read->read.remarks.at(0),
            "cut 1 of 1 rows to learn from to 4 tokens: 2 tokens were lost (33.3 %)"));
        QVERIFY(holds(read->read.remarks.at(1), "rows for evaluation"));
    }
    void otherFilesAreRefused()
    {
        QVERIFY(holds(problemOf("a.txt", "text", {}), "ends in none of .jsonl, .json and .csv"));
        QVERIFY(holds(problemOf("a.jsonl", "\x1f\x8b\x08", {}), "looks like gzip; unpack it"));
        QVERIFY(holds(problemOf("a.jsonl", "{\"text\":\"only one\"}", {}), "has one row"));
        fs::create_directory(m_root / "f.jsonl");
        QVERIFY(holds(
            readRows((m_root / "f.jsonl").string(), {}, WordTokenizer(), {}).error().message, "is a folder"));
        QVERIFY(holds(readRows((m_root / "no.jsonl").string(), {}, WordTokenizer(), {}).error().message,
            "is not there"));
    }
    void readingCanBeInterrupted()
    {
        write("a.jsonl", fiveRows);
        int asked = 0;
        const auto read = readRows((m_root / "a.jsonl").string(), {.templateName = "plain"}, WordTokenizer(),
            {}, [&] { return ++asked > 3; });
        QVERIFY(!read);
        QCOMPARE(read.error().code, ExitCode::Interrupted);
    }
    void aPreviewShowsTokensAndWhatOfThemTrains()
    {
        const WordTokenizer tokenizer({"<end>"});
        write("a.jsonl", fiveRows);
        const auto read = readRows((m_root / "a.jsonl").string(),
            {.templateName = "plain", .validationFraction = 0.2}, tokenizer, plainFolder);
        const DataPreview preview = previewOf(*read, tokenizer, 2);
        QCOMPARE(preview.rows.size(), std::size_t{2});
        QCOMPARE(preview.shape, std::string("prompt-completion"));
        QCOMPARE(preview.rows[0].number, read->training.row(0).number);
        QCOMPARE(preview.rows[0].tokens,
            (std::vector<PreviewToken>{{"one?", false, 1}, {" yes", true, 1}, {"<end>", true, 1}}));
        QVERIFY(preview.rows[0].isWhole());
        QVERIFY(!previewOf(*read, tokenizer, 1, 2).rows[0].isWhole());
        QVERIFY(
            holds(sentencesOf(preview).at(0), "shape prompt-completion, written with the template plain"));
        QVERIFY(holds(sentencesOf(preview).at(1), "4 rows to learn from: "));
    }
    void charactersInPiecesAreShownWhole()
    {
        const auto bytes = byteTokenizer();
        write("a.jsonl", "{\"text\":\"né\"}\n{\"text\":\"né\"}\n");
        const auto read = readRows((m_root / "a.jsonl").string(), {}, *bytes, {});
        const DataPreview preview = previewOf(*read, *bytes, 1);
        QCOMPARE(preview.rows[0].tokens, (std::vector<PreviewToken>{{"n", false, 1}, {"é", true, 2}}));
    }

private:
    void write(const std::string& name, std::string_view text)
    {
        QVERIFY(writeFileAtomically(m_root / name, text));
    }
    Result<RowsRead> readAs(const std::string& name, std::string_view text, const RowChoices& choices)
    {
        if (!writeFileAtomically(m_root / name, text))
            qFatal("cannot write");
        return readRows((m_root / name).string(), choices, WordTokenizer({"<end>"}), plainFolder);
    }
    std::string problemOf(const std::string& name, std::string_view text, const RowChoices& choices)
    {
        const auto read = readAs(name, text, choices);
        return read ? std::string("no problem") : read.error().message;
    }

    std::unique_ptr<QTemporaryDir> m_dir{};
    fs::path m_root{};
};

QTEST_APPLESS_MAIN(RowSourceTest)
#include "row_source_test.moc"
