// SPDX-License-Identifier: Apache-2.0
#include "core/files/libtorch_folder.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace mantissa;

namespace fs = std::filesystem;

class LibTorchFolderTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = m_dir->path().toStdString();
        QVERIFY(libtorchSeries() == "2.11"); // what the fixtures below are written for
    }
    void aWheelsFolderOrTheOneAboveItServes()
    {
        makeWheel(m_root / "packages/torch", "2.11.0+cu130");
        for (const fs::path& said : {m_root / "packages/torch", m_root / "packages"}) {
            const auto found = openLibTorchFolder(said);
            QVERIFY(found.has_value());
            QVERIFY(found->folder == m_root / "packages/torch");
            QCOMPARE(found->version.c_str(), "2.11.0+cu130");
        }
    }
    void aZipSaysItsVersionInBuildVersion()
    {
        makeLibraries(m_root / "libtorch");
        std::ofstream(m_root / "libtorch/build-version") << "2.11.1+cpu\n";
        QCOMPARE(openLibTorchFolder(m_root / "libtorch")->version.c_str(), "2.11.1+cpu");
    }
    void anotherVersionIsRefusedByName()
    {
        for (const char* version : {"2.1.0", "2.110.0", "2.12.0+cpu", "3.2.11", "12.11.0"}) {
            makeWheel(m_root / version, version);
            QVERIFY(problemOf(m_root / version)
                        .ends_with(std::string("is version ") + version + "; 2.11.x is needed"));
        }
    }
    void whatIsMissingIsSaid()
    {
        QVERIFY(problemOf(m_root / "none").ends_with("none is not there"));
        fs::create_directories(m_root / "empty");
        QVERIFY(problemOf(m_root / "empty").ends_with("empty has no lib/libtorch_cpu.so"));
        makeLibraries(m_root / "mute");
        QVERIFY(problemOf(m_root / "mute").find("its version is not known") != std::string::npos);
        std::ofstream(m_root / "mute/version.py") << "__version__";
        QVERIFY(problemOf(m_root / "mute").find("its version is not known") != std::string::npos);
    }
    void theFirstPlaceThatServesIsUsed()
    {
        LibTorchPlaces places = allPlaces();
        QVERIFY(used(places) == places.named);
        places.named.clear();
        QVERIFY(used(places) == places.built);
        places.built = m_root / "none";
        QVERIFY(used(places) == places.fetched);
        makeWheel(places.fetched, "2.10.0");
        QVERIFY(used(places) == m_root / "python/torch");
        places.python = {"printf", ""}; // a Python without torch
        const auto none = findLibTorch(places);
        QVERIFY(!none);
        for (const char* word : {"MANTISSA_LIBTORCH is not set", "none is not there",
                 "2.10.0; 2.11.x is needed", "printf has no package torch", "fetch-libtorch"})
            QVERIFY2(none.error().message.find(word) != std::string::npos, none.error().message.c_str());
    }
    void aNamedFolderThatDoesNotServeIsNotPassedOver()
    {
        LibTorchPlaces places = allPlaces();
        places.named = m_root / "none";
        const auto found = findLibTorch(places);
        QVERIFY(!found);
        QVERIFY(found.error().message.starts_with("MANTISSA_LIBTORCH: "));
        for (const LibTorchPlace& place : lookAtAll(places))
            QVERIFY(!place.isUsed);
    }
    void aLookAtAllSaysOfEachPlaceWhatIsThere()
    {
        LibTorchPlaces places = allPlaces();
        places.named.clear();
        places.built.clear();
        const auto all = lookAtAll(places);
        QCOMPARE(all.size(), std::size_t{4});
        QCOMPARE(all[0].found.error().message.c_str(), "MANTISSA_LIBTORCH is not set");
        QCOMPARE(all[1].found.error().message.c_str(), "no folder was given when the program was built");
        QVERIFY(all[2].found && all[2].isUsed);
        QVERIFY(all[3].found && !all[3].isUsed);
    }

private:
    static void makeLibraries(const fs::path& folder)
    {
        fs::create_directories(folder / "lib");
        for (const char* name : {"libtorch_cpu.so", "libc10.so"})
            std::ofstream(folder / "lib" / name) << "no library, only a name";
    }
    static void makeWheel(const fs::path& folder, const std::string& version)
    {
        makeLibraries(folder);
        std::ofstream(folder / "version.py")
            << "from typing import Optional\n\n__all__ = ['__version__', 'debug']\n__version__ = '" << version
            << "'\n";
    }
    LibTorchPlaces allPlaces() const
    {
        for (const char* name : {"named", "built", "fetched", "python/torch"})
            makeWheel(m_root / name, "2.11.0");
        return {.named = m_root / "named",
            .built = m_root / "built",
            .fetched = m_root / "fetched",
            .python = {"printf", "%s\\n", (m_root / "python/torch").string()}};
    }
    static fs::path used(const LibTorchPlaces& places)
    {
        const auto found = findLibTorch(places);
        return found ? found->found->folder : fs::path();
    }
    static std::string problemOf(const fs::path& folder)
    {
        const auto found = openLibTorchFolder(folder);
        return found ? std::string() : found.error().message;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
};

QTEST_APPLESS_MAIN(LibTorchFolderTest)
#include "libtorch_folder_test.moc"
