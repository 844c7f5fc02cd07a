// SPDX-License-Identifier: GPL-3.0-or-later
// What happens in a run reaches the desktop: over a bus of the test's own, with a service of its own.

#include "ui/desktop_note.h"

#include "core/evidence/quality_delta.h"
#include "tests/support/fake_engine.h"
#include "ui/main_window.h"
#include "ui/run_alerts.h"
#include "ui/settings.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QDBusConnection>
#include <QMenu>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

/// Stands for the desktop's.
class FakeDesktop : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    QStringList bodies{};
public Q_SLOTS:
    uint Notify(const QString& program, uint, const QString&, const QString&, const QString& body,
        const QStringList&, const QVariantMap&, int)
    {
        bodies << program + u": "_s + body;
        return static_cast<uint>(bodies.size());
    }
};

class DesktopNoteTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        qunsetenv("DBUS_SESSION_BUS_ADDRESS");
        qputenv("XDG_RUNTIME_DIR", m_folder.path().toUtf8()); // where no bus is
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void theDesktopShowsWhatIsTold()
    {
        showDesktopNote(u"nobody hears this"_s); // were a bus asked for here, there would be none below
        if (!startBus())
            QSKIP("dbus-daemon is not here");
        showDesktopNote(u"loss < 3 & falling"_s);
        QTRY_COMPARE(m_desktop.bodies.size(), 1);
        QCOMPARE(m_desktop.bodies.front(), u"Mantissa: loss &lt; 3 &amp; falling"_s);
    }
    void theEndOfARunIsToldUnlessItIsSwitchedOff()
    {
        if (!startBus())
            QSKIP("dbus-daemon is not here");
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), m_folder.filePath(u"runs"_s).toStdString());
        // never shown, so not the active window
        RunConfig config;
        config.training = {.maxSteps = 3, .evalInterval = 0, .saveInterval = 0};
        const auto train = [&] {
            QSignalSpy ended(window.session(), &RunSession::ended);
            window.startTraining(config);
            QVERIFY(ended.wait(60'000));
        };
        m_desktop.bodies.clear();
        train();
        QTRY_COMPARE(m_desktop.bodies.size(), 1);
        QVERIFY2(m_desktop.bodies.front().contains(u"after 3 steps"_s), qPrintable(m_desktop.bodies.front()));
        auto* notes = window.findChild<QAction*>(u"desktopNotes"_s);
        QVERIFY(notes && notes->isChecked());
        notes->trigger();
        train();
        showDesktopNote(u"the last"_s); // arrives after whatever was sent before it
        QTRY_COMPARE(m_desktop.bodies.size(), 2);
        QVERIFY(m_desktop.bodies.back().endsWith(u"the last"_s));
        notes->trigger(); // remembered, and other tests begin as a user does
    }
    void whatGoesWrongIsRaisedOnce()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), m_folder.filePath(u"alerts"_s).toStdString());
        RunAlerts alerts(&session, nullptr);
        QSignalSpy raised(&alerts, &RunAlerts::raised);
        RunConfig config;
        config.training = {.maxSteps = 1'000'000, .evalInterval = 0, .saveInterval = 0};
        QVERIFY(session.start(config).has_value());
        QSignalSpy rows(&session, &RunSession::rowsAppended);
        QVERIFY(rows.wait(60'000));
        QCOMPARE(raised.count(), 0);
        session.append({Notice{1, Severity::Info, "as usual"},
            Notice{1, Severity::Critical, "no checkpoint was written, training goes on: the disk is full"}});
        QCOMPARE(raised.count(), 1);
        QVERIFY(raised.front().front().toString().contains(u"the disk is full"_s));
        DivergenceAnswered spike{.tick = 2, .text = "the loss left its course"};
        spike.finding.level = DivergenceLevel::Critical;
        session.append({spike});
        QCOMPARE(raised.count(), 2);
        session.append({Notice{3, Severity::Info, "as usual"}});
        QCOMPARE(raised.count(), 2);
        QSignalSpy ended(&session, &RunSession::ended);
        session.stop();
        QVERIFY(ended.wait(60'000));
    }
    void cleanupTestCase()
    {
        m_bus.kill();
        m_bus.waitForFinished();
    }

private:
    /// A private one, and the service on it.
    bool startBus()
    {
        if (m_bus.state() == QProcess::Running)
            return true;
        m_bus.start(u"dbus-daemon"_s, {u"--session"_s, u"--nofork"_s, u"--print-address"_s});
        if (!m_bus.waitForStarted() || !m_bus.waitForReadyRead())
            return false;
        const QString address = QString::fromUtf8(m_bus.readLine()).trimmed();
        qputenv("DBUS_SESSION_BUS_ADDRESS", address.toUtf8());
        QDBusConnection own = QDBusConnection::connectToBus(address, u"desktop"_s);
        return own.registerObject(
                   u"/org/freedesktop/Notifications"_s, &m_desktop, QDBusConnection::ExportAllSlots)
            && own.registerService(u"org.freedesktop.Notifications"_s);
    }
    QTemporaryDir m_folder;
    QProcess m_bus;
    FakeDesktop m_desktop;
};

QTEST_MAIN(DesktopNoteTest)
#include "desktop_note_test.moc"
