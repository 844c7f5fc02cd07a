// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/presets_page.h"

#include "ui/models/precision_table_model.h"
#include "ui/models/preset_difference_model.h"
#include "ui/models/preset_list_model.h"
#include "ui/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;
namespace fs = std::filesystem;

namespace {

PresetChoices fp16InPredict()
{
    PresetChoices choices;
    PhasePlan plan = choices.table.at(Phase::Predict);
    plan.compute = Precision::Fp16;
    choices.table = choices.table.with(Phase::Predict, plan);
    choices.lossChunk = 64;
    return choices;
}

} // namespace

class PresetsPageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", m_dir->filePath(u"data"_s).toUtf8()); // where the trash is
        QVERIFY(QDir(m_dir->path()).mkpath(u"data"_s));
        m_model = std::make_unique<PresetListModel>(folder(), nullptr);
        m_page = std::make_unique<PresetsPage>(m_model.get(), nullptr);
        m_page->resize(1200, 800);
        m_page->setCurrent(fp16InPredict());
        m_page->show();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_list = m_page->findChild<QListView*>(u"presets"_s);
        m_list->setFocus();
    }
    void cleanup() { m_page.reset(); }

    void shippedPresetsComeFirstAndStay()
    {
        const QAbstractItemModelTester tester(m_model.get());
        QCOMPARE(m_model->rowCount(), static_cast<int>(builtinPresets().size()));
        QVERIFY(!m_model->remove(0));
        QVERIFY(!m_model->save({builtinPresets().front().name, "x", "", {}}));
        QVERIFY(!m_page->findChild<QPushButton*>(u"removePreset"_s)->isEnabled());
    }
    void aPresetSavedIsThereAgainAndReadsAsOnTheCommandLine()
    {
        auto* name = m_page->findChild<QLineEdit*>(u"presetName"_s);
        name->setFocus();
        QTest::keyClicks(name, u"Übung 3: FP16"_s);
        QTest::keyClick(name, Qt::Key_Return);
        const PresetListModel again(folder(), nullptr);
        const int row = again.rowOf("ubung-3-fp16");
        QVERIFY(row >= 0);
        QVERIFY(again.at(row).choices == fp16InPredict());
        const auto read = findPreset((folder() / "ubung-3-fp16.json").string());
        QVERIFY(read && read->choices == fp16InPredict());
        QCOMPARE(m_list->currentIndex().data().toString(), u"Übung 3: FP16"_s);
    }
    void savingOverOnesOwnAsksFirst()
    {
        QVERIFY(m_model->save({"mine", "mine", "", {}}));
        m_page->findChild<QLineEdit*>(u"presetName"_s)->setText(u"mine"_s);
        QTest::keyClick(m_page->findChild<QLineEdit*>(u"presetName"_s), Qt::Key_Return);
        auto* yes = m_page->findChild<QPushButton*>(u"yes"_s);
        QVERIFY(yes->isVisible());
        QVERIFY(m_model->at(m_model->rowOf("mine")).choices == PresetChoices{});
        QTest::keyClick(yes, Qt::Key_Return);
        QVERIFY(m_model->at(m_model->rowOf("mine")).choices == fp16InPredict());
    }
    void aDifferenceNamesTheKeyAndBothValues()
    {
        const auto differences = presetDifferences(PresetChoices{}, fp16InPredict());
        QCOMPARE(differences.size(), std::size_t{2});
        QVERIFY((
            differences[0] == PresetDifference{u"precision.phases.predict.compute"_s, u"auto"_s, u"fp16"_s}));
        QVERIFY((differences[1] == PresetDifference{u"memory.loss_chunk"_s, u"0"_s, u"64"_s}));
        QVERIFY(presetDifferences(fp16InPredict(), fp16InPredict()).empty());
        PresetDifferenceModel model;
        const QAbstractItemModelTester tester(&model);
        model.setDifferences(differences, u"a"_s, u"b"_s);
        QCOMPARE(model.index(1, PresetDifferenceModel::Right).data().toString(), u"64"_s);
    }
    void thePageComparesWithTrainOrAnother()
    {
        auto* table = m_page->findChild<QTableView*>(u"differences"_s);
        auto* other = m_page->findChild<QComboBox*>(u"comparedWith"_s);
        const int aggressive = m_model->rowOf("aggressive");
        m_list->setCurrentIndex(m_model->index(aggressive));
        QCOMPARE(table->model()->rowCount(),
            static_cast<int>(presetDifferences(m_model->at(aggressive).choices, fp16InPredict()).size()));
        other->setCurrentIndex(other->findData(u"aggressive"_s));
        Q_EMIT other->activated(other->currentIndex());
        QCOMPARE(table->model()->rowCount(), 0);
        QVERIFY(!table->isVisible()); // words say that they are equal
    }
    void returnTakesAPresetToTrain()
    {
        QSignalSpy used(m_page.get(), &PresetsPage::useRequested);
        m_list->setCurrentIndex(m_model->index(0));
        QTest::keyClick(m_list, Qt::Key_Down);
        QTest::keyClick(m_list, Qt::Key_Return);
        QCOMPARE(used.count(), 1);
        QCOMPARE(used.first().first().value<Preset>().name, builtinPresets()[1].name);
    }
    void aDroppedFileIsCheckedAndNeverReplacesOne()
    {
        QVERIFY(m_model->save({"mine", "Mine", "", {}}));
        const fs::path file = fs::path(m_dir->path().toStdString()) / "from-elsewhere.json";
        QVERIFY(m_model->exportTo(m_model->rowOf("mine"), file));
        drop(file);
        QVERIFY(m_model->rowOf("mine-2") >= 0);
        QCOMPARE(m_list->currentIndex().row(), m_model->rowOf("mine-2"));
        QVERIFY(writeFileAtomically(
            file, R"({"name": "x", "precision": {"phases": {"predict": {"compute": "fp64"}}}})"));
        const int before = m_model->rowCount();
        drop(file);
        QCOMPARE(m_model->rowCount(), before);
        QVERIFY(m_page->findChild<QLabel*>(u"question"_s)->text().contains(u"fp64"));
    }
    void aDamagedFileOfTheFolderIsToldAndTheOthersShow()
    {
        QVERIFY(m_model->save({"mine", "Mine", "", {}}));
        QVERIFY(writeFileAtomically(folder() / "broken.json", "{"));
        PresetListModel model(folder(), nullptr);
        QCOMPARE(model.problems().size(), 1);
        QVERIFY(model.problems().front().contains(u"broken.json"));
        QVERIFY(model.rowOf("mine") >= 0);
    }
    void deletingAsksAndMovesTheFileToTheTrash()
    {
        QVERIFY(m_model->save({"mine", "Mine", "", {}}));
        m_list->setCurrentIndex(m_model->index(m_model->rowOf("mine")));
        m_list->setFocus();
        QTest::keyClick(m_list, Qt::Key_Delete);
        QVERIFY(m_model->rowOf("mine") >= 0);
        QTest::keyClick(m_page->findChild<QPushButton*>(u"yes"_s), Qt::Key_Return);
        QVERIFY(m_model->rowOf("mine") < 0);
        QVERIFY(!fs::exists(folder() / "mine.json"));
    }
    void aTitleBecomesANameForFiles_data()
    {
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("name");
        QTest::newRow("spaces") << u"My  plan"_s << u"my-plan"_s;
        QTest::newRow("path") << u"../../etc/passwd"_s << u"etc-passwd"_s;
        QTest::newRow("accents") << u"Éclair"_s << u"eclair"_s;
        QTest::newRow("nothing left") << u"…"_s << QString();
    }
    void aTitleBecomesANameForFiles()
    {
        QFETCH(const QString, title);
        QFETCH(const QString, name);
        QCOMPARE(QString::fromStdString(presetNameFrom(title)), name);
    }

private:
    fs::path folder() const { return m_dir->filePath(u"presets"_s).toStdString(); }
    void drop(const fs::path& file)
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(QString::fromStdString(file.string()))});
        QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_page.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_page.get(), &drop);
    }
    std::unique_ptr<QTemporaryDir> m_dir{};
    std::unique_ptr<PresetListModel> m_model{};
    std::unique_ptr<PresetsPage> m_page{};
    QListView* m_list = nullptr;
};

QTEST_MAIN(PresetsPageTest)
#include "presets_page_test.moc"
