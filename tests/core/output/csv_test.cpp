// SPDX-License-Identifier: Apache-2.0
#include "core/output/csv.h"

#include "core/record/run_log.h"

#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace mantissa;
using namespace Qt::Literals::StringLiterals;

class CsvTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachStepProbeAndEvaluationIsARow()
    {
        const auto rows = rowsOf(someEvents());
        QCOMPARE(rows.size(), 5); // head, two steps, a probe, an evaluation
        for (const QStringList& row : rows)
            QCOMPARE(row.size(), rows.first().size());
        QCOMPARE(cell(rows, 1, u"kind"_s), u"step"_s);
        QCOMPARE(cell(rows, 1, u"phase"_s), u"full"_s);
        QCOMPARE(cell(rows, 1, u"compute"_s), u"bf16"_s);
        QCOMPARE(cell(rows, 1, u"loss"_s).toDouble(), 0.1);
        QCOMPARE(cell(rows, 1, u"device_bytes"_s), u"4398046511105"_s); // more than an FP32 could hold
        QCOMPARE(cell(rows, 2, u"loss"_s), u"NaN"_s);
        QCOMPARE(cell(rows, 2, u"skipped"_s), u"1"_s);
        QCOMPARE(cell(rows, 3, u"kind"_s), u"probe"_s);
        QCOMPARE(cell(rows, 3, u"grad_norm"_s), QString()); // a probe has none
        QCOMPARE(cell(rows, 4, u"kind"_s), u"evaluation"_s);
        QCOMPARE(cell(rows, 4, u"accuracy"_s), u"0.5"_s);
    }
    void rowsThatAResumeMadeVoidAreLeftOut()
    {
        auto events = someEvents();
        events.push_back(RunStarted{.tick = 1, .step = 1});
        events.push_back(StepDone{.tick = 1, .step = 1, .loss = 7});
        const auto rows = rowsOf(events);
        QCOMPARE(rows.size(), 3);
        QCOMPARE(cell(rows, 2, u"loss"_s), u"7"_s);
    }
    void aLogIsReadAndATornLineLeftOut()
    {
        QTemporaryDir folder;
        const std::filesystem::path run = folder.path().toStdString();
        {
            RunLog log;
            QVERIFY(log.open(run / "events.jsonl"));
            for (const RunEvent& event : someEvents())
                QVERIFY(log.append(event));
        }
        QFile file(folder.filePath(u"events.jsonl"_s));
        QVERIFY(file.open(QIODevice::Append));
        file.write("{\"event\": \"step\", \"ti");
        file.close();
        const auto csv = runCsv(run);
        QVERIFY(csv.has_value());
        QCOMPARE(*csv, eventsCsv(someEvents()));
    }
    void noEventsAreAHeadAlone() { QCOMPARE(rowsOf({}).size(), 1); }

private:
    static std::vector<RunEvent> someEvents()
    {
        StepDone step{.tick = 0, .step = 0, .loss = 0.1, .gradNorm = 1, .learningRate = 1e-3, .seconds = 0.5};
        step.memory.devicePeak.at(MemoryClass::Weights) = (std::int64_t{1} << 42) + 1;
        return {RunStarted{}, SegmentStarted{.phase = Phase::Full, .plan = {.compute = Precision::Bf16}},
            step, StepDone{.tick = 1, .step = 1, .loss = NAN, .skipped = true},
            ProbeDone{.tick = 2, .step = 1, .loss = 2, .readoutLoss = 1},
            Evaluated{.tick = 3, .step = 2, .loss = 2, .accuracy = 0.5}};
    }
    static QList<QStringList> rowsOf(const std::vector<RunEvent>& events)
    {
        QList<QStringList> rows;
        for (const QString& line : QString::fromStdString(eventsCsv(events)).split(u'\n', Qt::SkipEmptyParts))
            rows << line.split(u',');
        return rows;
    }
    static QString cell(const QList<QStringList>& rows, int row, const QString& column)
    {
        return rows[row].value(rows.first().indexOf(column));
    }
};

QTEST_APPLESS_MAIN(CsvTest)
#include "csv_test.moc"
