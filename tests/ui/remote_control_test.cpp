// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/run_store.h"
#include "core/training/control_door.h"
#include "core/training/trainer.h"
#include "tests/support/fake_engine.h"
#include "ui/main_window.h"
#include "ui/models/precision_table_model.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/run_session.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <thread>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

namespace fs = std::filesystem;

namespace {

constexpr int most = 60'000; // milliseconds

/// Trains without the window, as another process does: only by the door can it be told anything.
class OtherTrainer {
public:
    explicit OtherTrainer(const fs::path& folder)
    {
        RunConfig config;
        config.training.maxSteps = 100'000'000;
        config.training.saveInterval = 0;
        m_script.beforeStep = [](std::int64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
        if (const auto made = createRunFolderAt(folder, config); !made)
            qFatal("%s", made.error().message.c_str());
        m_thread = std::thread([this, config, folder] {
            Trainer trainer(
                {.config = config, .folder = folder}, fakeFactory(m_script), m_channel, m_mailbox);
            [[maybe_unused]] const auto ended = trainer.train();
        });
        while (!fs::exists(folder / ControlDoor::name) || logBytes(folder) == 0)
            std::this_thread::yield();
    }
    ~OtherTrainer()
    {
        m_mailbox.requestStop(StopRequest::Interrupt);
        m_thread.join();
    }

private:
    FakeEngineScript m_script{};
    EventChannel m_channel{};
    Mailbox m_mailbox{};
    std::thread m_thread{};
};

} // namespace

/// A run that another process trains, controlled from the window.
class RemoteControlTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_run = runs() / "run";
    }

    void aRunOfAnotherProcessIsPausedEditedAndStopped()
    {
        OtherTrainer other(m_run);
        RunSession session(fakeFactory(m_script), runs());
        QSignalSpy failed(&session, &RunSession::failed);
        QSignalSpy ended(&session, &RunSession::ended);
        QVERIFY(session.open(m_run));
        QVERIFY(session.isFollowing() && session.isControlled() && !session.isTraining());
        QVERIFY(session.whyNotControlled().isEmpty());
        session.setPaused(true);
        QTRY_VERIFY_WITH_TIMEOUT(session.isPaused(), most);
        const PrecisionTable edited = session.run().table().with(Phase::Warmup, {.compute = Precision::Bf16});
        session.setTable(edited, session.run().table());
        session.requestNumbers();
        session.setPaused(false);
        QTRY_VERIFY_WITH_TIMEOUT(!session.isPaused(), most);
        QTRY_VERIFY_WITH_TIMEOUT(session.run().table() == edited, most);
        QTRY_VERIFY_WITH_TIMEOUT(std::ranges::any_of(session.run().numbers(),
                                     [](const NumbersMeasured& numbers) { return numbers.isExact; }),
            most);
        session.stop();
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, most);
        QVERIFY(session.run().ended() && session.run().ended()->outcome == Outcome::Stopped);
        QVERIFY(!session.isFollowing() && !session.isControlled());
        QCOMPARE(failed.count(), 0);
    }
    void theWindowPausesEditsAndStopsIt()
    {
        OtherTrainer other(m_run);
        MainWindow window(fakeFactory(m_script), runs());
        QVERIFY(window.session()->open(m_run));
        auto* pause = window.findChild<QAction*>(u"pause"_s);
        QVERIFY(pause->isEnabled());
        pause->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(pause->text(), u"Go on"_s, most);
        auto* model = window.trainPage()->setup()->tableModel();
        model->setData(model->index(0, 0), u"bf16"_s, Qt::EditRole);
        QVERIFY(model->index(0, 0).data(PrecisionTableModel::PendingRole).toBool());
        pause->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(pause->text(), u"Pause"_s, most);
        QTRY_VERIFY_WITH_TIMEOUT(
            window.session()->run().table().at(Phase::Warmup).compute == Precision::Bf16, most);
        QVERIFY(!model->index(0, 0).data(PrecisionTableModel::PendingRole).toBool());
        window.findChild<QAction*>(u"stop"_s)->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!window.session()->isFollowing(), most);
        QVERIFY(!pause->isEnabled());
    }
    void whatHasNoDoorIsSaid()
    {
        const auto lock = lockedRun();
        MainWindow window(fakeFactory(m_script), runs());
        RunSession* session = window.session();
        QSignalSpy failed(session, &RunSession::failed);
        QVERIFY(session->open(m_run));
        QVERIFY(session->isFollowing() && !session->isControlled());
        QVERIFY(session->whyNotControlled().contains(u"cannot be reached"_s));
        const auto* stop = window.findChild<QAction*>(u"stop"_s);
        QVERIFY(!stop->isEnabled());
        QCOMPARE(stop->toolTip(), session->whyNotControlled());
        session->stop();
        QCOMPARE(failed.count(), 1);
        QCOMPARE(failed.first().first().toString(), session->whyNotControlled());
    }
    void aDoorThatOpensLaterIsFoundAndOneThatClosesIsMissed()
    {
        const auto lock = lockedRun();
        RunSession session(fakeFactory(m_script), runs());
        QVERIFY(session.open(m_run));
        QVERIFY(!session.isControlled());
        Mailbox mailbox;
        auto door = ControlDoor::open(m_run, mailbox);
        for (int i = 0; i < 10; ++i)
            session.followLog();
        QVERIFY(session.isControlled() && session.whyNotControlled().isEmpty());
        door->reset();
        QTRY_VERIFY_WITH_TIMEOUT(!session.isControlled(), most);
        QVERIFY(session.isFollowing()); // its log may still grow
    }

private:
    fs::path runs() const { return m_dir->path().toStdString(); }
    /// A run that somebody holds who has no door, with a log.
    RunLock lockedRun() const
    {
        if (!createRunFolderAt(m_run, RunConfig{}))
            qFatal("no run folder");
        auto lock = RunLock::take(m_run);
        RunLog log;
        if (!lock || !log.open(m_run / "events.jsonl") || !log.append(RunStarted{.tokensPerStep = 1}))
            qFatal("no log");
        return std::move(*lock);
    }

    QTemporaryDir m_settings{};
    std::unique_ptr<QTemporaryDir> m_dir{};
    fs::path m_run{};
    FakeEngineScript m_script{}; ///< of the window, which trains nothing
};

QTEST_MAIN(RemoteControlTest)
#include "remote_control_test.moc"
