// SPDX-License-Identifier: GPL-3.0-or-later
// One session of a user in a real window on an X server, with keys and a pointer that the server delivers
// (xdotool): start, edit the table in flight, see the confirmed cast, pause, zoom, stop, export, reopen. Run
// by under_xvfb.sh; the engine is the real one where it was built.

#include "core/record/run_store.h"
#include "ui/main_window.h"
#include "ui/models/precision_table_model.h"
#include "ui/pages/plan_table.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/plot/plot_view.h"
#include "ui/plot/view_range.h"
#include "ui/theme/theme.h"

#ifdef MANTISSA_HAS_ENGINE
#include "app/engine_loader.h"
#else
#include "tests/support/fake_engine.h"

#include <thread>
#endif

#include <QApplication>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QProcess>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <clocale>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

/// By the X server, to whatever has the focus or is below the pointer.
void send(const QStringList& arguments)
{
    QProcess xdotool;
    xdotool.start(u"xdotool"_s, arguments);
    QVERIFY2(xdotool.waitForFinished(20000) && xdotool.exitCode() == 0,
        xdotool.readAllStandardError().constData());
}

void press(const QString& keys) { send({u"key"_s, keys}); }

void pointAt(const QWidget* widget, const QPoint& at)
{
    const QPoint point = widget->mapToGlobal(at);
    send({u"mousemove"_s, QString::number(point.x()), QString::number(point.y())});
}

} // namespace

class EndToEndTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QCOMPARE(QGuiApplication::platformName(), u"xcb"_s);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        loadFonts();
        applyTheme(ThemeChoice::Dark);
        QFile data(m_folder.filePath(u"text.txt"_s));
        QVERIFY(data.open(QIODevice::WriteOnly));
        for (int i = 0; i < 4000; ++i)
            data.write(
                "in the beginning was the word, and line " + QByteArray::number(i * 7919 % 1000) + "\n");
    }
    void aSessionFromStartToAReopenedRun()
    {
        for (const auto part :
            {&EndToEndTest::open, &EndToEndTest::startWithAKey, &EndToEndTest::editTheTableInFlight,
                &EndToEndTest::pauseAndZoom, &EndToEndTest::stopAndExport, &EndToEndTest::reopen}) {
            (this->*part)();
            if (QTest::currentTestFailed())
                return; // each part begins where the one before it ended
        }
    }

private:
    const Run& run() const { return m_window->session()->run(); }
    std::filesystem::path runs() const { return m_folder.path().toStdString() + "/runs"; }
    static EngineFactory factory()
    {
#ifdef MANTISSA_HAS_ENGINE
        return engineFactory();
#else
        static FakeEngineScript script;
        script.beforeStep = [](std::int64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(2)); };
        return fakeFactory(script);
#endif
    }
    void open()
    {
        m_window = std::make_unique<MainWindow>(factory(), runs());
        m_window->setGeometry(0, 0, 1500, 950);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        send({u"windowfocus"_s, u"--sync"_s,
            QString::number(m_window->winId())}); // there is no window manager
        QTRY_VERIFY_WITH_TIMEOUT(m_window->isActiveWindow(), 20000);
    }
    void startWithAKey()
    {
        RunConfig config;
        config.name = "end-to-end";
        config.model = {.layers = 2, .width = 32, .heads = 2, .context = 32};
        config.data.source = m_folder.filePath(u"text.txt"_s).toStdString();
        config.training = {
            .maxSteps = 1'000'000, .batchSize = 4, .evalInterval = 200, .evalBatches = 2, .saveInterval = 0};
        config.phases = {.warmupSteps = 5, .fullSteps = 900'000};
        config.preset = "conservative";
        config.choices = findPreset("conservative")->choices;
        m_window->trainPage()->setup()->setConfig(config);
        press(u"ctrl+Return"_s);
        QTRY_VERIFY_WITH_TIMEOUT(run().ticks() > 20, 120'000); // LibTorch is loaded
        QVERIFY(run().segments().back().start->phase == Phase::Full);
        QVERIFY(run().segments().back().start->plan.compute == Precision::Fp32);
    }
    void editTheTableInFlight()
    {
        auto* table = m_window->findChild<PlanTable*>();
        const QModelIndex cell
            = table->model()->index(static_cast<int>(indexOf(Phase::Full)), PrecisionTableModel::Compute);
        pointAt(table->viewport(), table->visualRect(cell).center());
        send({u"click"_s, u"1"_s});
        QTRY_VERIFY_WITH_TIMEOUT(table->currentIndex() == cell, 20000);
        QSignalSpy confirmed(m_window->session(), &RunSession::tableChanged);
        press(u"Escape"_s); // the choices that the click dropped down
        press(u"3"_s); // auto, fp32, bf16
        QTRY_VERIFY_WITH_TIMEOUT(confirmed.count() > 0, 60'000);
        QVERIFY(!cell.data(PrecisionTableModel::PendingRole).toBool());
        QTRY_VERIFY_WITH_TIMEOUT(run().segments().back().start->plan.compute == Precision::Bf16, 60'000);
        const Transition& cast = *run().segments().back().start;
        QCOMPARE(cast.reason, std::string("table edited"));
        QVERIFY(cast.casts > 0);
        QCOMPARE(cast.castMismatches, 0);
    }
    void pauseAndZoom()
    {
        press(u"ctrl+p"_s);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->session()->isPaused(), 20000);
        std::int64_t paused
            = -1; // ticks of before may still be on their way: it stands once half a second brings nothing
        for (int i = 0; i < 40 && paused != run().ticks(); ++i) {
            paused = run().ticks();
            QTest::qWait(500);
        }
        QCOMPARE(run().ticks(), paused);
        const auto labels = m_window->findChildren<QLabel*>();
        QVERIFY(
            std::ranges::any_of(labels, [](const QLabel* label) { return label->text() == u"paused"_s; }));
        PlotView* plot = m_window->trainPage()->memoryPlot();
        ViewRange* range = m_window->trainPage()->range();
        const double width = range->to() - range->from();
        pointAt(plot->viewport(), plot->viewport()->rect().center());
        for (int i = 0; i < 3; ++i)
            send({u"click"_s, u"4"_s}); // the wheel, upwards
        QTRY_VERIFY_WITH_TIMEOUT(range->to() - range->from() < 0.9 * width, 20000);
        QVERIFY(!range->isFollowing());
        press(u"ctrl+p"_s);
        QTRY_VERIFY_WITH_TIMEOUT(run().ticks() > paused, 60'000);
    }
    void stopAndExport()
    {
        QSignalSpy ended(m_window->session(), &RunSession::ended);
        press(u"ctrl+period"_s);
        QVERIFY(ended.wait(120'000));
        QVERIFY(run().ended()->outcome == Outcome::Stopped);
        m_report = m_folder.filePath(u"report.html"_s);
        QTimer::singleShot(0, this, [] { press(u"ctrl+e"_s); });
        QTimer typing; // the box has an event loop of its own
        connect(&typing, &QTimer::timeout, this, [this] {
            const auto* box = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            if (!box || !box->isVisible())
                return;
            if (!m_hasFocusedBox) {
                m_hasFocusedBox = true;
                return send({u"windowfocus"_s, u"--sync"_s, QString::number(box->winId())});
            }
            if (!box->isActiveWindow() || m_hasTyped)
                return;
            m_hasTyped = true;
            press(u"ctrl+a"_s);
            send({u"type"_s, m_report});
            press(u"Return"_s);
        });
        typing.start(200);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_report), 60'000);
        QFile report(m_report);
        QVERIFY(report.open(QIODevice::ReadOnly));
        const QByteArray html = report.readAll();
        QVERIFY(html.contains("<svg") && html.contains("table edited"));
    }
    void reopen()
    {
        const std::int64_t ticks = run().ticks();
        const auto folder = run().folder();
        QVERIFY(m_window->close());
        m_window.reset();
        open();
        m_window->restoreSession();
        QCOMPARE(run().folder(), std::filesystem::absolute(folder));
        QCOMPARE(run().ticks(), ticks);
        QVERIFY(run().ended()->outcome == Outcome::Stopped);
        QVERIFY(run().table().at(Phase::Full).compute == Precision::Bf16);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
    QString m_report;
    bool m_hasFocusedBox = false;
    bool m_hasTyped = false;
};

int main(int argc, char** argv)
{
#ifdef MANTISSA_HAS_ENGINE
    prepareEngineEnvironment(argv);
#endif
    QApplication application(argc, argv);
    std::setlocale(LC_NUMERIC, "C");
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    EndToEndTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "end_to_end_test.moc"
