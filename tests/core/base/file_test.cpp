// SPDX-License-Identifier: Apache-2.0
#include "core/base/file.h"

#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <vector>

using namespace mantissa;

namespace fs = std::filesystem;

namespace {

std::vector<ino_t>& syncedFolders()
{
    static std::vector<ino_t> folders;
    return folders;
}

} // namespace

/// Stands before the library's: notes which folders are synced.
extern "C" int fsync(int descriptor)
{
    struct stat file { };
    if (::fstat(descriptor, &file) == 0 && S_ISDIR(file.st_mode))
        syncedFolders().push_back(file.st_ino);
    return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

class FileTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = m_dir->path().toStdString();
    }
    void whatIsWrittenReplacesWhatWasThere()
    {
        QVERIFY(writeFileAtomically(m_root / "a", "one"));
        QVERIFY(writeFileAtomically(m_root / "a", "two"));
        QCOMPARE(*readFile(m_root / "a"), std::string("two"));
        QCOMPARE(filesIn(m_root), std::size_t{1}); // nothing is left beside it
    }
    void aFileOfSomebodyElseBesideItStays()
    {
        QVERIFY(writeFileAtomically(m_root / "a.tmp", "mine"));
        QVERIFY(writeFileAtomically(m_root / "a", "x"));
        QCOMPARE(*readFile(m_root / "a.tmp"), std::string("mine"));
    }
    void theLongestNameThatAFileMayHaveIsWritten()
    {
        const fs::path file = m_root / std::string(255, 'x');
        QVERIFY(writeFileAtomically(file, "long"));
        QCOMPARE(*readFile(file), std::string("long"));
    }
    void linksAreWrittenThrough_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::newRow("beside it") << QByteArray("real");
        QTest::newRow("in another folder") << QByteArray("deep/real");
        QTest::newRow("by its whole path") << QByteArray("ROOT/deep/real");
        QTest::newRow("a link to a link") << QByteArray("again");
    }
    void linksAreWrittenThrough()
    {
        QFETCH(QByteArray, target);
        fs::create_directory(m_root / "deep");
        fs::create_symlink("deep/real", m_root / "again");
        const std::string to = target.replace("ROOT", m_root.c_str()).toStdString();
        fs::create_symlink(to, m_root / "link");
        for (const char* text : {"made", "replaced"}) { // there is nothing behind the link at first
            QVERIFY(writeFileAtomically(m_root / "link", text));
            QVERIFY(fs::is_symlink(m_root / "link"));
            QCOMPARE(*readFile(m_root / to), std::string(text));
        }
        QVERIFY(!fs::is_symlink(m_root / "deep/real"));
    }
    void aLinkThatNeverEndsIsRefused()
    {
        fs::create_symlink("b", m_root / "a");
        fs::create_symlink("a", m_root / "b");
        QVERIFY(!writeFileAtomically(m_root / "a", "x"));
        QVERIFY(fs::is_symlink(m_root / "a") && fs::is_symlink(m_root / "b"));
    }
    void theModeOfAFileStays()
    {
        for (const mode_t mode : {0600U, 0640U, 0755U, 0666U}) {
            const fs::path file = m_root / "a";
            QVERIFY(writeFileAtomically(file, "one"));
            QCOMPARE(::chmod(file.c_str(), mode), 0);
            QVERIFY(writeFileAtomically(file, "two"));
            QCOMPARE(modeOf(file), mode);
        }
    }
    void aNewFileHasTheModeThatNewFilesHave()
    {
        const mode_t before = ::umask(027);
        QVERIFY(writeFileAtomically(m_root / "a", "one"));
        ::umask(before);
        QCOMPARE(modeOf(m_root / "a"), mode_t{0640});
    }
    void aPipeIsWrittenTo()
    {
        const fs::path pipe = m_root / "pipe";
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        fs::create_symlink("pipe", m_root / "link");
        const int reader = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        for (const fs::path& file : {pipe, m_root / "link"}) {
            QVERIFY(writeFileAtomically(file, "through"));
            QCOMPARE(readFrom(reader), std::string("through"));
            QVERIFY(fs::is_fifo(pipe));
        }
        ::close(reader);
    }
    void aDeviceStaysOneAndSaysWhenItTakesNoMore()
    {
        fs::path null = "/dev/null";
        fs::path full = "/dev/full";
        if (::geteuid() == 0) { // root could replace the machine's own
            null = m_root / "null";
            full = m_root / "full";
            if (::mknod(null.c_str(), S_IFCHR | 0666, makedev(1, 3)) != 0
                || ::mknod(full.c_str(), S_IFCHR | 0666, makedev(1, 7)) != 0
                || ::access(null.c_str(), W_OK) != 0 || !std::ofstream(null))
                QSKIP("no devices of its own can be made here, and root does not try the machine's");
        }
        QVERIFY(writeFileAtomically(null, "gone"));
        QVERIFY(fs::is_character_file(null));
        const auto refused = writeFileAtomically(full, "x");
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find(full.string()) != std::string::npos);
        QVERIFY(fs::is_character_file(full));
    }
    void aFolderIsRefused()
    {
        const auto status = writeFileAtomically(m_root, "x");
        QVERIFY(!status && status.error().code == ExitCode::Usage);
        QVERIFY(status.error().message.find("it is a folder") != std::string::npos);
    }
    void anOpenFileIsWrittenWhereItStands()
    {
        const fs::path file = m_root / "a";
        QVERIFY(writeFileAtomically(file, "before "));
        const int descriptor = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
        const std::string number = std::to_string(descriptor);
        for (const std::string& folder : {std::string("/dev/fd/"), std::string("/proc/self/fd/"),
                 "/proc/" + std::to_string(::getpid()) + "/fd/"})
            QVERIFY(writeFileAtomically(folder + number, number + " "));
        fs::create_symlink("/dev/fd/" + number, m_root / "link");
        QVERIFY(writeFileAtomically(m_root / "link", "last"));
        ::close(descriptor);
        QCOMPARE(*readFile(file), "before " + number + " " + number + " " + number + " last");
    }
    void stdoutHasThreeNamesAndALink()
    {
        fs::create_symlink("/dev/stdout", m_root / "link");
        for (const std::string& name : {std::string("-"), std::string("/dev/stdout"),
                 std::string("/proc/self/fd/1"), (m_root / "link").string()})
            QVERIFY2(isStandardOutput(name), name.c_str());
        for (const char* name : {"/dev/stderr", "/dev/fd/2", "--", "x-", "/dev/fd/1x", "/dev/null"})
            QVERIFY2(!isStandardOutput(name), name);
    }
    void theFolderIsSyncedWithTheFile()
    {
        struct stat folder { };
        QCOMPARE(::stat(m_root.c_str(), &folder), 0);
        fs::create_directory(m_root / "deep");
        fs::create_symlink("../a", m_root / "deep/link");
        for (const fs::path& file : {m_root / "a", m_root / "deep/link"}) {
            syncedFolders().clear();
            QVERIFY(writeFileAtomically(file, "x"));
            QCOMPARE(syncedFolders(), std::vector<ino_t>{folder.st_ino}); // where the name was made
        }
    }
    void aFileThatCannotBeMadeIsToldByItsName()
    {
        const auto status = writeFileAtomically(m_root / "nowhere/x", "x");
        QVERIFY(!status);
        QVERIFY(status.error().message.find("nowhere/x") != std::string::npos);
    }

private:
    static std::size_t filesIn(const fs::path& folder)
    {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
    }
    static mode_t modeOf(const fs::path& file)
    {
        struct stat there { };
        ::stat(file.c_str(), &there);
        return there.st_mode & 07777U;
    }
    static std::string readFrom(int descriptor)
    {
        std::string text(100, '\0');
        const ssize_t length = ::read(descriptor, text.data(), text.size());
        text.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
        return text;
    }

    std::unique_ptr<QTemporaryDir> m_dir{};
    fs::path m_root{};
};

QTEST_APPLESS_MAIN(FileTest)
#include "file_test.moc"
