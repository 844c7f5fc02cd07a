// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/step_journal.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;

class StepJournalTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void recordsComeBackWithTheirBits()
    {
        const at::Tensor input = at::randn({3, 5}).to(at::kBFloat16);
        {
            StepJournal journal(path());
            journal.begin(7);
            journal.add(JournalKind::Input, 2, 1, input);
            journal.add(JournalKind::Loss, 0, 0, at::scalar_tensor(1.25, at::kDouble));
            journal.sync();
        }
        StepJournal journal(path());
        const JournalRecords records = journal.read(7);
        QVERIFY(at::equal(records.at(JournalKind::Input, 2, 1), input));
        QCOMPARE(records.at(JournalKind::Loss).item<double>(), 1.25);
        QVERIFY(!records.find(JournalKind::Input, 2, 0));
        QVERIFY(!StepJournal(path()).read(8).find(JournalKind::Loss));
    }

    void theLastOfOneKindCounts()
    {
        StepJournal journal(path());
        journal.begin(1);
        journal.add(JournalKind::Gradient, 0, 0, at::zeros({2}));
        journal.add(JournalKind::Gradient, 0, 0, at::ones({2}));
        QVERIFY(at::equal(journal.read(1).at(JournalKind::Gradient), at::ones({2})));
    }

    void aTornRecordCountsAsNotWritten()
    {
        {
            StepJournal journal(path());
            journal.begin(1);
            journal.add(JournalKind::Gradient, 0, 0, at::zeros({100}));
            journal.add(JournalKind::Gradient, 1, 0, at::zeros({100}));
        }
        std::filesystem::resize_file(path(), std::filesystem::file_size(path()) - 8);
        const JournalRecords records = StepJournal(path()).read(1);
        QVERIFY(records.find(JournalKind::Gradient, 0));
        QVERIFY(!records.find(JournalKind::Gradient, 1));
        QVERIFY_EXCEPTION_THROWN(records.at(JournalKind::Gradient, 1), c10::Error);
    }

    void whatIsNoJournalHoldsNothing()
    {
        QFile file(m_dir->filePath(QStringLiteral("journal")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(1000, 'x'));
        file.close();
        QVERIFY(!StepJournal(path()).read(0).find(JournalKind::Input));
    }

private:
    std::filesystem::path path() const { return m_dir->filePath(QStringLiteral("journal")).toStdString(); }
    std::unique_ptr<QTemporaryDir> m_dir{};
};

QTEST_APPLESS_MAIN(StepJournalTest)
#include "step_journal_test.moc"
