// SPDX-License-Identifier: Apache-2.0
#include "core/files/event_file.h"
#include "tests/support/holds.h"

#include "core/base/file.h"
#include "core/files/crc32c.h"
#include "core/files/proto_wire.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <filesystem>

using namespace mantissa;
namespace fs = std::filesystem;

namespace {

std::string someFile()
{
    EventFile file(1000);
    file.addSettings(1000, {{"training.batch_size", 12.0}, {"memory.trial", false}, {"name", "run"}});
    file.addScalars({0, 1000.5}, {{"train/loss", 3.5}, {"eval/loss", NAN}});
    file.addScalars({1, 1001}, {{"train/loss", 3.25}});
    file.addText({1, 1001}, "samples/0", "Once upon");
    file.addScalars({300, 1002}, {{"train/loss", INFINITY}});
    return file.take();
}

/// A record around a message of any program.
std::string recordOf(const ProtoMessage& message)
{
    std::string length, bytes;
    appendLittleEndian(length, message.wire().size(), 8);
    bytes = length;
    appendLittleEndian(bytes, maskedCrc32c(length), 4);
    bytes += message.wire();
    appendLittleEndian(bytes, maskedCrc32c(message.wire()), 4);
    return bytes;
}

ProtoMessage scalarAt(std::int64_t step, const ProtoMessage& value)
{
    return ProtoMessage().real(1, 5).number(2, step).message(5, ProtoMessage().message(1, value));
}

} // namespace

class EventFileTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = fs::path(m_dir->path().toStdString());
    }
    void checksumsAreCastagnolis()
    {
        QCOMPARE(crc32c("123456789"), 0xE3069283U);
        QCOMPARE(crc32c(""), 0U);
        QCOMPARE(maskedCrc32c("123456789"), 0xC78AB0E5U);
    }
    void whatIsWrittenIsReadBack()
    {
        const EventScalars read = readOf(someFile());
        QCOMPARE(read.byTag.size(), std::size_t{2}); // texts and settings are no scalars
        QCOMPARE(read.byTag.at("train/loss").size(), std::size_t{3});
        QCOMPARE(read.byTag.at("train/loss")[0], (EventPoint{0, 1000.5, 3.5}));
        QCOMPARE(read.byTag.at("train/loss")[1], (EventPoint{1, 1001, 3.25}));
        QVERIFY(std::isinf(read.byTag.at("train/loss")[2].value));
        QCOMPARE(read.byTag.at("train/loss")[2].step, 300);
        QVERIFY(std::isnan(read.byTag.at("eval/loss")[0].value));
        QCOMPARE(read.records, 6);
        QVERIFY(read.remarks.empty());
    }
    void partsOfAFileAreTheFile()
    {
        EventFile file(1000);
        file.addScalars({1, 1001}, {{"a", 1}});
        std::string bytes = file.take();
        QVERIFY(file.take().empty());
        file.addScalars({2, 1002}, {{"a", 2}});
        bytes += file.take();
        QCOMPARE(readOf(bytes).byTag.at("a").size(), std::size_t{2});
    }
    void aRestartDropsWhatStandsForLaterSteps()
    {
        EventFile file(1000);
        for (std::int64_t step = 1; step <= 5; ++step)
            file.addScalars({step, 1000}, {{"a", static_cast<double>(step)}});
        file.addRestart({3, 1001});
        file.addScalars({3, 1002}, {{"a", 30}});
        const auto points = readOf(file.take()).byTag.at("a");
        QCOMPARE(points.size(), std::size_t{3});
        QCOMPARE(points.back().value, 30.0);
    }
    void scalarsOfTensorFlow2AreTensorsOfOneNumber()
    {
        std::string content;
        appendLittleEndian(content, 0x40490FDB, 4);
        const ProtoMessage tensor = ProtoMessage().number(1, 1).bytes(4, content);
        const ProtoMessage unpacked = ProtoMessage().number(1, 1).real32(5, 2.5F);
        const ProtoMessage wide = ProtoMessage().number(1, 2).bytes(4, std::string(8, '\0'));
        const ProtoMessage whole
            = ProtoMessage().number(1, 9).bytes(4, std::string(8, '\0')); // int64 is no scalar
        const std::string bytes = recordOf(scalarAt(7, ProtoMessage().bytes(1, "a").message(8, tensor)))
            + recordOf(scalarAt(8, ProtoMessage().bytes(1, "a").message(8, unpacked)))
            + recordOf(scalarAt(9, ProtoMessage().bytes(1, "a").message(8, wide)))
            + recordOf(scalarAt(9, ProtoMessage().bytes(1, "b").message(8, whole)));
        const EventScalars read = readOf(bytes);
        QCOMPARE(read.byTag.size(), std::size_t{1});
        QVERIFY(std::abs(read.byTag.at("a")[0].value - 3.14159274) < 1e-7);
        QCOMPARE(read.byTag.at("a")[1].value, 2.5);
        QCOMPARE(read.byTag.at("a")[2].value, 0.0);
    }
    void aTailThatIsCutOffIsLeftOut()
    {
        const std::string whole = someFile();
        for (const std::size_t lost : {std::size_t{1}, std::size_t{5}, std::size_t{20}}) {
            const EventScalars read = readOf(whole.substr(0, whole.size() - lost));
            QCOMPARE(read.byTag.at("train/loss").size(), std::size_t{2});
            QVERIFY(holds(read.remarks.at(0), "record 6 of e.tfevents (byte "));
            QVERIFY(holds(read.remarks.at(0), "is cut off"));
        }
    }
    void aWrongChecksumIsNamedAndEndsTheFile()
    {
        std::string bytes = someFile();
        const auto at = bytes.find("train/loss");
        bytes[at] = 'b';
        const EventScalars read = readOf(bytes);
        QVERIFY(read.byTag.empty());
        QVERIFY(holds(read.remarks.at(0), "record 3 of e.tfevents (byte "));
        QVERIFY(holds(read.remarks.at(0), "has a wrong checksum; what follows is left out"));
        std::string length = someFile();
        length[length.size() - 60] = '\x7f';
        QVERIFY(!readOf(length).remarks.empty());
    }
    void aRecordThatIsNoMessageIsLeftOut()
    {
        const std::string bytes = recordOf(ProtoMessage().number(2, 1))
            + recordOf(ProtoMessage().bytes(5, "\x0a\x05no"))
            + recordOf(scalarAt(7, ProtoMessage().bytes(1, "a").real32(2, 1)));
        QCOMPARE(readOf(bytes).byTag.at("a").size(), std::size_t{1});
        std::string length;
        appendLittleEndian(length, 3, 8);
        const std::string odd = length + [&] {
            std::string rest;
            appendLittleEndian(rest, maskedCrc32c(length), 4);
            rest += "\xff\xff\xff";
            appendLittleEndian(rest, maskedCrc32c("\xff\xff\xff"), 4);
            return rest;
        }();
        QVERIFY(holds(readOf(recordOf(ProtoMessage().number(2, 1)) + odd).remarks.at(0),
            "record 2 of e.tfevents is no event"));
    }
    void otherFilesAreRefused()
    {
        const auto problem = [&](std::string_view bytes) {
            write("e.tfevents", bytes);
            const auto read = readEventScalars(m_root / "e.tfevents");
            return read ? std::string() : read.error().message;
        };
        QVERIFY(holds(problem(""), "is empty"));
        QVERIFY(holds(problem("some text that is no record at all"), "no event file of TensorBoard"));
        QVERIFY(holds(problem(std::string(1000, '\xff')), "no event file of TensorBoard"));
        QVERIFY(!readEventScalars(m_root / "missing"));
    }
    void aFolderIsItsEventFiles()
    {
        EventFile first(1), second(2);
        first.addScalars({1, 1}, {{"a", 1}});
        second.addScalars({2, 2}, {{"a", 2}});
        write(eventFileName(1, "x"), first.take());
        write(eventFileName(2, "x"), second.take());
        write("notes.txt", "no events");
        const auto read = readEventScalars(m_root);
        QVERIFY(read.has_value());
        QCOMPARE(read->byTag.at("a"), (std::vector<EventPoint>{{1, 1, 1}, {2, 2, 2}}));
        fs::create_directory(m_root / "empty");
        QVERIFY(holds(readEventScalars(m_root / "empty").error().message, "holds no event files"));
    }

private:
    void write(const std::string& name, std::string_view bytes)
    {
        QVERIFY(writeFileAtomically(m_root / name, bytes));
    }
    EventScalars readOf(std::string_view bytes)
    {
        write("e.tfevents", bytes);
        auto read = readEventScalars(m_root / "e.tfevents");
        if (!read)
            qWarning("%s", read.error().message.c_str());
        return read ? *read : EventScalars{};
    }

    std::unique_ptr<QTemporaryDir> m_dir{};
    fs::path m_root{};
};

QTEST_APPLESS_MAIN(EventFileTest)
#include "event_file_test.moc"
