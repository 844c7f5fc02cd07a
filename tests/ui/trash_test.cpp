// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trash.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace mantissa::ui;
namespace fs = std::filesystem;

class TrashTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_root = m_dir.path().toStdString();
        qputenv("XDG_DATA_HOME", QByteArray::fromStdString((m_root / "home/share").string()));
        fs::create_directories(m_root / "here");
        QVERIFY(QDir::setCurrent(m_dir.filePath(QStringLiteral("here"))));
    }
    void aUserWithoutADataFolderGetsATrashAndNothingElse()
    {
        fs::create_directory(m_root / "run");
        std::ofstream(m_root / "run/run.json") << "{}";
        QVERIFY(moveToTrash(m_root / "run"));
        QVERIFY(!fs::exists(m_root / "run"));
        QVERIFY(fs::exists(m_root / "home/share/Trash/files/run/run.json"));
        QVERIFY(fs::is_empty(m_root / "here")); // where the program was started
    }
    void whatIsNotThereIsNotMoved() { QVERIFY(!moveToTrash(m_root / "nothing")); }

private:
    QTemporaryDir m_dir;
    fs::path m_root;
};

QTEST_GUILESS_MAIN(TrashTest)
#include "trash_test.moc"
