// SPDX-License-Identifier: Apache-2.0
#include "core/base/json.h"
#include "core/record/checkpoint.h"
#include "core/record/run_store.h"

#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;

namespace fs = std::filesystem;

class CheckpointTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = m_dir->path().toStdString();
    }
    void aCheckpointIsSeenOnceItIsCommitted()
    {
        auto writer = CheckpointWriter::begin(m_root, 7);
        QVERIFY(writer.has_value());
        QVERIFY(writeFileAtomically(writer->folder() / "model", "x"));
        QVERIFY(!newestCheckpoint(m_root));
        const auto folder = writer->commit();
        QVERIFY(folder.has_value());
        QCOMPARE(*newestCheckpoint(m_root), *folder);
        QCOMPARE(*readFile(*folder / "model"), std::string("x"));
    }
    void theSameStepCanBeSavedAgain()
    {
        save(7, "old");
        save(7, "new");
        QCOMPARE(*readFile(*newestCheckpoint(m_root) / "model"), std::string("new"));
    }
    void discardingLeavesNothing()
    {
        auto writer = CheckpointWriter::begin(m_root, 7);
        QVERIFY(writer.has_value());
        writer->discard();
        QVERIFY(fs::is_empty(m_root / "checkpoints"));
    }
    void leftoversOfADeadWriterAreReplaced()
    {
        const auto dead = CheckpointWriter::begin(m_root, 7);
        QVERIFY(dead && writeFileAtomically(dead->folder() / "half", "x"));
        const auto writer = CheckpointWriter::begin(m_root, 7);
        QVERIFY(writer && fs::is_empty(writer->folder()));
    }
    void aFolderThatCannotBeWrittenIsToldInWords()
    {
        const auto writer = CheckpointWriter::begin("/proc/nowhere", 1);
        QVERIFY(!writer);
        QVERIFY(writer.error().message.find("/proc/nowhere") != std::string::npos);
    }
    void stepsAreOrderedAsNumbersEvenPastEightDigits()
    {
        save(99'999'999, "a");
        save(100'000'000, "b");
        QCOMPARE(newestCheckpoint(m_root)->filename().string(), checkpointName(100'000'000));
        pruneCheckpoints(m_root, 1);
        QCOMPARE(newestCheckpoint(m_root)->filename().string(), checkpointName(100'000'000));
    }
    void pruningKeepsTheNewestAndRemovesHalves()
    {
        for (const std::int64_t step : {1, 2, 3})
            save(step, "x");
        fs::remove(m_root / "checkpoints" / checkpointName(3) / "DONE"); // killed between rename and DONE
        const auto half = CheckpointWriter::begin(m_root, 4);
        QVERIFY(half.has_value());
        pruneCheckpoints(m_root, 1);
        QCOMPARE(newestCheckpoint(m_root)->filename().string(), checkpointName(2));
        QVERIFY(!fs::exists(m_root / "checkpoints" / checkpointName(3)));
        QVERIFY(!fs::exists(half->folder()));
    }
    void pruningLeavesWhatIsNoCheckpointAlone()
    {
        save(1, "x");
        save(2, "x");
        const fs::path mine = m_root / "checkpoints" / "my-best";
        fs::create_directory(mine);
        QVERIFY(writeFileAtomically(mine / "DONE", ""));
        QVERIFY(writeFileAtomically(m_root / "checkpoints" / "notes.txt", "keep me"));
        pruneCheckpoints(m_root, 1);
        QVERIFY(fs::exists(mine / "DONE"));
        QVERIFY(fs::exists(m_root / "checkpoints" / "notes.txt"));
        QVERIFY(!fs::exists(m_root / "checkpoints" / checkpointName(1)));
    }

private:
    void save(std::int64_t step, std::string_view text)
    {
        auto writer = CheckpointWriter::begin(m_root, step);
        QVERIFY(writer && writeFileAtomically(writer->folder() / "model", text) && writer->commit());
    }
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
};

QTEST_APPLESS_MAIN(CheckpointTest)
#include "checkpoint_test.moc"
