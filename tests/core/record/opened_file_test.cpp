// SPDX-License-Identifier: Apache-2.0
#include "core/record/opened_file.h"

#include "core/precision/preset.h"
#include "core/record/run_store.h"

#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <fstream>

using namespace mantissa;

namespace fs = std::filesystem;

class OpenedFileTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = placeOf(m_dir->path().toStdString());
    }
    void aRunIsItsFolderOrItsRunJson()
    {
        QVERIFY(createRunFolderAt(m_root / "a", RunConfig{}));
        for (const fs::path& said : {m_root / "a", m_root / "a/run.json"})
            QVERIFY(isKind(said, FileKind::Run, m_root / "a"));
        const auto before = fs::current_path();
        fs::current_path(m_root / "a");
        const bool isRun = isKind("run.json", FileKind::Run, m_root / "a");
        fs::current_path(before);
        QVERIFY(isRun);
    }
    void anExperimentIsItsFolderOrItsJson()
    {
        fs::create_directories(m_root / "e");
        std::ofstream(m_root / "e/experiment.json") << "{}";
        for (const fs::path& said : {m_root / "e", m_root / "e/experiment.json"})
            QVERIFY(isKind(said, FileKind::Experiment, m_root / "e"));
    }
    void setupsAndPresetsAreToldByWhatTheySayWhateverTheirNames()
    {
        QVERIFY(writeFileAtomically(m_root / "setup.json", jsonText(toJson(RunConfig{}))));
        QVERIFY(isKind(m_root / "setup.json", FileKind::Setup, m_root / "setup.json"));
        for (const Preset& preset : builtinPresets()) {
            const fs::path file = m_root / (preset.name + std::string(setupEnding)); // a name that misleads
            QVERIFY(writeFileAtomically(file, jsonText(toJson(preset))));
            QVERIFY(isKind(file, FileKind::Preset, file));
        }
    }
    void anythingElseIsRefusedByName()
    {
        fs::create_directories(m_root / "empty");
        std::ofstream(m_root / "other.json") << R"({"compilerOptions": {}})";
        std::ofstream(m_root / "list.json") << "[1]";
        std::ofstream(m_root / "text.txt") << "no JSON";
        for (const char* name :
            {"empty", "other.json", "list.json", "text.txt", "missing", "missing/run.json"}) {
            const auto opened = openedFile(m_root / name);
            QVERIFY2(!opened, name);
            const std::string folder = fs::path(name).has_parent_path() ? "missing" : name;
            QVERIFY2(
                opened.error().message.find(folder) != std::string::npos, opened.error().message.c_str());
        }
    }

private:
    static bool isKind(const fs::path& said, FileKind kind, const fs::path& place)
    {
        const auto opened = openedFile(said);
        return opened && opened->kind == kind && opened->place == place;
    }
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
};

QTEST_APPLESS_MAIN(OpenedFileTest)
#include "opened_file_test.moc"
