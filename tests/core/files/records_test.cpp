// SPDX-License-Identifier: Apache-2.0
#include "core/files/records.h"

#include <QTest>

using namespace mantissa;

namespace {

struct Read {
    std::vector<std::string> records{};
    std::vector<std::string> places{};
    std::string problem{};
};

Read read(std::string_view text, RecordFormat format = RecordFormat::JsonLines)
{
    Read result;
    const auto status = readRecords(text, format, "f", [&](const Json& record, const std::string& place) {
        result.records.push_back(jsonLine(record));
        result.places.push_back(place);
        return Status{};
    });
    if (!status)
        result.problem = status.error().message;
    return result;
}

Read readCsv(std::string_view text) { return read(text, RecordFormat::Csv); }
Read readJson(std::string_view text) { return read(text, RecordFormat::JsonList); }

bool has(const Read& result, const std::string& words)
{
    if (result.problem.find(words) != std::string::npos)
        return true;
    qWarning("problem: %s", result.problem.c_str());
    return false;
}

using Texts = std::vector<std::string>;

} // namespace

class RecordsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void endingsSayHowAFileIsRead()
    {
        QVERIFY(recordFormatOf("a/b.jsonl") == RecordFormat::JsonLines);
        QVERIFY(recordFormatOf("b.ndjson") == RecordFormat::JsonLines);
        QVERIFY(recordFormatOf("b.json") == RecordFormat::JsonList);
        QVERIFY(recordFormatOf("b.csv") == RecordFormat::Csv);
        QVERIFY(!recordFormatOf("b.txt"));
    }
    void linesAreRecordsAndBlankOnesAreNone()
    {
        const Read result = read("\xEF\xBB\xBF{\"a\":1}\r\n\n  \n{\"a\":2}");
        QCOMPARE(result.problem, std::string());
        QCOMPARE(result.records, (Texts{R"({"a":1})", R"({"a":2})"}));
        QCOMPARE(result.places, (Texts{"f line 1", "f line 4"}));
    }
    void aBrokenLineIsNamed()
    {
        QVERIFY(has(read("{\"a\":1}\n{\"a\":\n{\"a\":3}"), "f line 2 is not valid JSON"));
        QVERIFY(has(read("{\"a\":1}\n[1]"), "f line 2 is no object"));
        QVERIFY(has(read("{\"a\":\"\xff\"}"), "f line 1 is not valid JSON"));
        QVERIFY(has(read(std::string("{\"a\":1}\n{\"a\":\"x") + '\0' + "\"}"), "NUL byte (line 2)"));
        std::string deep = "{\"a\":";
        deep.append(100, '[').append(100, ']').append("}");
        QVERIFY(has(read(deep), "f line 1 nests deeper"));
    }
    void whatIsWrongIsSaidBriefly()
    {
        const Read result = read("{\"a\":\"" + std::string(1 << 20, 'x'));
        QVERIFY(has(result, "f line 1 is not valid JSON"));
        QVERIFY(result.problem.size() < 400); // and does not quote a mebibyte
    }
    void whatIsTooLongForALineIsNoLine()
    {
        QVERIFY(has(read("{\"a\":\"" + std::string(longestRecord, 'x') + "\"}"), "is it JSON Lines?"));
        QVERIFY(has(readCsv("a\n\"" + std::string(longestRecord, 'x') + "\"\n"), "is a quote missing?"));
    }
    void aFileWithoutRecordsIsRefused()
    {
        for (const RecordFormat format : {RecordFormat::JsonLines, RecordFormat::JsonList, RecordFormat::Csv})
            QVERIFY(has(read(" \n\n", format), "f is empty"));
        QVERIFY(has(readJson("[]"), "no rows"));
        QVERIFY(has(readCsv("a,b\n"), "no rows"));
    }
    void aListIsItsObjects()
    {
        const Read result = readJson(R"([{"a":1,"b":{"c":[1,{"d":2}]}},
            {"a":2}])");
        QCOMPARE(result.problem, std::string());
        QCOMPARE(result.records, (Texts{R"({"a":1,"b":{"c":[1,{"d":2}]}})", R"({"a":2})"}));
        QCOMPARE(result.places, (Texts{"f row 1", "f row 2"}));
    }
    void aListMayStandUnderData()
    {
        const Read result = readJson(R"({"version":[{"a":0}],"data":[{"a":1}],"more":{"b":{"data":[3]}}})");
        QCOMPARE(result.problem, std::string());
        QCOMPARE(result.records, (Texts{R"({"a":1})"}));
        QVERIFY(has(readJson(R"({"data":{"a":1}})"), "no list of rows"));
        QVERIFY(has(readJson(R"({"rows":[{"a":1}]})"), "no list of rows"));
        QVERIFY(has(readJson("3"), "no list of rows"));
    }
    void anythingElseInAListIsNamed()
    {
        QVERIFY(has(readJson(R"([{"a":1}, 7])"), "f row 2 is no object"));
        QVERIFY(has(readJson(R"([{"a":1}, [{"a":2}]])"), "f row 2 is no object"));
        QVERIFY(has(readJson(R"([{"a":1}, {"a")"), "f is not valid JSON: parse error at line 1"));
        std::string deep = "[{\"a\":";
        deep.append(5000, '[').append(5000, ']').append("}]");
        QVERIFY(has(readJson(deep), "f nests deeper than 64 levels in row 1"));
    }
    void linesUnderTheNameOfJsonAreLines()
    {
        const Read result = readJson("{\"a\":1}\n{\"a\":2}\n");
        QCOMPARE(result.problem, std::string());
        QCOMPARE(result.records, (Texts{R"({"a":1})", R"({"a":2})"}));
    }
    void whatTheTakerRefusesEndsTheReading()
    {
        for (const auto& [text, format] : {std::pair("{\"a\":1}\n{\"a\":2}", RecordFormat::JsonLines),
                 std::pair("[{\"a\":1},{\"a\":2}]", RecordFormat::JsonList),
                 std::pair("a\n1\n2\n", RecordFormat::Csv)}) {
            int seen = 0;
            const auto status
                = readRecords(text, format, "f", [&](const Json&, const std::string&) -> Status {
                      ++seen;
                      return fail("enough");
                  });
            QVERIFY(!status);
            QCOMPARE(status.error().message, std::string("enough"));
            QCOMPARE(seen, 1);
        }
    }
    void csvIsAsTheStandardHasIt()
    {
        const Read result = readCsv("a,b\r\n1,\"two, \"\"or\"\"\r\nmore\"\r\n\r\n,x\r\n");
        QCOMPARE(result.problem, std::string());
        QCOMPARE(result.records,
            (Texts{"{\"a\":\"1\",\"b\":\"two, \\\"or\\\"\\r\\nmore\"}", R"({"a":"","b":"x"})"}));
        QCOMPARE(result.places, (Texts{"f line 2", "f line 5"}));
    }
    void brokenCsvIsNamed()
    {
        QVERIFY(has(readCsv("a,b\n1,2\n3\n"), "f line 3 has 1 fields, and the first line names 2"));
        QVERIFY(has(readCsv("a,b\n1,\"2\n3,4\n"), "the quote that opens in line 2 is never closed"));
        QVERIFY(has(readCsv("a,b\n1,2\"3\n"), "f line 2: a quote stands in a field"));
        QVERIFY(has(readCsv("a,b\n1,\"2\"3\n"), "f line 2: text follows a closing quote"));
        QVERIFY(has(readCsv("a,a\n1,2\n"), "two columns are named 'a'"));
        QVERIFY(has(readCsv("a,\n1,2\n"), "column 2 has no name"));
        QVERIFY(has(readCsv("a\n\xff\n"), "f line 2: a field is no UTF-8"));
    }
};

QTEST_APPLESS_MAIN(RecordsTest)
#include "records_test.moc"
