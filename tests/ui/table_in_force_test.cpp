// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_engine.h"
#include "ui/models/precision_table_model.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/plot/view_range.h"
#include "ui/run_session.h"
#include "ui/theme/theme.h"

#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>

#include <thread>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

/// The panel shows what the trainer works with, whoever changed it, and asks for no more than was edited. The
/// trainer stands still; what it would answer is told by the test.
class TableInForceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_go = false;
        m_script = {};
        m_script.beforeStep = [this](std::int64_t) {
            while (!m_go)
                std::this_thread::yield();
        };
        m_session = std::make_unique<RunSession>(fakeFactory(m_script), m_folder->path().toStdString());
        m_page = std::make_unique<TrainPage>(m_session.get(), nullptr);
        RunConfig config;
        config.training.maxSteps = 2;
        config.training.saveInterval = 0;
        QVERIFY(m_session->start(config));
    }
    void cleanup()
    {
        m_go = true;
        QTRY_VERIFY_WITH_TIMEOUT(!m_session->isTraining(), 60'000);
        m_page.reset();
        m_session.reset();
    }

    void whatTheTrainerMovedIsShownAndNotTakenBack()
    {
        const PrecisionTable ladder = inForce().with(Phase::Correct, {.moments = Tier::Host});
        tell(ladder);
        QVERIFY(model()->table() == ladder);
        model()->setData(full(), u"bf16"_s, Qt::EditRole);
        QCOMPARE(model()->table().at(Phase::Correct).moments, Tier::Host); // nothing of it is asked back
        QVERIFY(full().data(PrecisionTableModel::PendingRole).toBool());
    }
    void anEditIsNoLongerPendingOnceItIsInForce()
    {
        model()->setData(full(), u"bf16"_s, Qt::EditRole);
        QVERIFY(full().data(PrecisionTableModel::PendingRole).toBool());
        tell(inForce().with(Phase::Full, {.compute = Precision::Bf16}));
        QVERIFY(!full().data(PrecisionTableModel::PendingRole).toBool());
        QCOMPARE(full().data(PrecisionTableModel::ChoiceRole).toString(), u"bf16"_s);
    }
    void aRefusedEditGoesBack()
    {
        const QString before = full().data(PrecisionTableModel::ChoiceRole).toString();
        model()->setData(full(), u"bf16"_s, Qt::EditRole);
        tell(inForce()); // as it was
        QVERIFY(!full().data(PrecisionTableModel::PendingRole).toBool());
        QCOMPARE(full().data(PrecisionTableModel::ChoiceRole).toString(), before);
        QVERIFY(m_page->setup()->choices().table == inForce()); // what Start would train next, too
    }
    void undoTakesBackNoMoreThanItsEdit()
    {
        const QString before = full().data(PrecisionTableModel::ChoiceRole).toString();
        model()->setData(full(), u"bf16"_s, Qt::EditRole);
        tell(inForce()
                 .with(Phase::Full, {.compute = Precision::Bf16})
                 .with(Phase::Correct, {.moments = Tier::Host}));
        m_page->setup()->undoStack()->undo();
        QCOMPARE(full().data(PrecisionTableModel::ChoiceRole).toString(), before);
        QCOMPARE(model()->table().at(Phase::Correct).moments, Tier::Host);
    }
    void undoOfAPresetKeepsWhatTheTrainerMoved()
    {
        const PrecisionTable before = inForce();
        m_page->setup()->usePreset(*findPreset("aggressive"));
        tell(model()->table().with(
            Phase::Correct, {.compute = model()->table().at(Phase::Correct).compute, .moments = Tier::Host}));
        m_page->setup()->undoStack()->undo();
        QVERIFY(model()->table().at(Phase::Full) == before.at(Phase::Full));
        QCOMPARE(model()->table().at(Phase::Correct).moments, Tier::Host);
    }
    void theEditorSaysWhatItSaw()
    {
        const PrecisionTable ladder = inForce().with(Phase::Correct, {.moments = Tier::Host});
        tell(ladder);
        std::optional<PrecisionTable> seen;
        connect(m_page->setup(), &SetupPanel::tableEdited, this,
            [&](const PrecisionTable& from) { seen = from; });
        model()->setData(full(), u"bf16"_s, Qt::EditRole);
        QVERIFY(seen == ladder);
    }

private:
    PrecisionTableModel* model() const { return m_page->setup()->tableModel(); }
    QModelIndex full() const
    {
        return model()->index(static_cast<int>(indexOf(Phase::Full)), PrecisionTableModel::Compute);
    }
    const PrecisionTable& inForce() const { return m_session->run().table(); }
    void tell(const PrecisionTable& table) { m_session->append({TableChanged{.table = table}}); }

    std::unique_ptr<QTemporaryDir> m_folder{};
    std::atomic<bool> m_go = false;
    FakeEngineScript m_script{};
    std::unique_ptr<RunSession> m_session{};
    std::unique_ptr<TrainPage> m_page{};
};

QTEST_MAIN(TableInForceTest)
#include "table_in_force_test.moc"
