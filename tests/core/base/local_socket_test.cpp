// SPDX-License-Identifier: Apache-2.0
#include "core/base/local_socket.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

using namespace mantissa;

namespace fs = std::filesystem;

class LocalSocketTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_folder = m_dir->path().toStdString();
    }

    void aSocketLiesInAFolderOfAnyDepth()
    {
        for (int i = 0; i < 5; ++i) // sun_path ends at 108 bytes
            m_folder /= std::string(60, 'x');
        fs::create_directories(m_folder);
        listenThere();
        QVERIFY(!m_error);
        QVERIFY(call().isOpen());
    }
    void onlyItsOwnerMayUseIt()
    {
        const mode_t before = ::umask(0); // the most that a process can leave open
        listenThere();
        ::umask(before);
        struct stat found { };
        QCOMPARE(::stat((m_folder / "door").c_str(), &found), 0);
        QVERIFY(S_ISSOCK(found.st_mode));
        QCOMPARE(static_cast<int>(found.st_mode & 07777U), 0600);
    }
    void bothSidesKnowWhoIsThere()
    {
        listenThere();
        const Descriptor caller = call();
        const Descriptor visitor = pickUp();
        QVERIFY(userAtTheOtherEnd(caller) == ::geteuid());
        QVERIFY(userAtTheOtherEnd(visitor) == ::geteuid());
    }
    void aSocketThatADeadProcessLeftIsReplaced()
    {
        listenThere();
        m_listener = {}; // as a process that was killed: its socket stays
        QVERIFY(fs::exists(m_folder / "door"));
        QVERIFY(!call().isOpen());
        QVERIFY(m_error == std::errc::connection_refused);
        listenThere();
        QVERIFY(!m_error);
        QVERIFY(call().isOpen());
    }
    void whereNobodyEverListenedThereIsNoFile()
    {
        QVERIFY(!call().isOpen());
        QVERIFY(m_error == std::errc::no_such_file_or_directory);
        QVERIFY(!openFolder(m_folder / "none", m_error).isOpen());
        QVERIFY(m_error == std::errc::no_such_file_or_directory);
    }
    void aFolderMayBeMoved()
    {
        const fs::path above = m_folder;
        m_folder = above / "a";
        fs::create_directory(m_folder);
        listenThere();
        fs::rename(m_folder, above / "b");
        m_folder = above / "b";
        QVERIFY(call().isOpen());
    }
    void linesArriveWholeAndInOrder()
    {
        listenThere();
        LineSocket caller(call());
        LineSocket visitor(pickUp());
        QVERIFY(visitor.readLines().empty());
        QCOMPARE(::send(caller.descriptor(), "one\ntw", 6, 0), ssize_t{6});
        QCOMPARE(visitor.readLines(), (std::vector<std::string>{"one"}));
        QVERIFY(caller.writeLine("o"));
        QVERIFY(caller.writeLine(""));
        QCOMPARE(visitor.readLines(), (std::vector<std::string>{"two", ""}));
        QVERIFY(!visitor.isClosed());
    }
    void theEndOfTheOtherSideIsSeen()
    {
        listenThere();
        std::optional<LineSocket> caller(call());
        LineSocket visitor(pickUp());
        QVERIFY(caller->writeLine("last"));
        caller.reset();
        QCOMPARE(visitor.readLines(), (std::vector<std::string>{"last"}));
        QVERIFY(visitor.isClosed());
        QVERIFY(!visitor.writeLine("nobody hears"));
    }
    void aLineWithoutAnEndIsNotKept()
    {
        listenThere();
        LineSocket caller(call());
        LineSocket visitor(pickUp());
        const std::string piece(32768, 'x');
        for (int i = 0; i < 8 && !visitor.hadTooLongLine(); ++i) {
            QVERIFY(::send(caller.descriptor(), piece.data(), piece.size(), 0) > 0);
            QVERIFY(visitor.readLines().empty());
        }
        QVERIFY(visitor.hadTooLongLine());
        QVERIFY(visitor.isClosed());
    }
    void whoDoesNotReadIsNotWaitedFor()
    {
        listenThere();
        const Descriptor caller = call();
        LineSocket visitor(pickUp());
        const std::string line(32768, 'x');
        bool fits = true;
        for (int i = 0; i < 10000 && fits; ++i)
            fits = visitor.writeLine(line);
        QVERIFY(!fits);
    }

private:
    void listenThere() { m_listener = listenIn(openFolder(m_folder, m_error), "door", m_error); }
    Descriptor call() { return connectIn(openFolder(m_folder, m_error), "door", m_error); }
    Descriptor pickUp() const
    {
        return Descriptor(::accept4(m_listener.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_folder;
    Descriptor m_listener;
    std::error_code m_error;
};

QTEST_APPLESS_MAIN(LocalSocketTest)
#include "local_socket_test.moc"
