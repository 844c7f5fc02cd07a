// SPDX-License-Identifier: Apache-2.0
#include "core/base/json.h"
#include "core/evidence/experiment_folder.h"
#include "core/evidence/new_experiment.h"
#include "core/output/html_report.h"
#include "core/output/readout_export.h"
#include "core/record/run_labels.h"
#include "core/record/run_log.h"
#include "core/record/run_store.h"
#include "core/record/run_summary.h"

#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <unistd.h>

using namespace mantissa;

namespace fs = std::filesystem;

/// A path means a place, however it is said; a name from a file leads nowhere else; names are bytes.
class RunPlacesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = placeOf(m_dir->path().toStdString());
        m_before = fs::current_path();
    }
    void cleanup() { fs::current_path(m_before); }

    void onePlaceHasOneName_data()
    {
        QTest::addColumn<QByteArray>("said");
        for (const char* said :
            {"ROOT/runs/a", "ROOT/runs/a/", "ROOT/runs/a//", "ROOT/runs/./a/.", "ROOT/runs/b/../a", ".", "./",
                "../a", "../a/", "ROOT/link", "ROOT/link/", "ROOT/runs/a/checkpoints/.."})
            QTest::newRow(said) << QByteArray(said);
    }
    void onePlaceHasOneName()
    {
        QFETCH(QByteArray, said);
        const fs::path folder = m_root / "runs/a";
        RunConfig config;
        config.choices = findPreset("conservative")->choices;
        QVERIFY(createRunFolderAt(folder, config));
        QVERIFY(createRunFolderAt(m_root / "runs/b", RunConfig{}));
        fs::create_directories(folder / "checkpoints");
        fs::create_directory_symlink("runs/a", m_root / "link");
        fs::current_path(folder);
        const fs::path path = said.replace("ROOT", m_root.c_str()).toStdString();
        QCOMPARE(placeOf(path), folder);
        const auto run = openRun(path);
        QVERIFY2(run.has_value(), run ? "" : run.error().message.c_str());
        QCOMPARE(run->folder(), folder);
        QCOMPARE(run->title(), std::string("a"));
        QCOMPARE(runTitle(path), std::string("a"));
        QCOMPARE(listRun(path).folder, folder);
        QCOMPARE(listRun(path).name, std::string("a"));
        QCOMPARE(summaryOf(*run).at("run_dir").get<std::string>(), folder.string());
        QVERIFY(!createRunFolderAt(path, RunConfig{})); // it holds a run already
    }
    void aRunMadeThroughAnotherNameHasItsOwn_data()
    {
        QTest::addColumn<QByteArray>("said");
        for (const char* said : {"new/", "./new", "link/new/", "deep/../new"})
            QTest::newRow(said) << QByteArray(said);
    }
    void aRunMadeThroughAnotherNameHasItsOwn()
    {
        QFETCH(QByteArray, said);
        fs::current_path(m_root);
        fs::create_directory(m_root / "deep");
        fs::create_directory_symlink(".", m_root / "link");
        const auto made = createRunFolderAt(said.toStdString(), RunConfig{});
        QVERIFY(made.has_value());
        QCOMPARE(*made, m_root / "new");
        QCOMPARE(readJsonFile(*made / "run.json")->at("id").get<std::string>(), std::string("new"));
    }
    void aLinkBesideItsRunIsListedOnce()
    {
        QVERIFY(createRunFolderAt(m_root / "a", RunConfig{}));
        fs::create_directory_symlink("a", m_root / "latest");
        fs::create_directory_symlink("nowhere", m_root / "broken");
        fs::create_directory_symlink(".", m_root / "again");
        for (const fs::path& folder : {m_root, m_root / "again", m_root / "again/"}) {
            const auto runs = listRuns(folder);
            QCOMPARE(runs.size(), std::size_t{1});
            QCOMPARE(runs[0].folder, m_root / "a");
        }
    }
    void aBaselineIsFoundFromEveryName()
    {
        RunConfig config;
        config.choices = findPreset("conservative")->choices;
        QVERIFY(createRunFolderAt(m_root / "fp32", config));
        QVERIFY(writeFileAtomically(
            m_root / "fp32/summary.json", R"({"outcome": "completed", "ran_in_fp32": true})"));
        QVERIFY(createRunFolderAt(m_root / "a", RunConfig{}));
        fs::create_directory(m_root / "elsewhere");
        fs::create_directory_symlink("../a", m_root / "elsewhere/a");
        fs::current_path(m_root / "a");
        for (const char* said : {".", "../a/", "../elsewhere/a"}) {
            const auto run = openRun(said);
            QVERIFY(findBaseline(run->folder().parent_path(), *run) == std::optional(m_root / "fp32"));
        }
    }
    void aSourceIsThePlaceItNames()
    {
        fs::create_directory(m_root / "texts");
        fs::create_directory_symlink("texts", m_root / "link");
        for (const char* said : {"texts", "texts/", "./texts", "link", "link/"}) {
            const auto loaded = configFromJson({{"data", {{"source", said}}}}, {}, m_root);
            QCOMPARE(loaded->config.data.source, (m_root / "texts").string());
            const auto whole = configFromJson({{"data", {{"source", (m_root / said).string()}}}}, {}, "/");
            QCOMPARE(whole->config.data.source, (m_root / "texts").string());
        }
    }
    void anArmOfAForeignExperimentMakesNoFolderElsewhere_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char* name : {"../x", "../../x", "/tmp/x", "a/b", "..", ".", "", "a\\u0000b", "a\\nb"})
            QTest::newRow(name) << QByteArray(name);
        QTest::newRow("too long") << QByteArray(300, 'x');
    }
    void anArmOfAForeignExperimentMakesNoFolderElsewhere()
    {
        QFETCH(QByteArray, name);
        const std::string json = "{\"name\": \"x\", \"seeds\": [1, 2], \"arms\": [{\"name\": \"fp32\", "
                                 "\"config\": {}}, {\"name\": \""
            + name.toStdString() + "\", \"config\": {}}]}"; // no raw text: moc takes its quotes for ends
        QVERIFY(writeFileAtomically(m_root / "experiment.json", json));
        const auto stored = readExperiment(m_root);
        QVERIFY(!stored);
        QVERIFY2(
            stored.error().message.find("has an arm") != std::string::npos, stored.error().message.c_str());
        const auto plan = planExperiment(RunConfig{},
            {ExperimentArm{*parseJson("\"" + name.toStdString() + "\"", "name"), RunConfig{}}}, 2);
        QVERIFY(!plan && plan.error().message.find("an arm is called") != std::string::npos);
    }
    void aPresetsNameNamesAFile()
    {
        for (const char* name : {"../x", "/x", "..", "a/b"})
            QVERIFY2(presetFromJson({{"name", name}}, "test").error().message.find("cannot name a file")
                    != std::string::npos,
                name);
        QVERIFY(presetFromJson({{"name", "My preset: ä"}}, "test").has_value());
    }
    void anExperimentOfAnyNameStaysAmongTheRuns()
    {
        RunConfig config;
        config.name = "../../x\n";
        const auto made = makeExperiment(config, {"aggressive"}, 2, m_root / "runs/");
        QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
        QCOMPARE(made->folder.parent_path(), m_root / "runs");
    }
    void namesAreBytesAndNothingAborts()
    {
        RunConfig config;
        config.name = "n\xe4me";
        config.data.source = "/data/b\xe4r";
        const fs::path folder = m_root / "r\xfcn";
        const auto made = createRunFolderAt(folder, config);
        QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
        RunLog log;
        QVERIFY(log.open(folder / "events.jsonl"));
        QVERIFY(log.append(Notice{.text = "of " + folder.string()}));
        QVERIFY(log.append(RunEnded{.message = "of " + folder.string()}));
        const auto run = openRun(folder);
        QVERIFY2(run.has_value(), run ? "" : run.error().message.c_str());
        QCOMPARE(run->config().data.source, config.data.source); // to the byte: it is opened again
        QCOMPARE(run->title(), std::string("r\\xfcn"));
        QVERIFY(run->notices()[0].text.find("r\\xfcn") != std::string::npos);
        for (const std::string& text : {htmlReport({.run = &*run}), markdownReport({.run = &*run}),
                 jsonText(summaryOf(*run)), listRuns(m_root)[0].name})
            QVERIFY2(QByteArray::fromStdString(text).isValidUtf8(), text.c_str());
        QVERIFY(htmlReport({.run = &*run}).find("r\\xfcn") != std::string::npos);
        QCOMPARE(listRuns(m_root)[0].folder, folder);
    }

private:
    std::unique_ptr<QTemporaryDir> m_dir{};
    fs::path m_root{};
    fs::path m_before{};
};

QTEST_APPLESS_MAIN(RunPlacesTest)
#include "run_places_test.moc"
