// SPDX-License-Identifier: Apache-2.0
#include "core/base/file.h"
#include "core/torch/memory/unit_file.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>

using namespace mantissa;

namespace {

constexpr std::int64_t page = 4096;

/// Two units of one size, one of another.
std::vector<UnitLayout> threeUnits()
{
    return {{.remainder = page, .moments = 2 * page, .end = 4 * page},
        {.remainder = page, .moments = 2 * page, .end = 4 * page},
        {.remainder = page, .moments = page, .end = page}};
}

struct Bytes {
    std::byte* data = static_cast<std::byte*>(std::aligned_alloc(page, 4 * page));
    Bytes() = default;
    Bytes(const Bytes&) = delete;
    Bytes& operator=(const Bytes&) = delete;
    ~Bytes() { std::free(data); }
    void fill(int value) { std::memset(data, value, 4 * page); }
};

} // namespace

class UnitFileTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void whatWasCommittedIsThereAfterReopening()
    {
        {
            auto file = UnitFile::make(path(), threeUnits());
            QVERIFY(file);
            UnitTable table = file->opened();
            for (int round = 1; round <= 5; ++round)
                for (std::size_t unit = 0; unit < 3; ++unit)
                    write(*file, table, unit, round, 10 * round + static_cast<int>(unit));
        }
        auto file = UnitFile::reopen(path(), threeUnits());
        QVERIFY(file);
        Bytes bytes;
        for (std::size_t unit = 0; unit < 3; ++unit) {
            QCOMPARE(file->opened().entries[unit].step, 5);
            QCOMPARE(
                file->readSection(file->opened().entries[unit], unit, 0, bytes.data, true), std::string());
            QCOMPARE(static_cast<int>(bytes.data[0]), 50 + static_cast<int>(unit));
        }
    }

    void aUnitIsNeverWrittenOverTheOneThatCounts()
    {
        auto file = UnitFile::make(path(), threeUnits());
        UnitTable table = file->opened();
        write(*file, table, 0, 1, 7);
        const UnitTable before = table;
        write(*file, table, 0, 2, 8);
        Bytes bytes;
        QCOMPARE(file->readSection(before.entries[0], 0, 2, bytes.data, true), std::string()); // still whole
        QCOMPARE(static_cast<int>(bytes.data[2 * page]), 7);
    }

    void aTornHeaderGivesTheOneBefore()
    {
        {
            auto file = UnitFile::make(path(), threeUnits());
            UnitTable table = file->opened();
            write(*file, table, 0, 1, 7); // header 1
            write(*file, table, 0, 2, 8); // header 0
        }
        damage(100);
        {
            auto file = UnitFile::reopen(path(), threeUnits());
            QVERIFY(file);
            QCOMPARE(file->opened().entries[0].step, 1);
        }
        damage(page + 100);
        const auto none = UnitFile::reopen(path(), threeUnits());
        QVERIFY(!none);
        QVERIFY2(none.error().message.find("damaged") != std::string::npos, none.error().message.c_str());
    }

    void damagedBytesAreSaid()
    {
        auto file = UnitFile::make(path(), threeUnits());
        UnitTable table = file->opened();
        write(*file, table, 2, 1, 7);
        damage(table.entries[2].offset + 5);
        Bytes bytes;
        QVERIFY(file->readSection(table.entries[2], 2, 0, bytes.data, true).find("checksum")
            != std::string::npos);
    }

    void aFileOfAnotherRunIsRefusedAndStays()
    {
        const std::string mine(32, 'a');
        const std::string other(32, 'b');
        {
            auto file = UnitFile::make(path(), threeUnits(), mine);
            UnitTable table = file->opened();
            write(*file, table, 0, 1, 7);
        }
        const auto there = readFile(path());
        for (const std::string& owner : {other, std::string()}) {
            const auto reopened = UnitFile::reopen(path(), threeUnits(), owner);
            QVERIFY(!reopened);
            QVERIFY2(reopened.error().message.find("states of another run") != std::string::npos,
                reopened.error().message.c_str());
            QVERIFY(!UnitFile::make(path(), threeUnits(), owner)); // nor replaced
        }
        QVERIFY(*readFile(path()) == *there);
        const auto own = UnitFile::reopen(path(), threeUnits(), mine);
        QVERIFY(own);
        QCOMPARE(own->opened().entries[0].step, 1);
        const auto twice = UnitFile::reopen(path(), threeUnits(), mine);
        QVERIFY(!twice && twice.error().message.find("in use") != std::string::npos);
        own->remove();
        QVERIFY(!std::filesystem::exists(path()));
    }

    void aFileThatWasMovedIsRemovedWhereItIs()
    {
        const std::filesystem::path moved = path().string() + "-moved";
        auto file = UnitFile::make(path(), threeUnits());
        std::filesystem::rename(path(), moved);
        file->remove();
        QVERIFY(!std::filesystem::exists(moved));
    }

    void aFileOfAnotherModelIsRefused()
    {
        QVERIFY(UnitFile::make(path(), threeUnits()));
        auto other = threeUnits();
        other.pop_back();
        const auto opened = UnitFile::reopen(path(), other);
        QVERIFY(!opened);
        QVERIFY2(opened.error().message.find("another model") != std::string::npos,
            opened.error().message.c_str());
    }

    void thereIsOneSpareSlotForEachSize()
    {
        auto file = UnitFile::make(path(), threeUnits());
        QCOMPARE(file->bytes(), 2 * page + (3 * 4 + 2 * 1) * page);
    }

private:
    std::filesystem::path path() const { return m_dir->filePath(QStringLiteral("states")).toStdString(); }
    static void write(const UnitFile& file, UnitTable& table, std::size_t unit, std::int64_t step, int value)
    {
        Bytes bytes;
        bytes.fill(value);
        QCOMPARE(file.commit(table, unit, step, bytes.data), std::string());
    }
    void damage(std::int64_t offset) const
    {
        std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(offset);
        file.put('\x5a');
    }
    std::unique_ptr<QTemporaryDir> m_dir{};
};

QTEST_APPLESS_MAIN(UnitFileTest)
#include "unit_file_test.moc"
