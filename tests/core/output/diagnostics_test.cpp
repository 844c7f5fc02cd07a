// SPDX-License-Identifier: Apache-2.0
#include "core/output/diagnostics.h"

#include "core/base/json.h"
#include "core/output/zip.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;
using namespace Qt::Literals::StringLiterals;

class DiagnosticsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void absolutePathsLoseTheirFolders_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("safe");
        QTest::newRow("quoted") << QByteArray(R"({"source": "/home/anna/books/all.txt"})")
                                << QByteArray(R"({"source": "…/all.txt"})");
        QTest::newRow("a folder") << QByteArray("in /srv/runs/ since") << QByteArray("in …/runs since");
        QTest::newRow("an option") << QByteArray("--out=/data/x y") << QByteArray("--out=…/x y");
        QTest::newRow("no path") << QByteArray("17,311 tokens/s, 1/2 and a/b")
                                 << QByteArray("17,311 tokens/s, 1/2 and a/b");
        QTest::newRow("root") << QByteArray("in /") << QByteArray("in /");
        QTest::newRow("two") << QByteArray("/a/b,/c/d") << QByteArray("…/b,…/d");
    }
    void absolutePathsLoseTheirFolders()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, safe);
        QCOMPARE(QByteArray::fromStdString(withoutPaths(text.toStdString())), safe);
    }
    void theArchiveHoldsTheRunWithoutNamesOfMachinesOrFolders()
    {
        QTemporaryDir folder;
        const std::filesystem::path run = folder.path().toStdString();
        QVERIFY(writeFileAtomically(
            run / "config.json", R"({"data": {"source": "/home/anna/secret/book.txt"}})"));
        QVERIFY(writeFileAtomically(run / "environment.json", R"({"host": "annas-laptop", "os": "Debian"})"));
        QVERIFY(writeFileAtomically(
            run / "events.jsonl", std::string(3'000'000, 'x') + "\n{\"event\": \"last\"}\n"));
        const auto zip = diagnosticsZip(run, "version 1, run in /home/anna/runs/a");
        QVERIFY(zip.has_value());
        QVERIFY(zip->size() < 20'000);
        QVERIFY(writeFileAtomically(run / "d.zip", *zip));
        QProcess unzip; // somebody else's reader agrees
        unzip.start(u"python3"_s,
            {u"-c"_s,
                u"import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nfor n in z.namelist(): print(n, z.read(n).decode())"_s,
                folder.filePath(u"d.zip"_s)});
        if (!unzip.waitForStarted())
            QSKIP("no python3");
        QVERIFY(unzip.waitForFinished());
        const QByteArray content = unzip.readAllStandardOutput();
        QCOMPARE(unzip.exitCode(), 0);
        QVERIFY(content.contains("…/book.txt") && content.contains("Debian") && content.contains("\"last\""));
        for (const char* secret : {"anna", "secret", "/home"})
            QVERIFY2(!content.contains(secret), secret);
    }
    void withoutARunThereIsNone() { QVERIFY(!diagnosticsZip("/nowhere", "")); }
    void anEmptyFileIsAFile() { QVERIFY(zipOf({{"a", ""}}).size() > 60); }
};

QTEST_APPLESS_MAIN(DiagnosticsTest)
#include "diagnostics_test.moc"
