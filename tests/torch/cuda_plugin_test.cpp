// SPDX-License-Identifier: Apache-2.0
// The plugin for cards as a file: whether it has code for the cards that it is for, and can be loaded where
// there is no card. MANTISSA_CUDA_PLUGIN_FILE names it where it was built.

#include <QFile>
#include <QTest>

#include <cstdint>
#include <cstring>
#include <dlfcn.h>
#include <set>

namespace {

// What nvcc embeds: a header, then entries, each with a header of its own. The format is in no manual of
// NVIDIA's; this much of it is the same since CUDA 4.
constexpr char magic[] = "\x50\xED\x55\xBA";
struct FatHeader {
    std::uint32_t magic = 0;
    std::uint16_t version = 0;
    std::uint16_t headerBytes = 0;
    std::uint64_t bytes = 0;
};
struct EntryHeader {
    std::uint16_t kind = 0; // 1: text (PTX), 2: code of one card
    std::uint16_t version = 0;
    std::uint32_t headerBytes = 0;
    std::uint64_t bytes = 0;
    std::uint32_t other[3] = {};
    std::uint32_t architecture = 0;
};

/// "sm_90", "compute_90", …
void collect(const QByteArray& file, qsizetype at, std::set<QString>& found)
{
    FatHeader header;
    std::memcpy(&header, file.constData() + at, sizeof header);
    qsizetype entry = at + header.headerBytes;
    const qsizetype end = qMin(file.size(), entry + static_cast<qsizetype>(header.bytes));
    while (entry + static_cast<qsizetype>(sizeof(EntryHeader)) <= end) {
        EntryHeader one;
        std::memcpy(&one, file.constData() + entry, sizeof one);
        if (one.headerBytes < sizeof one)
            return;
        found.insert((one.kind == 1 ? "compute_" : "sm_") + QString::number(one.architecture));
        entry += static_cast<qsizetype>(one.headerBytes + one.bytes);
    }
}

} // namespace

class CudaPluginTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
#ifndef MANTISSA_CUDA_PLUGIN_FILE
        QSKIP("nvcc was not here when this was built, so there is no plugin for cards");
#endif
    }
    void everyKernelFileHasCodeForEachCard()
    {
        QFile file(plugin);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        const QByteArray wanted(magic, 4);
        int files = 0;
        for (qsizetype at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 4)) {
            std::set<QString> found;
            if (at % 8 == 0)
                collect(bytes, at, found);
            if (found.empty())
                continue; // the same four bytes by chance
            ++files;
            for (const char* architecture : {"sm_80", "sm_90", "sm_120", "compute_90"})
                QVERIFY2(found.count(architecture) == 1, architecture);
        }
        QVERIFY(files >= 4);
    }
    void itCanBeLoadedWithoutACard()
    {
        ::dlerror();
        void* library = ::dlopen(plugin, RTLD_NOW | RTLD_LOCAL);
        QVERIFY2(library, library ? "" : ::dlerror());
        using Text = const char* (*)();
        const auto text = [&](const char* name) {
            void* symbol = ::dlsym(library, name);
            return symbol ? reinterpret_cast<Text>(symbol)() : nullptr;
        };
        const char* driver = text("mantissaCudaDriverVersion");
        const char* runtime = text("mantissaCudaRuntimeVersion");
        QVERIFY(driver && runtime);
        QVERIFY2(QByteArray(runtime).count('.') == 1, runtime);
        using OfCard = int (*)(int);
        const auto capability = reinterpret_cast<OfCard>(::dlsym(library, "mantissaCudaCapability"));
        using TextOfCard = const char* (*)(int);
        const auto uuid = reinterpret_cast<TextOfCard>(::dlsym(library, "mantissaCudaUuid"));
        QVERIFY(capability && uuid);
        QVERIFY(capability(0) == 0 || capability(0) >= 50);
        QCOMPARE(capability(0) == 0, QByteArray(uuid(0)).isEmpty());
        QVERIFY(QByteArray(uuid(0)).isEmpty() || QByteArray(uuid(0)).size() == 40); // GPU- and 36 characters
        using SetFraction = const char* (*)(double, int);
        const auto setFraction
            = reinterpret_cast<SetFraction>(::dlsym(library, "mantissaCudaSetMemoryFraction"));
        QVERIFY(setFraction);
        const char* problem = setFraction(0.5, 0); // libtorch_cuda is not loaded here, card or not
        QVERIFY(problem && *problem);
        qInfo("driver '%s', runtime '%s', a fraction of memory: %s", driver, runtime, problem);
    }

private:
#ifdef MANTISSA_CUDA_PLUGIN_FILE
    const char* plugin = MANTISSA_CUDA_PLUGIN_FILE;
#else
    const char* plugin = "";
#endif
};

QTEST_APPLESS_MAIN(CudaPluginTest)
#include "cuda_plugin_test.moc"
