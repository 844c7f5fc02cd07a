// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/record/run_store.h"
#include "tests/support/fake_engine.h"
#include "ui/main_window.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/theme/theme.h"

#include <QDropEvent>
#include <QListView>
#include <QMimeData>
#include <QSettings>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>
#include <QUrl>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

namespace fs = std::filesystem;

/// A double click, a drop and an argument come in by one door.
class OpenedFilesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
        loadFonts();
        applyTheme(ThemeChoice::Light);
    }
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = placeOf(m_dir->path().toStdString());
        m_window = std::make_unique<MainWindow>(fakeFactory(m_script), m_root / "runs");
    }
    void cleanup() { m_window.reset(); }

    void theRunJsonOfARunOpensTheRun()
    {
        QVERIFY(createRunFolderAt(m_root / "runs/a", RunConfig{}));
        QVERIFY(m_window->openFiles({m_root / "runs/a/run.json"}));
        QVERIFY(m_window->session()->run().folder() == m_root / "runs/a");
    }
    void aSetupComesIntoTheFieldsAndUndoTakesItBack()
    {
        const auto before = m_window->trainPage()->setup()->config();
        QVERIFY(before.has_value());
        RunConfig config = *before;
        config.training.maxSteps = before->training.maxSteps + 17;
        drop({write("other.json", toJson(config))});
        QCOMPARE(m_window->trainPage()->setup()->config()->training.maxSteps, config.training.maxSteps);
        QCOMPARE(page(), u"train"_s);
        m_window->trainPage()->setup()->undoStack()->undo();
        QCOMPARE(m_window->trainPage()->setup()->config()->training.maxSteps, before->training.maxSteps);
    }
    void aPresetIsImportedAndShown()
    {
        Preset preset = builtinPresets().front();
        preset.name = "mine";
        preset.title = "mine alone";
        QVERIFY(m_window->openFiles({write("mine.mantissa-preset.json", toJson(preset))}));
        QCOMPARE(page(), u"presets"_s);
        QCOMPARE(m_window->findChild<QListView*>(u"presets"_s)->currentIndex().data().toString().left(4),
            u"mine"_s);
    }
    void aSetupIsRefusedWhileARunTrains()
    {
        RunConfig config;
        config.training = {.maxSteps = 100'000'000, .evalInterval = 0, .saveInterval = 0};
        const fs::path file = write("other.json", toJson(config));
        m_window->startTraining(config);
        QVERIFY(m_window->session()->isTraining());
        const auto opened = m_window->openFiles({file});
        QVERIFY(!opened);
        QVERIFY(opened.error().message.find("fixed while a run trains") != std::string::npos);
        m_window->session()->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->session()->isTraining(), 60'000);
    }
    void whatIsNothingOfOursIsSaid()
    {
        const auto opened = m_window->openFiles({write("list.json", Json::array())});
        QVERIFY(!opened);
        QVERIFY(opened.error().message.find("list.json is no run, set-up or preset") != std::string::npos);
    }

private:
    fs::path write(const char* name, const Json& json) const
    {
        const fs::path file = m_root / name;
        return writeFileAtomically(file, jsonText(json)) ? file : fs::path();
    }
    void drop(const std::vector<fs::path>& files)
    {
        QMimeData data;
        QList<QUrl> urls;
        for (const fs::path& file : files)
            urls << QUrl::fromLocalFile(QString::fromStdString(file.string()));
        data.setUrls(urls);
        QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_window.get(), &enter); // Qt drops nothing where nothing came in
        QDropEvent event({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_window.get(), &event);
    }
    QString page() const
    {
        return m_window->findChild<QStackedWidget*>(u"pages"_s)->currentWidget()->objectName();
    }

    QTemporaryDir m_settings;
    FakeEngineScript m_script;
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(OpenedFilesTest)
#include "opened_files_test.moc"
