// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs_page.h"

#include "core/base/json.h"
#include "core/evidence/experiment_folder.h"
#include "core/evidence/new_experiment.h"
#include "core/output/experiment_report.h"
#include "core/output/html_report.h"
#include "core/record/run_family.h"
#include "core/record/run_log.h"
#include "core/record/run_store.h"
#include "ui/models/run_list_model.h"
#include "ui/models/run_queue_model.h"
#include "ui/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;
namespace fs = std::filesystem;

class RunsPageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", m_dir->filePath(u"data"_s).toUtf8()); // where the trash is
        QVERIFY(QDir(m_dir->path()).mkpath(u"data"_s));
        m_gpt = makeRun("kjv", "aggressive", "gpt");
        m_images = makeRun("fashion", "default", "convnet");
        m_page = std::make_unique<RunsPage>(runs(), nullptr);
        m_page->resize(1366, 600);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_table = m_page->findChild<QTreeView*>(u"runs"_s);
        m_search = m_page->findChild<QLineEdit*>(u"search"_s);
        m_table->setFocus();
    }
    void cleanup() { m_page.reset(); }

    void labelsSurviveTheirFileAndKeepWhatIsUnknown()
    {
        QVERIFY(writeFileAtomically(
            m_gpt / "labels.json", R"({"colour": "red", "title": 7, "tags": ["a", 3, "b"]})"));
        const RunLabels found = readRunLabels(m_gpt);
        QVERIFY((found == RunLabels{{}, {}, {"a", "b"}}));
        QVERIFY(writeRunLabels(m_gpt, {"Erste Läufe", "über Nacht", {"a"}}));
        QVERIFY((readRunLabels(m_gpt) == RunLabels{"Erste Läufe", "über Nacht", {"a"}}));
        QVERIFY(readFile(m_gpt / "labels.json")->find("\"red\"") != std::string::npos);
    }
    void damagedLabelsAreEmptyLabels_data()
    {
        QTest::addColumn<QByteArray>("file");
        for (const char* file : {"", "[", "[1, 2]", "null", "{\"tags\": \"x\"}", "\xff\xfe"})
            QTest::addRow("%s", file) << QByteArray(file);
    }
    void damagedLabelsAreEmptyLabels()
    {
        QFETCH(const QByteArray, file);
        QVERIFY(writeFileAtomically(m_gpt / "labels.json", file.toStdString()));
        QVERIFY(readRunLabels(m_gpt) == RunLabels{});
        QCOMPARE(runTitle(m_gpt), m_gpt.filename().string());
    }
    void theModelTakesLabelsAndNothingElse()
    {
        RunListModel model;
        const QAbstractItemModelTester tester(&model);
        model.setRuns(listRuns(runs()));
        QVERIFY(model.setData(model.index(0, RunListModel::Tags), u" long , night,long"_s, Qt::EditRole));
        QCOMPARE(model.index(0, RunListModel::Tags).data().toString(), u"long, night"_s);
        QVERIFY(!model.setData(model.index(0, RunListModel::Steps), u"9"_s, Qt::EditRole));
        QVERIFY(!model.flags(model.index(0, RunListModel::State)).testFlag(Qt::ItemIsEditable));
    }
    void labelsThatCannotBeWrittenAreTold()
    {
        RunListModel model;
        model.setRuns(listRuns(runs()));
        QSignalSpy failed(&model, &RunListModel::failed);
        fs::remove_all(model.at(0).folder);
        QVERIFY(!model.setData(model.index(0, RunListModel::Note), u"gone"_s, Qt::EditRole));
        QCOMPARE(failed.count(), 1);
    }
    void everyWordOfASearchCounts_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<int>("rows");
        QTest::newRow("model") << u"convnet"_s << 1;
        QTest::newRow("preset") << u"AGGRess"_s << 1;
        QTest::newRow("outcome") << u"interrupted"_s << 2;
        QTest::newRow("two words") << u"interrupted gpt"_s << 1;
        QTest::newRow("title") << u"fashion"_s << 1;
        QTest::newRow("none") << u"moon"_s << 0;
    }
    void everyWordOfASearchCounts()
    {
        QFETCH(const QString, words);
        QFETCH(const int, rows);
        QTest::keyClick(m_table, Qt::Key_F, Qt::ControlModifier);
        QCOMPARE(m_page->focusWidget(), m_search);
        QTest::keyClicks(m_search, words);
        QCOMPARE(m_table->model()->rowCount(), rows);
        QTest::keyClick(m_search, Qt::Key_Escape);
        QCOMPARE(m_table->model()->rowCount(), 2);
        QCOMPARE(m_page->focusWidget(), m_table);
    }
    void renamingTaggingAndNotingNeedNoMouse()
    {
        select(m_gpt);
        typeIntoCell(Qt::Key_F2, {}, u"Nightly run"_s);
        QCOMPARE(runTitle(m_gpt), std::string("Nightly run"));
        typeIntoCell(Qt::Key_G, Qt::ControlModifier, u"paper, long"_s);
        typeIntoCell(Qt::Key_N, Qt::ControlModifier, u"learning rate too high"_s);
        QVERIFY((readRunLabels(m_gpt)
            == RunLabels{"Nightly run", "learning rate too high", {"paper", "long"}, false}));
        m_search->setText(u"paper too"_s);
        QCOMPARE(m_table->model()->rowCount(), 1);
    }
    void whatTheUserCallsARunIsItsTitleInReportsWithItsNote()
    {
        QVERIFY(writeRunLabels(m_gpt, {"Nightly | run", "rate <too> high", {"paper", "long"}}));
        const auto run = openRun(m_gpt);
        QVERIFY(run.has_value());
        QCOMPARE(run->title(), std::string("Nightly | run"));
        const std::string html = htmlReport({.run = &*run});
        QVERIFY(html.find("<title>Nightly | run") != std::string::npos);
        QVERIFY(html.find("Noted by the user: rate &lt;too&gt; high") != std::string::npos);
        QVERIFY(html.find("Tags: paper, long") != std::string::npos);
    }
    void aRunThatTrainsIsFollowedInTheList()
    {
        const auto lock = RunLock::take(m_gpt);
        m_page->refresh();
        const auto stepsOf = [&] {
            for (int row = 0; row < m_table->model()->rowCount(); ++row)
                if (m_table->model()->index(row, RunListModel::State).data().toString() == u"running"_s)
                    return m_table->model()->index(row, RunListModel::Steps).data().toString();
            return QString();
        };
        QVERIFY(stepsOf().startsWith(u"0 "_s));
        RunLog log;
        QVERIFY(log.open(m_gpt / "events.jsonl"));
        QVERIFY(log.append(StepDone{.tick = 0, .step = 41}));
        QTRY_VERIFY_WITH_TIMEOUT(stepsOf().startsWith(u"42 "_s), 60'000);
    }
    void anArchivedRunIsPutAwayAndBroughtBack()
    {
        auto* all = m_page->findChild<QCheckBox*>(u"showArchived"_s);
        auto* archive = m_page->findChild<QPushButton*>(u"archive"_s);
        QVERIFY(!all->isVisible());
        select(m_gpt);
        QTest::keyClick(m_table, Qt::Key_H, Qt::ControlModifier);
        QCOMPARE(m_table->model()->rowCount(), 1);
        QVERIFY(readRunLabels(m_gpt).isArchived);
        QVERIFY(m_page->selected() == std::vector{m_images}); // the keyboard has a place to go on from
        QCOMPARE(all->text(), u"Show 1 archived"_s);
        QTest::mouseClick(all, Qt::LeftButton, {}, QPoint(8, all->height() / 2));
        QCOMPARE(m_table->model()->rowCount(), 2);
        select(m_gpt);
        QCOMPARE(archive->text(), u"Bring back"_s);
        QTest::mouseClick(archive, Qt::LeftButton);
        QVERIFY(!readRunLabels(m_gpt).isArchived);
        QVERIFY(!all->isVisible());
    }
    void returnOpensAndTwoRunsCompare()
    {
        QSignalSpy opened(m_page.get(), &RunsPage::openRequested);
        QSignalSpy compared(m_page.get(), &RunsPage::compareRequested);
        select(m_images);
        QTest::keyClick(m_table, Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        QVERIFY(opened.first().first().value<fs::path>() == m_images);
        QTest::keyClick(m_table, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(m_table, Qt::Key_M, Qt::ControlModifier);
        QCOMPARE(compared.count(), 1);
        QCOMPARE(compared.first().first().value<std::vector<fs::path>>().size(), std::size_t{2});
    }
    void anInterruptedRunContinues()
    {
        QSignalSpy resumed(m_page.get(), &RunsPage::resumeRequested);
        select(m_gpt);
        QTest::keyClick(m_table, Qt::Key_R, Qt::ControlModifier);
        QCOMPARE(resumed.count(), 1);
    }
    void experimentsAreListedWithTheirRunsInside()
    {
        const auto made = makeExperiment(RunConfig{}, {"aggressive"}, 2, runs());
        QVERIFY(made.has_value());
        const auto planned = runsOf(made->stored.plan);
        QCOMPARE(planned.size(), std::size_t{4});
        const ExperimentResult result
            = resultOf(made->stored.plan, std::vector<const Run*>(planned.size(), nullptr));
        QVERIFY(writeExperiment({.result = &result, .repeatCommand = "x"}, made->folder));
        std::vector<fs::path> inside;
        for (const auto& run : planned)
            inside.push_back(setUpRun(run, made->folder)->folder);
        QVERIFY(writeFileAtomically(inside[0] / "summary.json",
            R"({"outcome": "completed", "steps": 20, "eval_loss": 2.0, "is_baseline": true})"));
        QVERIFY(writeFileAtomically(
            inside[1] / "summary.json", R"({"outcome": "completed", "steps": 20, "eval_loss": 2.01})"));
        m_page = std::make_unique<RunsPage>(runs(), nullptr); // as after a restart
        m_table = m_page->findChild<QTreeView*>(u"runs"_s);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_table->setFocus();
        const QAbstractItemModel* rows = m_table->model();
        QModelIndex experiment;
        for (int row = 0; row < rows->rowCount(); ++row)
            if (rows->rowCount(rows->index(row, 0)) > 0)
                experiment = rows->index(row, 0);
        QVERIFY(experiment.isValid());
        QCOMPARE(rows->rowCount(), 3);
        QCOMPARE(rows->rowCount(experiment), 4);
        QCOMPARE(experiment.siblingAtColumn(RunListModel::State).data().toString(), u"2 of 4 runs ended"_s);
        QStringList deltas;
        for (int row = 0; row < 4; ++row)
            deltas << rows->index(row, RunListModel::QualityDelta, experiment).data().toString();
        QVERIFY2(
            deltas.contains(u"+0.50 %"_s) && deltas.contains(u"baseline"_s), qPrintable(deltas.join(u' ')));
        QVERIFY(!m_table->isExpanded(experiment));
        m_table->setCurrentIndex(experiment);
        QTest::keyClick(m_table, Qt::Key_Right);
        QVERIFY(m_table->isExpanded(experiment));
        m_page->refresh();
        QVERIFY(m_table->isExpanded(rows->index(experiment.row(), 0))); // it stays as it was
        QCOMPARE(m_page->selected(), std::vector{made->folder}); // and nothing else is selected
        QSignalSpy opened(m_page.get(), &RunsPage::openRequested);
        QTest::keyClick(m_table, Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        QVERIFY(opened.first().first().value<fs::path>() == made->folder);
        QVERIFY(!m_page->findChild<QPushButton*>(u"resume"_s)->isEnabled());
        QSignalSpy compared(m_page.get(), &RunsPage::compareRequested);
        QTest::keyClick(m_table, Qt::Key_M, Qt::ControlModifier);
        QCOMPARE(compared.count(), 1);
        QCOMPARE(compared.first().first().value<std::vector<fs::path>>().size(), std::size_t{4});
        QTest::keyClick(m_table, Qt::Key_Down);
        QTest::keyClick(m_table, Qt::Key_Return);
        QCOMPARE(opened.count(), 2);
        QVERIFY(opened.last().first().value<fs::path>().parent_path() == made->folder);
        const auto lock = RunLock::take(inside[2]);
        m_page->refresh();
        m_table->setCurrentIndex(rows->index(experiment.row(), 0));
        QTest::keyClick(m_table, Qt::Key_Delete); // not with a run in it that trains
        QVERIFY(!m_page->findChild<QPushButton*>(u"yes"_s)->isVisible());
    }
    void columnsAreChosenAndRemembered()
    {
        QCOMPARE(m_table->header()->visualIndex(RunListModel::Name), 0); // before what is often empty
        QVERIFY(m_table->columnWidth(RunListModel::Name) > 200);
        QVERIFY(!m_table->isColumnHidden(RunListModel::Created));
        Q_EMIT m_table->header()->customContextMenuRequested({5, 5});
        auto* menu = m_table->findChild<QMenu*>(u"columnMenu"_s);
        QVERIFY(menu);
        menu->findChild<QAction*>(u"tags"_s)->toggle();
        QVERIFY(!menu->findChild<QAction*>(u"name"_s)); // a row without a name is none
        menu->close();
        QVERIFY(m_table->isColumnHidden(RunListModel::Tags));
        RunsPage again(runs(), nullptr);
        auto* table = again.findChild<QTreeView*>(u"runs"_s);
        QVERIFY(table->isColumnHidden(RunListModel::Tags));
        QVERIFY(!table->isColumnHidden(RunListModel::Note));
        select(m_gpt);
        typeIntoCell(Qt::Key_G, Qt::ControlModifier, u"paper"_s); // what is edited is seen
        QVERIFY(!m_table->isColumnHidden(RunListModel::Tags));
    }
    void boxesFilterAndEscapeShowsAll()
    {
        auto* models = m_page->findChild<QComboBox*>(u"filterModel"_s);
        auto* states = m_page->findChild<QComboBox*>(u"filterState"_s);
        QCOMPARE(models->count(), 3); // any, convnet, gpt
        QVERIFY(!states->isEnabled()); // all are interrupted
        models->setCurrentIndex(models->findData(u"gpt"_s));
        Q_EMIT models->activated(models->currentIndex());
        QCOMPARE(m_table->model()->rowCount(), 1);
        m_page->refresh();
        QCOMPARE(m_table->model()->rowCount(), 1);
        QTest::keyClick(m_search, Qt::Key_Escape);
        QCOMPARE(m_table->model()->rowCount(), 2);
        QCOMPARE(models->currentIndex(), 0);
    }
    void aForkSaysWhereItComesFrom()
    {
        QVERIFY(writeRunFamily(m_images,
            {.parentIdentity = runIdentity(m_gpt),
                .parentName = "kjv",
                .forkedAt = 1200,
                .continuedAt = {1500, 1600}}));
        m_page->refresh();
        QString from;
        for (int row = 0; row < 2; ++row)
            from += m_table->model()->index(row, RunListModel::Family).data().toString();
        QCOMPARE(from, u"fork at step 1,200 of kjv; continued at step 1,500, 1,600"_s);
    }
    void deletingAsksInThePageAndMovesToTheTrash()
    {
        select(m_gpt);
        QTest::keyClick(m_table, Qt::Key_Delete);
        auto* yes = m_page->findChild<QPushButton*>(u"yes"_s);
        QVERIFY(yes->isVisible());
        QTest::keyClick(yes, Qt::Key_Escape);
        QVERIFY(!yes->isVisible());
        QVERIFY(fs::exists(m_gpt));
        QCOMPARE(m_page->focusWidget(), m_table);
        QTest::keyClick(m_table, Qt::Key_Delete);
        QTest::keyClick(yes, Qt::Key_Return);
        QVERIFY(!fs::exists(m_gpt));
        QCOMPARE(m_table->model()->rowCount(), 1);
        QVERIFY(QFileInfo::exists(
            m_dir->filePath(u"data/Trash/files/"_s + QString::fromStdString(m_gpt.filename().string()))));
    }
    void aRunThatTrainsIsNotDeleted()
    {
        const auto lock = RunLock::take(m_gpt);
        select(m_gpt);
        QTest::keyClick(m_table, Qt::Key_Delete);
        QVERIFY(!m_page->findChild<QPushButton*>(u"yes"_s)->isVisible());
        QVERIFY(m_page->findChild<QLabel*>(u"question"_s)->text().contains(u"is training"));
    }
    void aRunThatWaitsInTheQueueIsNotDeleted()
    {
        RunQueueModel queue;
        m_page->setQueue(&queue);
        auto* yes = m_page->findChild<QPushButton*>(u"yes"_s);
        select(m_gpt);
        QTest::keyClick(m_table, Qt::Key_Delete);
        queue.add({.folder = m_gpt, .goesOn = true}); // while it is asked
        QTest::keyClick(yes, Qt::Key_Return);
        QVERIFY(fs::exists(m_gpt));
        QTest::keyClick(m_table, Qt::Key_Delete);
        QVERIFY(!yes->isVisible());
        QVERIFY(m_page->findChild<QLabel*>(u"question"_s)->text().contains(u"waits in the queue"_s));
        QVERIFY(queue.needs(m_gpt.parent_path()) && !queue.needs(m_images)); // of an experiment
    }

private:
    fs::path runs() const { return m_dir->filePath(u"runs"_s).toStdString(); }
    fs::path makeRun(const std::string& name, const std::string& preset, const std::string& kind)
    {
        RunConfig config;
        config.name = name;
        config.preset = preset;
        config.choices = findPreset(preset)->choices;
        config.model.kind = kind;
        config.data.kind = kind == "convnet" ? DataKind::Images : DataKind::Text;
        return createRunFolder(runs(), config).value();
    }
    void select(const fs::path& folder)
    {
        for (int row = 0; row < m_table->model()->rowCount(); ++row)
            if (m_table->model()->index(row, 0).data(Qt::ToolTipRole).toString().toStdString()
                == folder.string())
                m_table->selectionModel()->setCurrentIndex(m_table->model()->index(row, 0),
                    QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        QCOMPARE(m_page->selected().size(), std::size_t{1});
    }
    void typeIntoCell(Qt::Key key, Qt::KeyboardModifiers modifiers, const QString& text)
    {
        QTest::keyClick(m_table, key, modifiers);
        auto* editor = m_table->viewport()->findChild<QLineEdit*>();
        QVERIFY(editor);
        editor->selectAll();
        QTest::keyClicks(editor, text);
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!m_table->viewport()->findChild<QLineEdit*>(), 60'000);
    }
    QTemporaryDir m_settings{};
    std::unique_ptr<QTemporaryDir> m_dir{};
    std::unique_ptr<RunsPage> m_page{};
    QTreeView* m_table = nullptr;
    QLineEdit* m_search = nullptr;
    fs::path m_gpt{};
    fs::path m_images{};
};

QTEST_MAIN(RunsPageTest)
#include "runs_page_test.moc"
