// SPDX-License-Identifier: Apache-2.0
#include "core/data/text_source.h"

#include "core/base/digest.h"
#include "core/base/machine_room.h"
#include "core/base/units.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace mantissa;
namespace fs = std::filesystem;

namespace {

bool says(const TextRead& read, const std::string& words)
{
    for (const std::string& remark : read.read.remarks)
        if (remark.find(words) != std::string::npos)
            return true;
    return false;
}

/// Acts without the rights of root, which may read everything.
template <class Act> auto withoutRights(Act act)
{
    const uid_t before = ::geteuid();
    if (before == 0 && ::seteuid(65534) != 0)
        qFatal("cannot give up root's rights");
    auto result = act();
    if (before == 0 && ::seteuid(before) != 0)
        qFatal("cannot take root's rights again");
    return result;
}

} // namespace

class TextSourceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = fs::path(m_dir->path().toStdString());
        fs::permissions(m_root, fs::perms::all); // who gave up root's rights may be of its group still
    }
    void aFileIsWhatItsDigestSays()
    {
        write("a.txt", "some text");
        const auto read = readText((m_root / "a.txt").string());
        QVERIFY(read.has_value());
        QCOMPARE(read->text, std::string("some text"));
        QCOMPARE(read->read.files, 1);
        QCOMPARE(read->read.bytes, 9);
        QCOMPARE(read->read.sha256, sha256Of("some text"));
        QVERIFY(read->read.remarks.empty());
    }
    void aFolderIsItsTextsInTheOrderOfTheirNames()
    {
        write("b.md", "two");
        write("a.txt", "one");
        write("deep/er/c.txt", "three");
        const auto read = readText(m_root.string());
        QVERIFY(read.has_value());
        QCOMPARE(read->text, std::string("onetwothree"));
        QCOMPARE(read->read.files, 3);
        QCOMPARE(read->read.sha256, sha256Of("onetwothree")); // where the bytes lie does not matter
    }
    void whatIsLeftOutOfAFolderIsSaid()
    {
        write("a.txt", "text");
        write("B.TXT", "capital letters");
        write("c.pdf", "%PDF");
        write("d.txt", std::string("\x1f\x8b\x08 packed", 10));
        write("e.txt", std::string("\xff\xfeh\0i\0", 6));
        write("f.txt", std::string("bi\0nary", 7));
        write("\xff.dat", "a name that is no UTF-8");
        fs::create_directory_symlink(m_root, m_root / "loop");
        fs::create_symlink(m_root / "nowhere", m_root / "gone.txt");
        QCOMPARE(::mkfifo((m_root / "pipe.txt").c_str(), 0600), 0);
        const auto read = readText(m_root.string());
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QCOMPARE(read->text, std::string("text"));
        QVERIFY(says(*read, "left out 3 files that end in neither .txt nor .md: "));
        QVERIFY(says(*read, "B.TXT"));
        QVERIFY(says(*read, "\\xff.dat"));
        QVERIFY(says(*read, "left out 1 files that look like gzip: d.txt"));
        QVERIFY(says(*read, "left out 1 files that look like UTF-16: e.txt"));
        QVERIFY(says(*read, "left out 1 files that look like binary: f.txt"));
        QVERIFY(says(*read, "left out 1 links to folders: loop"));
        QVERIFY(says(*read, "left out 2 entries that are no files: "));
        QVERIFY(says(*read, "gone.txt"));
        QVERIFY(says(*read, "pipe.txt"));
    }
    void aFileThatLooksOddIsReadAsItIsAndSaid()
    {
        const std::string packed("\x1f\x8b\x08 packed", 10);
        write("a.txt.gz", packed);
        const auto read = readText((m_root / "a.txt.gz").string());
        QCOMPARE(read->text, packed);
        QVERIFY(says(*read, "looks like gzip"));
    }
    void aFolderOfNothingToReadNamesWhatIsThere()
    {
        write("a.TXT", "x");
        const auto read = readText(m_root.string());
        QVERIFY(!read);
        QVERIFY(read.error().code == ExitCode::Usage);
        QVERIFY(read.error().message.find("a.TXT") != std::string::npos);
    }
    void anErrorWhileReadingIsAnError()
    {
        write("a.txt", "first");
        fs::create_symlink(
            "/proc/self/mem", m_root / "b.txt"); // a regular file that cannot be read from its start
        const auto read = readText(m_root.string());
        QVERIFY(!read);
        QVERIFY(read.error().message.find("b.txt") != std::string::npos);
        QVERIFY(read.error().message.find("cannot read") != std::string::npos);
        QVERIFY(!readText("/proc/self/mem"));
    }
    void aFolderThatCannotBeEnteredEndsInAnError()
    {
        write("a.txt", "first");
        write("shut/b.txt", "second");
        write("z.txt", "third");
        fs::permissions(m_root / "shut", fs::perms::none);
        const auto read = withoutRights([&] { return readText(m_root.string()); });
        fs::permissions(m_root / "shut", fs::perms::owner_all);
        QVERIFY(!read);
        QVERIFY2(read.error().message.find("cannot read the folder " + (m_root / "shut").string())
                != std::string::npos,
            read.error().message.c_str());
        QCOMPARE(readText(m_root.string())->text, std::string("firstsecondthird"));
    }
    void aFileThatMayNotBeReadEndsInAnError()
    {
        write("a.txt", "first");
        write("b.txt", "second");
        fs::permissions(m_root / "b.txt", fs::perms::none);
        const auto read = withoutRights([&] { return readText(m_root.string()); });
        QVERIFY(!read);
        QVERIFY2(read.error().message.find("b.txt") != std::string::npos, read.error().message.c_str());
    }
    void pipesAndDevicesAreRefused()
    {
        QCOMPARE(::mkfifo((m_root / "pipe").c_str(), 0600), 0);
        fs::create_symlink(m_root / "pipe", m_root / "link");
        for (const std::string& source : {(m_root / "pipe").string(), (m_root / "link").string(),
                 std::string("/dev/zero"), std::string("/dev/null")}) {
            const auto read = readText(source);
            QVERIFY(!read);
            QVERIFY(read.error().code == ExitCode::Usage);
            QVERIFY(read.error().message.find(source + " is no file but a pipe or a device") == 0);
        }
    }
    void aTextLargerThanMemoryIsRefusedBeforeItIsRead()
    {
        write("a.txt", "x");
        fs::resize_file(m_root / "a.txt", std::uintmax_t{1} << 43); // 8 TiB, all of it holes
        for (const std::string& source : {(m_root / "a.txt").string(), m_root.string()}) {
            const auto read = readText(source);
            QVERIFY(!read);
            QVERIFY(read.error().code == ExitCode::OutOfMemory);
            QVERIFY(
                read.error().message.find("a.txt is 8.00 TiB and there is memory for") != std::string::npos);
        }
    }
    void readingAsksBeforeEachPartWhetherItIsStillWanted()
    {
        write("a.txt", std::string(2 * readPortion + 5, 'a'));
        write("b.txt", "b");
        std::int64_t looks = 0;
        const auto whole = readText(m_root.string(), [&] { return ++looks < 0; });
        QVERIFY(whole.has_value());
        QCOMPARE(whole->read.sha256, sha256Of(std::string(2 * readPortion + 5, 'a') + "b"));
        QCOMPARE(looks, 6); // three parts and the end, one part and the end
        for (std::int64_t at = 1; at <= 6; ++at) {
            looks = 0;
            const auto cut = readText(m_root.string(), [&] { return ++looks >= at; });
            QVERIFY(!cut.has_value() && cut.error().code == ExitCode::Interrupted);
            QCOMPARE(looks, at);
        }
    }
    void aMissingSourceAndAnUnknownSampleAreRefused()
    {
        QVERIFY(!readText((m_root / "nowhere").string()));
        QVERIFY(!readText("sample:unknown"));
    }

private:
    void write(const std::string& name, const std::string& text)
    {
        fs::create_directories((m_root / name).parent_path());
        QVERIFY(writeFileAtomically(m_root / name, text));
    }
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
};

QTEST_APPLESS_MAIN(TextSourceTest)
#include "text_source_test.moc"
