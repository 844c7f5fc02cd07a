// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/libtorch_offer.h"

#include "ui/pages/confirm_bar.h"

#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

/// A script stands for mantissa-cli and writes down what it was asked.
class LibTorchOfferTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_bar = std::make_unique<ConfirmBar>(nullptr);
    }
    void nothingIsSaidWhereLibTorchIsFound()
    {
        for (const char* library : {"libtorch_cpu.so", "libc10.so"})
            write(u"lib/"_s + QString::fromLatin1(library), "a name");
        write(u"build-version"_s, "2.11.0");
        LibTorchOffer offer(m_bar.get(), {}, nullptr);
        QSignalSpy looked(&offer, &LibTorchOffer::looked);
        offer.lookAt({.named = m_dir->path().toStdString()});
        QVERIFY(looked.wait(60'000));
        QVERIFY(looked.front().front().toBool());
        QVERIFY(m_bar->isHidden());
    }
    void theSizeIsSaidBeforeAnythingIsDownloaded()
    {
        LibTorchOffer offer(m_bar.get(),
            program("echo '530 MiB to download into /here, which needs 2 GiB while unpacking' >&2\n"
                    "test \"$2\" = --yes && exit 0; echo 'nothing was downloaded' >&2; exit 2"),
            nullptr);
        offer.lookAt({});
        QTRY_VERIFY(!m_bar->isHidden());
        QVERIFY(said().contains(u"LibTorch 2.11 is needed"_s));
        press(u"yes"_s);
        QTRY_COMPARE(said(), u"530 MiB to download into /here, which needs 2 GiB while unpacking."_s);
        QCOMPARE(asked(), u"fetch-libtorch\n"_s);
        press(u"yes"_s);
        QTRY_COMPARE(said(), u"LibTorch is here; runs can start."_s);
        QCOMPARE(asked(), u"fetch-libtorch\nfetch-libtorch --yes\n"_s);
    }
    void progressIsShownAndAFailureKeepsItsWords()
    {
        LibTorchOffer offer(m_bar.get(),
            program("test \"$2\" = --yes || { echo '1 B to download into /here' >&2; exit 2; }\n"
                    "printf 'torch 2.11.0, 530 MiB\\n###  12.5%%\\r#####  42.0%%' >&2\n"
                    "while ! test -e go; do sleep 0.02; done\n"
                    "printf '\\nmantissa-cli: the disk is full\\n' >&2; exit 1"),
            nullptr);
        offer.lookAt({});
        QTRY_VERIFY(!m_bar->isHidden());
        press(u"yes"_s);
        QTRY_VERIFY(said().startsWith(u"1 B to download"_s));
        press(u"yes"_s);
        QTRY_COMPARE(said(), u"torch 2.11.0, 530 MiB: 42.0 % downloaded"_s);
        write(u"go"_s, "");
        QTRY_COMPARE(said(), u"mantissa-cli: the disk is full"_s);
    }
    void laterLeavesAllAsItIs()
    {
        LibTorchOffer offer(m_bar.get(), program("exit 0"), nullptr);
        offer.lookAt({});
        QTRY_VERIFY(!m_bar->isHidden());
        press(u"no"_s);
        QVERIFY(m_bar->isHidden());
        QVERIFY(asked().isEmpty());
    }
    void aProgramThatIsNotThereIsSaid()
    {
        LibTorchOffer offer(m_bar.get(), u"/nowhere/mantissa-cli"_s, nullptr);
        offer.lookAt({});
        QTRY_VERIFY(!m_bar->isHidden());
        press(u"yes"_s);
        QTRY_VERIFY(said().startsWith(u"/nowhere/mantissa-cli cannot be started"_s));
    }

private:
    void write(const QString& name, const QByteArray& bytes) const
    {
        QVERIFY(QDir(m_dir->path()).mkpath(QFileInfo(name).path()));
        QFile file(m_dir->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    QString program(const QByteArray& script) const
    {
        write(u"program"_s, "#!/bin/sh\ncd \"$(dirname \"$0\")\"\necho \"$@\" >>asked\n" + script + "\n");
        QFile::setPermissions(
            m_dir->filePath(u"program"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return m_dir->filePath(u"program"_s);
    }
    QString asked() const
    {
        QFile file(m_dir->filePath(u"asked"_s));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }
    QString said() const { return m_bar->findChild<QLabel*>(u"question"_s)->text(); }
    void press(const QString& name) { m_bar->findChild<QPushButton*>(name)->click(); }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<ConfirmBar> m_bar;
};

QTEST_MAIN(LibTorchOfferTest)
#include "libtorch_offer_test.moc"
