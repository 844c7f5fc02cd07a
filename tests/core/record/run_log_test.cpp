// SPDX-License-Identifier: Apache-2.0
#include "core/record/run_log.h"

#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fstream>
#include <sys/resource.h>

using namespace mantissa;

class RunLogTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_file = std::filesystem::path(m_dir->path().toStdString()) / "events.jsonl";
    }
    void whatIsAppendedIsRead()
    {
        write(5);
        RunLogReader reader(m_file);
        QCOMPARE(reader.readNew()->size(), std::size_t{5});
        QCOMPARE(reader.readNew()->size(), std::size_t{0});
        write(2);
        QCOMPARE(reader.readNew()->size(), std::size_t{2});
    }
    void aTornEndWaitsAndANewWriterCutsItOff()
    {
        write(3);
        tail("{\"event\":\"st");
        RunLogReader reader(m_file);
        QCOMPARE(reader.readNew()->size(), std::size_t{3});
        QVERIFY(reader.hasTornEnd());
        write(1);
        QCOMPARE(reader.readNew()->size(), std::size_t{1});
        QVERIFY(!reader.hasTornEnd());
        QCOMPARE(reader.skippedLines(), 0);
    }
    void eventsAreHandedOverAsTheyAreRead()
    {
        RunLog log;
        QVERIFY(log.open(m_file));
        QVERIFY(log.append(Notice{.text = std::string(3 << 20, 'x')})); // longer than what is read at once
        QVERIFY(log.append(Notice{.text = std::string(3 << 20, 'y')}));
        std::int64_t taken = 0;
        RunLogReader reader(m_file);
        QVERIFY(reader.readNew([&](const RunEvent&) {
            if (++taken == 1) // the file is still being read: what is written now is seen in the same call
                static_cast<void>(log.append(Notice{.text = "z"}));
            return true;
        }));
        QCOMPARE(taken, 3);
    }
    void readingStopsWhereItIsToldTo()
    {
        write(5);
        std::int64_t taken = 0;
        RunLogReader reader(m_file);
        QVERIFY(reader.readNew([&](const RunEvent&) { return ++taken < 2; }));
        QCOMPARE(taken, 2);
        QCOMPARE(reader.readNew()->size(), std::size_t{3}); // and goes on from there
        const auto size = static_cast<std::int64_t>(std::filesystem::file_size(m_file));
        write(2);
        taken = 0;
        RunLogReader early(m_file);
        const auto count = [&](const RunEvent&) { return ++taken > 0; };
        QVERIFY(early.readNew(count, size));
        QCOMPARE(taken, 5);
        QVERIFY(early.readNew(count));
        QCOMPARE(taken, 7);
    }
    void garbageIsSkippedAndCounted()
    {
        write(2);
        tail("\xff\xfe not json\n{\"event\":\"from the future\"}\n");
        write(2);
        RunLogReader reader(m_file);
        QCOMPARE(reader.readNew()->size(), std::size_t{4});
        QCOMPARE(reader.skippedLines(), 2);
    }
    void aLineLargerThanTheBufferIsRead()
    {
        RunLog log;
        QVERIFY(log.open(m_file));
        QVERIFY(log.append(Notice{.text = std::string(3 << 20, 'x')}));
        RunLogReader reader(m_file);
        const auto events = reader.readNew();
        QCOMPARE(events->size(), std::size_t{1});
        QCOMPARE(std::get<Notice>(events->front()).text.size(), std::size_t{3 << 20});
    }
    void aFullDiskIsAnErrorAndNoCrash()
    {
        write(1);
        rlimit before{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        std::signal(SIGXFSZ, SIG_IGN); // as a full disk: write() fails after some bytes
        const rlimit tight{.rlim_cur = std::filesystem::file_size(m_file) + 20, .rlim_max = before.rlim_max};
        RunLog log;
        QVERIFY(log.open(m_file));
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &tight), 0);
        const auto status = log.append(Notice{.text = std::string(100, 'x')});
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
        QVERIFY(!status);
        QVERIFY(status.error().message.find("cannot write") != std::string::npos);
        RunLogReader reader(m_file); // nothing acknowledged is lost, nothing half is left
        QCOMPARE(reader.readNew()->size(), std::size_t{1});
        QVERIFY(!reader.hasTornEnd());
    }
    void aLogThatSomebodyDeletesIsAnError()
    {
        RunLog log;
        QVERIFY(log.open(m_file));
        QVERIFY(log.append(RunStarted{}));
        std::filesystem::remove(m_file);
        const auto status = log.flush();
        QVERIFY(!status);
        QVERIFY(status.error().message.find("deleted") != std::string::npos);
    }
    void theLastEventsAreReadWithoutTheRest()
    {
        write(100);
        const auto whole = readLastEvents(m_file, 1 << 20);
        QCOMPARE(whole.size(), std::size_t{100});
        const auto last = readLastEvents(m_file, 1000);
        QVERIFY(!last.empty() && last.size() < 20);
        tail("{\"event\":\"st");
        QVERIFY(!readLastEvents(m_file, 1000).empty());
        QVERIFY(readLastEvents(m_file, 3).empty());
        QVERIFY(readLastEvents("/nowhere/events.jsonl", 1000).empty());
    }
    void aFolderThatIsNotThereIsRefused()
    {
        RunLog log;
        QVERIFY(!log.open("/nowhere/events.jsonl"));
        QVERIFY(!RunLogReader("/nowhere/events.jsonl").readNew());
    }

private:
    void write(int count)
    {
        RunLog log;
        QVERIFY(log.open(m_file));
        for (int i = 0; i < count; ++i)
            QVERIFY(log.append(StepDone{.tick = i}));
    }
    void tail(const std::string& bytes) { std::ofstream(m_file, std::ios::app | std::ios::binary) << bytes; }
    std::unique_ptr<QTemporaryDir> m_dir;
    std::filesystem::path m_file;
};

QTEST_APPLESS_MAIN(RunLogTest)
#include "run_log_test.moc"
