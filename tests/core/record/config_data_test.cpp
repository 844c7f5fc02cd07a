// SPDX-License-Identifier: Apache-2.0
#include "core/record/config_data.h"

#include "core/base/file.h"
#include "tests/support/holds.h"

#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;

namespace {

/// Rows of 5, 9 and 30 bytes, which are tokens.
RunConfig rowsIn(const QTemporaryDir& dir, const char* kind, std::int64_t context)
{
    std::string rows;
    for (const std::size_t length : {5U, 9U, 30U})
        for (int i = 0; i < 4; ++i)
            rows += R"({"text": ")" + std::string(length, 'a') + "\"}\n";
    const std::string file = dir.filePath(QStringLiteral("rows.jsonl")).toStdString();
    if (!writeFileAtomically(file, rows))
        qFatal("cannot write");
    RunConfig config;
    config.model.kind = kind;
    config.model.context = context;
    config.data.source = file;
    return config;
}

} // namespace

class ConfigDataTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anEstimateIsOfTheLongestRow()
    {
        QTemporaryDir dir;
        const auto fitted = asLongAsItsRows(rowsIn(dir, "llama", 64));
        QVERIFY2(fitted.has_value(), fitted ? "" : fitted.error().message.c_str());
        QCOMPARE(fitted->model.context, 29); // its last token is read by nobody
        QCOMPARE(asLongAsItsRows(rowsIn(dir, "llama", 16))->model.context, 16); // where it is cut
    }
    void whatHasNoRowsOrLearnsItsPositionsStaysAsItIs()
    {
        QTemporaryDir dir;
        QCOMPARE(asLongAsItsRows(RunConfig{})->model.context, RunConfig{}.model.context);
        QCOMPARE(asLongAsItsRows(rowsIn(dir, "gpt", 64))->model.context, 64);
    }
    void rowsThatCannotBeReadAreAnError()
    {
        QTemporaryDir dir;
        RunConfig config = rowsIn(dir, "llama", 64);
        config.data.source += ".csv";
        QVERIFY(holds(asLongAsItsRows(config).error().message, ".csv"));
    }
};

QTEST_APPLESS_MAIN(ConfigDataTest)
#include "config_data_test.moc"
