// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_cards.h"
#include "tests/support/fake_engine.h"
#include "tests/support/test_window.h"
#include "ui/main_window.h"
#include "ui/models/precision_table_model.h"
#include "ui/pages/estimate_bars.h"
#include "ui/pages/number_field.h"
#include "ui/pages/plan_table.h"
#include "ui/pages/setup_menu.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>
#include <QUndoStack>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class SetupPanelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareForWindows(m_settings.path(), ThemeChoice::Dark); }
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_window = std::make_unique<MainWindow>(fakeFactory(m_script), m_dir->path().toStdString());
        m_window->resize(1400, 900);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_setup = m_window->trainPage()->setup();
        m_table = m_window->findChild<PlanTable*>();
        m_start = *m_setup->config();
    }
    void cleanup() { m_window.reset(); }

    void aSetUpLargerThanTheMachineIsMarkedAndStartedOnlyWhenConfirmed()
    {
        auto* checks = m_window->findChild<QLabel*>(u"checks"_s);
        QVERIFY2(checks->text().contains(u"free here"_s), qPrintable(checks->text()));
        QVERIFY(!checks->text().contains(u"Start asks first"_s));
        RunConfig huge = m_start;
        huge.model.layers = 200;
        huge.model.width = 65536;
        huge.model.heads = 512;
        huge.training.maxSteps = 3;
        m_setup->setConfig(huge);
        QCOMPARE(checks->text().count(u"Start asks first"_s), 2); // memory and disk
        m_window->findChild<QAction*>(u"start"_s)->trigger();
        QVERIFY(!m_window->session()->isTraining());
        QVERIFY(std::filesystem::is_empty(m_dir->path().toStdString())); // no folder of a run that never was
        const auto visible = [](const auto& all) { // each page has a bar of its own
            const auto at = std::ranges::find_if(all, [](const auto* one) { return one->isVisible(); });
            return at == all.end() ? nullptr : *at;
        };
        auto* question = visible(m_window->findChildren<QLabel*>(u"question"_s));
        QVERIFY(question);
        QVERIFY2(question->text().contains(u"larger than the machine"_s), qPrintable(question->text()));
        QSignalSpy ended(m_window->session(), &RunSession::ended);
        visible(m_window->findChildren<QPushButton*>(u"yes"_s))->click();
        QVERIFY(ended.wait(60'000));
        QCOMPARE(m_window->session()->run().steps(), 3);
        QVERIFY(m_window->session()->run().config().memory.allowOvercommit);
    }
    void typingInAFieldIsOneStep()
    {
        auto* layers = field(u"layers"_s);
        type(layers, u"17"_s);
        QCOMPARE(m_setup->config()->model.layers, 17);
        QCOMPARE(m_setup->undoStack()->count(), 1);
        undo(layers);
        QVERIFY(m_setup->config() == m_start);
        redo(layers);
        QCOMPARE(m_setup->config()->model.layers, 17);
    }
    void leavingAFieldEndsItsStep()
    {
        auto* layers = field(u"layers"_s);
        type(layers, u"5"_s);
        QTest::keyClick(layers, Qt::Key_Tab);
        type(layers, u"9"_s);
        undo(layers);
        QCOMPARE(m_setup->config()->model.layers, 5);
    }
    void aClickDropsDownWhatEachChoiceNeeds()
    {
        const QModelIndex cell
            = m_table->model()->index(static_cast<int>(indexOf(Phase::Full)), PrecisionTableModel::Compute);
        QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, m_table->visualRect(cell).center());
        auto* menu = m_table->findChild<QMenu*>(u"choices"_s);
        QVERIFY(menu && menu->isVisible());
        const QList<QAction*> actions = menu->actions(); // the first is a heading
        QCOMPARE(actions.size(), 5);
        QVERIFY(!actions[0]->isEnabled());
        RunConfig other = m_start;
        PhasePlan plan = other.choices.table.at(Phase::Full);
        plan.compute = Precision::Bf16;
        other.choices.table = other.choices.table.with(Phase::Full, plan);
        const auto needs = [](const RunConfig& config) {
            return estimateMemory(config.estimateInput()).byPhase[indexOf(Phase::Full)]->total();
        };
        QVERIFY(actions[1]->isChecked()
            && actions[1]->text().contains(bytesText(static_cast<double>(needs(m_start)))));
        QVERIFY(actions[3]->text().contains(bytesText(static_cast<double>(needs(other)))));
        QVERIFY(actions[3]->text().contains(
            u"−"_s % bytesText(static_cast<double>(needs(m_start) - needs(other)))));
        QCOMPARE(actions[3]->text().contains(u"emulated"_s), emulatedOnThisCpu(Precision::Bf16));
        QTest::keyClick(menu, Qt::Key_3);
        QVERIFY(m_setup->config()->choices.table.at(Phase::Full).compute == Precision::Bf16);
        undo(m_table);
        QVERIFY(m_setup->config() == m_start);
    }
    void whatTheSetUpCannotHaveIsOfferedWithItsReason()
    {
        pick(static_cast<int>(indexOf(Phase::Full)), PrecisionTableModel::Weights);
        QTest::keyClick(m_table, Qt::Key_F2);
        auto* menu = m_table->findChild<QMenu*>(u"choices"_s);
        QVERIFY(menu && menu->isVisible());
        const QAction* host = menu->actions()[2];
        QVERIFY(host->text().contains(u"Host"_s) && !host->isEnabled());
        QVERIFY(host->toolTip().contains(u"layerwise"_s));
        QTest::keyClick(menu, Qt::Key_Escape);
        QVERIFY(m_setup->config() == m_start);
    }
    void everyEditIsUndoneInOrderAndRedone()
    {
        std::vector<std::optional<RunConfig>> states{m_setup->config()};
        const auto note = [&] {
            QVERIFY(m_setup->config() != states.back());
            states.push_back(m_setup->config());
        };
        type(field(u"width"_s), u"256"_s);
        note();
        auto* budget = m_window->findChild<QLineEdit*>(u"budget"_s);
        type(budget, u"2 GiB"_s);
        note();
        choosePreset(u"aggressive"_s);
        note();
        pick(1, PrecisionTableModel::Compute);
        QTest::keyClick(m_table, Qt::Key_2); // auto, fp32, bf16, fp16
        note();
        auto* data = m_window->findChild<QComboBox*>(u"data"_s);
        data->setFocus();
        QTest::keyClick(data, Qt::Key_Down); // images, and so another model
        note();
        QVERIFY(states.back()->model.kind == "convnet");
        for (std::size_t i = states.size() - 1; i-- > 0;) {
            undo(m_table);
            QVERIFY2(m_setup->config() == states[i], qPrintable(QString::number(i)));
        }
        QVERIFY(!m_setup->undoStack()->canUndo());
        for (std::size_t i = 1; i < states.size(); ++i) {
            redo(m_table);
            QVERIFY2(m_setup->config() == states[i], qPrintable(QString::number(i)));
        }
    }
    void aPresetIsUndoneWithAllItChooses()
    {
        choosePreset(u"balanced"_s);
        QVERIFY(m_setup->choices() == findPreset("balanced")->choices);
        QVERIFY(m_setup->choices().lossChunk != m_start.choices.lossChunk);
        undo(m_table);
        QVERIFY(m_setup->choices() == m_start.choices);
    }
    void textThatIsNoSizeYetIsKeptByUndo()
    {
        auto* budget = m_window->findChild<QLineEdit*>(u"budget"_s);
        type(budget, u"2.5 Gi"_s);
        QVERIFY(!m_setup->config());
        type(field(u"layers"_s), u"3"_s);
        undo(m_table);
        QCOMPARE(budget->text(), u"2.5 Gi"_s);
        undo(m_table);
        QVERIFY(m_setup->config() == m_start);
    }
    void typingInTheMiddleKeepsTheCursor()
    {
        auto* budget = m_window->findChild<QLineEdit*>(u"budget"_s);
        type(budget, u"1GiB"_s);
        budget->setCursorPosition(1);
        QTest::keyClicks(budget, u"2"_s);
        QCOMPARE(budget->text(), u"12GiB"_s);
        QCOMPARE(budget->cursorPosition(), 2);
    }
    void openingAnotherSetUpCanBeUndone()
    {
        type(field(u"layers"_s), u"7"_s);
        const auto typed = m_setup->config();
        RunConfig other;
        other.model.width = 512;
        m_setup->setConfig(other);
        QCOMPARE(m_setup->config()->model.width, 512);
        undo(m_table);
        QVERIFY(m_setup->config() == typed);
    }
    void startingLeavesTheSetUpAsTyped()
    {
        type(m_window->findChild<QLineEdit*>(u"budget"_s), u"8.0GiB"_s);
        type(field(u"steps"_s), u"20"_s);
        const int steps = m_setup->undoStack()->count();
        QSignalSpy ended(m_window->session(), &RunSession::ended);
        m_window->startTraining(*m_setup->config());
        QVERIFY(ended.wait(60'000));
        QCOMPARE(m_window->findChild<QLineEdit*>(u"budget"_s)->text(), u"8.0GiB"_s);
        QCOMPARE(m_setup->undoStack()->count(), steps);
    }
    void theOptimizerIsTypedAndUndoneLikeEverythingElse()
    {
        auto* unfold = m_window->findChild<QToolButton*>(u"unfoldTraining"_s);
        auto* rate = named<NumberField>(u"learning rate"_s);
        QVERIFY(!rate->isVisible());
        unfold->setFocus();
        QTest::keyClick(unfold, Qt::Key_Space);
        QVERIFY(rate->isVisible());
        type(rate, u"3e-4"_s);
        QCOMPARE(m_setup->config()->optimizer.learningRate, 3e-4);
        type(rate, u"0,002"_s); // as it is written in half of the world
        QCOMPARE(m_setup->config()->optimizer.learningRate, 0.002);
        QTest::keyClick(rate, Qt::Key_Tab);
        auto* schedule = m_window->findChild<QComboBox*>(u"schedule"_s);
        schedule->setFocus();
        QTest::keyClick(schedule, Qt::Key_Down);
        QVERIFY(m_setup->config()->optimizer.schedule == LearningRateSchedule::Linear);
        type(named<NumberField>(u"Predict, at most"_s), u"0"_s);
        QCOMPARE(m_setup->config()->phases.maxPredictSteps, 0);
        undo(m_table);
        undo(m_table);
        QVERIFY(m_setup->config()->optimizer.schedule == LearningRateSchedule::Cosine);
        QCOMPARE(schedule->currentData().toInt(), static_cast<int>(LearningRateSchedule::Cosine));
        undo(m_table);
        QVERIFY(m_setup->config() == m_start);
    }
    void whatAFieldCannotShowIsKeptUntilItIsEdited()
    {
        RunConfig config = m_start;
        config.optimizer.learningRate = 1.0 / 30;
        config.training.seed = 123'456'789'012;
        m_setup->setConfig(config);
        QVERIFY(m_setup->config()->optimizer.learningRate == 1.0 / 30);
        QCOMPARE(m_setup->config()->training.seed, 123'456'789'012);
        type(field(u"layers"_s), u"3"_s);
        QCOMPARE(m_setup->config()->training.seed, 123'456'789'012);
        type(named<NumberField>(u"seed"_s), u"5"_s);
        QCOMPARE(m_setup->config()->training.seed, 5);
    }
    void aHighRateIsTakenWithAWord()
    {
        const auto* checks = m_window->findChild<QLabel*>(u"checks"_s);
        RunConfig config = m_start;
        config.optimizer.learningRate = 0.1;
        m_setup->setConfig(config);
        QVERIFY(!checks->text().contains(u"is high"_s));
        config.optimizer.learningRate = 0.2;
        config.model.layers = 1000;
        config.model.heads = 65536;
        config.model.width = 65536;
        m_setup->setConfig(config);
        QVERIFY(m_setup->config().has_value()); // as the command line takes it
        QVERIFY2(checks->text().contains(u"a learning rate of 0.2 is high"_s), qPrintable(checks->text()));
    }
    void whatIsTypedStaysAndIsMarkedWithItsRange_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* title, const QString& name, const QString& typed,
                             const QString& reason) { QTest::newRow(title) << name << typed << reason; };
        row("too large", u"layers"_s, u"1e9"_s, u"1 to 1,000"_s);
        row("negative", u"layers"_s, u"-5"_s, u"1 to 1,000"_s);
        row("no number", u"layers"_s, u"1.2.3"_s, u"a whole number, 1 to 1,000"_s);
        row("empty", u"steps"_s, u" "_s, u"a whole number, 1 to 100,000,000"_s);
        row("a rate of 1", u"learning rate"_s, u"1"_s, u"1e-09 to 0.999999"_s);
        row("no real", u"epsilon"_s, u"1.2.3"_s, u"a number, 1e-12 to 1"_s);
    }
    void whatIsTypedStaysAndIsMarkedWithItsRange()
    {
        QFETCH(const QString, name);
        QFETCH(const QString, typed);
        QFETCH(const QString, reason);
        m_window->findChild<QToolButton*>(u"unfoldTraining"_s)->setChecked(true);
        auto* field = named<NumberField>(name);
        auto* start = m_window->findChild<QAction*>(u"start"_s);
        auto* estimate = m_window->findChild<EstimateBars*>();
        const QString before = field->text();
        type(field, typed);
        QTest::keyClick(field, Qt::Key_Tab);
        QCOMPARE(field->text(), typed);
        QVERIFY(field->property("wrong").toBool());
        QVERIFY(field->reason()->isVisible());
        QCOMPARE(field->reason()->text(), reason);
        QCOMPARE(field->accessibleDescription(), reason);
        QVERIFY(!start->isEnabled());
        QVERIFY2(start->toolTip().contains(name % u": "_s % reason), qPrintable(start->toolTip()));
        QVERIFY(estimate->isVisible() && !estimate->isEnabled()); // the last one, greyed
        type(m_window->findChild<QLineEdit*>(u"budget"_s), u"3 GiB"_s); // another edit leaves it as it is
        QCOMPARE(field->text(), typed);
        undo(m_table);
        undo(m_table);
        QCOMPARE(field->text(), before);
        QVERIFY(start->isEnabled() && estimate->isEnabled() && !field->reason()->isVisible());
        redo(m_table);
        QCOMPARE(field->text(), typed);
    }
    void numbersAreReadAsPeopleWriteThem()
    {
        auto* steps = field(u"steps"_s);
        for (const auto& [typed, value] : {std::pair(u"1e4"_s, 10'000), std::pair(u"12,000"_s, 12'000),
                 std::pair(u"700"_s, 700), std::pair(u" 8 "_s, 8)}) {
            type(steps, typed);
            QCOMPARE(m_setup->config()->training.maxSteps, value);
            QCOMPARE(steps->text(), typed);
        }
        type(steps, u"1.000"_s); // a thousand or one, by where one comes from
        QVERIFY(!m_setup->config());
        type(steps, u"700"_s);
        QTest::keyClick(steps, Qt::Key_Up);
        QCOMPARE(m_setup->config()->training.maxSteps, 701);
    }
    void aSeedIsWrittenWithoutSeparators()
    {
        RunConfig config = m_start;
        config.training.seed = 123'456'789'012;
        m_setup->setConfig(config);
        QCOMPARE(named<NumberField>(u"seed"_s)->text(), u"123456789012"_s);
    }
    void aBudgetStaysInItsUnit()
    {
        auto* budget = m_window->findChild<QLineEdit*>(u"budget"_s);
        type(budget, u"12 MB"_s);
        RunConfig other = *m_setup->config();
        other.model.layers = 3;
        m_setup->setConfig(other);
        QCOMPARE(budget->text(), u"12 MB"_s);
        other.memory.budgetBytes = 8'500'000'000;
        m_setup->setConfig(other);
        QCOMPARE(budget->text(), u"8.5 GB"_s);
        other.memory.budgetBytes = 2'684'354'560;
        m_setup->setConfig(other);
        QCOMPARE(budget->text(), u"2.5 GiB"_s);
        QCOMPARE(*m_setup->config()->memory.budgetBytes, 2'684'354'560);
        type(budget, u"much"_s);
        QVERIFY(budget->property("wrong").toBool());
    }
    void theDeviceIsTheCpuACardOrASimulatedOne()
    {
        FakeCards cards;
        cards.add(0, "NVIDIA H100 80GB HBM3", "GPU-aa");
        auto* device = m_window->findChild<QComboBox*>(u"device"_s);
        auto* size = m_window->findChild<QComboBox*>(u"simulatedSize"_s);
        auto* checks = m_window->findChild<QLabel*>(u"checks"_s);
        QCOMPARE(device->count(), 2);
        m_setup->setCards(listCards(cards.library()));
        QCOMPARE(device->count(), 3);
        QCOMPARE(device->itemText(1), u"NVIDIA H100, 8.00 GiB · cuda:0"_s);
        QVERIFY(m_setup->config() == m_start);
        choose(device, 1);
        QCOMPARE(m_setup->config()->memory.device, std::string("cuda:0"));
        QVERIFY2(checks->text().contains(u"6.00 GiB free, 61 °C"_s), qPrintable(checks->text()));
        QVERIFY(!size->isVisible());
        choose(device, 2);
        QVERIFY(size->isVisible());
        QCOMPARE(m_setup->config()->memory.device, std::string("simulated:8GiB"));
        QVERIFY2(checks->text().contains(u"seconds are not"_s), qPrintable(checks->text()));
        choose(size, 0);
        QCOMPARE(m_setup->config()->memory.device, std::string("simulated:4GiB"));
        type(size->lineEdit(), u"512 MiB"_s);
        QCOMPARE(m_setup->config()->memory.device, std::string("simulated:512MiB"));
        type(size->lineEdit(), u"much"_s);
        QVERIFY(!m_setup->config());
        QVERIFY2(checks->text().contains(u"does not say how much"_s), qPrintable(checks->text()));
        while (m_setup->undoStack()->canUndo())
            undo(m_table);
        QVERIFY(m_setup->config() == m_start);
        QCOMPARE(device->currentIndex(), 0);
    }
    void aDeviceOfAnotherMachineStaysAndIsMarked()
    {
        RunConfig config = m_start;
        config.memory.device = "cuda:3";
        m_setup->setConfig(config);
        auto* device = m_window->findChild<QComboBox*>(u"device"_s);
        QVERIFY(device->currentText().contains(u"not found here"_s));
        FakeCards cards;
        cards.add(0, "card", "GPU-aa");
        m_setup->setCards(listCards(cards.library()));
        QCOMPARE(m_setup->config()->memory.device, std::string("cuda:3"));
        auto* checks = m_window->findChild<QLabel*>(u"checks"_s);
        QVERIFY2(checks->text().contains(u"no card here has the number 3"_s), qPrintable(checks->text()));
        config.memory.device = "simulated:1.5GiB";
        m_setup->setConfig(config);
        QVERIFY(m_setup->config()->memory.device == "simulated:1536MiB");
    }
    void aKnownModelIsChosenAndASizeTypedTakesItsName()
    {
        auto* model = m_window->findChild<QComboBox*>(u"model"_s);
        choose(model, model->findText(u"GPT-2 ·"_s, Qt::MatchStartsWith));
        QCOMPARE(field(u"width"_s)->text(), u"768"_s);
        QCOMPARE(m_setup->config()->model.name, std::string("gpt2"));
        type(field(u"layers"_s), u"3"_s);
        QCOMPARE(m_setup->config()->model.name, std::string());
        QCOMPARE(m_setup->config()->model.vocab, 50257);
        QCOMPARE(model->currentIndex(), 0); // it is no GPT-2 any more
        m_setup->undoStack()->setIndex(0);
        QVERIFY(*m_setup->config() == m_start);
        QCOMPARE(model->currentIndex(), 0);
    }
    void rowsHaveAChatTemplate()
    {
        auto* choice = m_window->findChild<QComboBox*>(u"template"_s);
        QVERIFY(!choice->isVisible());
        RunConfig rows = m_start;
        rows.data.source = "/data/rows.jsonl";
        m_setup->setConfig(rows);
        QVERIFY(choice->isVisible());
        QCOMPARE(choice->currentIndex(), 0);
        choose(choice, choice->findData(u"alpaca"_s));
        QCOMPARE(m_setup->config()->data.chatTemplate, std::string("alpaca"));
        auto* data = m_window->findChild<QComboBox*>(u"data"_s);
        QCOMPARE(data->currentText(), u"rows.jsonl"_s);
        QVERIFY(data->findData(u"file"_s) >= 0); // another one can still be asked for
    }
    void aSetUpIsSavedAndOpenedAgain()
    {
        const QString file = m_dir->filePath(u"mine.mantissa-setup.json"_s);
        type(field(u"steps"_s), u"77"_s);
        type(m_window->findChild<QLineEdit*>(u"budget"_s), u"1GiB"_s);
        const RunConfig saved = *m_setup->config();
        answerFileBox(file);
        m_window->findChild<QAction*>(u"saveSetup"_s)->trigger();
        QVERIFY(std::filesystem::exists(file.toStdString()));
        m_setup->setConfig(m_start);
        answerFileBox(file);
        m_window->findChild<QAction*>(u"openSetup"_s)->trigger();
        QVERIFY(*m_setup->config() == saved);
        type(field(u"steps"_s),
            u"0"_s); // no set-up that could be trained: nothing is written, and that is said
        QSignalSpy told(m_setup->file(), &SetupMenu::told);
        m_window->findChild<QAction*>(u"saveSetup"_s)->trigger();
        QCOMPARE(told.size(), 1);
        QVERIFY(told.front().front().toString().contains(u"steps"_s));
    }
    void copyAndPasteCarryARow()
    {
        pick(2, PrecisionTableModel::Compute);
        QTest::keyClick(m_table, Qt::Key_4); // fp16
        select(2, 0, 2, PrecisionTableModel::Moments);
        QTest::keyClick(m_table, Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QGuiApplication::clipboard()->text().startsWith(u"fp16\tsame\t"));
        pick(0, 0);
        QTest::keyClick(m_table, Qt::Key_V, Qt::ControlModifier);
        QVERIFY(table().at(Phase::Warmup) == table().at(Phase::Predict));
        undo(m_table);
        QVERIFY(table().at(Phase::Warmup) == m_start.choices.table.at(Phase::Warmup));
    }
    void oneValueIsPastedIntoAllThatIsSelected()
    {
        QGuiApplication::clipboard()->setText(u"BF16\n"_s);
        select(0, PrecisionTableModel::Compute, 3, PrecisionTableModel::Compute);
        QTest::keyClick(m_table, Qt::Key_V, Qt::ControlModifier);
        for (const Phase phase : allPhases)
            QVERIFY(table().at(phase).compute == Precision::Bf16);
        QCOMPARE(m_setup->undoStack()->count(), 1);
    }
    void aPasteWithOneWrongCellChangesNothingAndSaysSo()
    {
        QSignalSpy refused(m_setup, &SetupPanel::refused);
        QGuiApplication::clipboard()->setText(u"bf16\tsame\nfp64\tsame"_s);
        pick(0, 0);
        QTest::keyClick(m_table, Qt::Key_V, Qt::ControlModifier);
        QVERIFY(table() == m_start.choices.table);
        QCOMPARE(refused.count(), 1);
        QVERIFY(refused.first().first().toString().contains(u"'fp64' is no choice"));
        QGuiApplication::clipboard()->setText(u"bf16\nbf16"_s);
        pick(3, 0); // one row too few
        QTest::keyClick(m_table, Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(refused.count(), 2);
        QCOMPARE(m_setup->undoStack()->count(), 0);
    }
    void fillDownTakesTheTopCellOfEachColumn()
    {
        pick(0, PrecisionTableModel::Compute);
        QTest::keyClick(m_table, Qt::Key_3); // bf16
        pick(0, PrecisionTableModel::Moments);
        QTest::keyClick(m_table, Qt::Key_2); // host
        select(0, PrecisionTableModel::Compute, 3, PrecisionTableModel::Moments);
        QTest::keyClick(m_table, Qt::Key_D, Qt::ControlModifier);
        for (const Phase phase : allPhases)
            QVERIFY(table().at(phase) == table().at(Phase::Warmup));
        QCOMPARE(m_setup->undoStack()->count(), 3);
        undo(m_table);
        QVERIFY(table().at(Phase::Correct) == m_start.choices.table.at(Phase::Correct));
    }
    void fillDownInOneCellTakesTheCellAbove()
    {
        pick(0, PrecisionTableModel::Compute);
        QTest::keyClick(m_table, Qt::Key_3);
        QTest::keyClick(m_table, Qt::Key_Down);
        QTest::keyClick(m_table, Qt::Key_D, Qt::ControlModifier);
        QVERIFY(table().at(Phase::Full).compute == Precision::Bf16);
    }

private:
    const PrecisionTable& table() const { return m_setup->tableModel()->table(); }
    NumberField* field(const QString& name) { return m_window->findChild<NumberField*>(name); }
    template <class Widget> Widget* named(const QString& accessibleName)
    {
        for (Widget* widget : m_window->findChildren<Widget*>())
            if (widget->accessibleName() == accessibleName)
                return widget;
        return nullptr;
    }
    template <class Edit> void type(Edit* edit, const QString& text)
    {
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, text);
    }
    /// The file box that opens next is answered with this name.
    void answerFileBox(const QString& file)
    {
        auto* look = new QTimer(this);
        connect(look, &QTimer::timeout, this, [look, file] {
            auto* box = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            if (!box)
                return;
            look->deleteLater();
            box->findChild<QLineEdit*>(u"fileNameEdit"_s)->setText(file);
            QTest::keyClick(box, Qt::Key_Return);
        });
        look->start(20);
    }
    void undo(QWidget* in)
    {
        in->setFocus();
        QTest::keyClick(in, Qt::Key_Z, Qt::ControlModifier);
    }
    void redo(QWidget* in)
    {
        in->setFocus();
        QTest::keyClick(in, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    }
    void choosePreset(const QString& name)
    {
        auto* box = m_window->findChild<QComboBox*>(u"preset"_s);
        box->setFocus();
        QTest::keyClicks(box, name.left(1)); // titles begin with the name
        QCOMPARE(box->currentData().toString(), name);
    }
    static void choose(QComboBox* box, int index)
    {
        box->setFocus();
        while (box->currentIndex() != index)
            QTest::keyClick(box, box->currentIndex() < index ? Qt::Key_Down : Qt::Key_Up);
    }
    void pick(int row, int column) { select(row, column, row, column); }
    void select(int top, int left, int bottom, int right)
    {
        m_table->setFocus();
        auto* selection = m_table->selectionModel();
        const auto* model = m_table->model();
        selection->setCurrentIndex(model->index(top, left), QItemSelectionModel::NoUpdate);
        selection->select(
            {model->index(top, left), model->index(bottom, right)}, QItemSelectionModel::ClearAndSelect);
    }
    QTemporaryDir m_settings;
    FakeEngineScript m_script{};
    std::unique_ptr<QTemporaryDir> m_dir{};
    std::unique_ptr<MainWindow> m_window{};
    SetupPanel* m_setup = nullptr;
    PlanTable* m_table = nullptr;
    RunConfig m_start{};
};

QTEST_MAIN(SetupPanelTest)
#include "setup_panel_test.moc"
