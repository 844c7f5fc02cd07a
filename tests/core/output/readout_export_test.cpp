// SPDX-License-Identifier: Apache-2.0
#include "core/output/readout_export.h"

#include "core/files/safetensors.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <fstream>

using namespace mantissa;

namespace {

namespace fs = std::filesystem;

SafetensorsSource tensor(const std::string& name, std::vector<float> values)
{
    const auto n = static_cast<std::int64_t>(values.size());
    return {name, "F32", {n}, [values = std::move(values)](void* target) {
                std::memcpy(target, values.data(), 4 * values.size());
            }};
}

std::vector<float> read(const fs::path& file, const std::string& name)
{
    const auto header = readSafetensorsHeader(file);
    const SafetensorsEntry* entry = header->find(name);
    std::vector<float> values(static_cast<std::size_t>(entry->end - entry->begin) / 4);
    if (!readSafetensorsEntry(file, *header, *entry, values.data()))
        qFatal("unreadable");
    return values;
}

} // namespace

class ReadoutExportTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_checkpoint = fs::path(m_dir->path().toStdString()) / "checkpoint";
        m_to = fs::path(m_dir->path().toStdString()) / "out";
        fs::create_directories(m_checkpoint);
        std::ofstream(m_checkpoint / "model.safetensors") << "-";
    }
    void theMeanAndWhatLeadsBeyondItAreWritten()
    {
        write({tensor("a", {2, 4}), tensor("a.before", {9, 3})}, {{"count", "2"}, {"count_before", "3"}});
        const auto mean = exportReadout(m_checkpoint, m_to, {});
        QVERIFY2(mean.has_value(), mean ? "" : mean.error().message.c_str());
        QCOMPARE(mean->windowSteps, 2);
        QCOMPARE(read(m_to / "model.safetensors", "a"), (std::vector<float>{1, 2}));
        QVERIFY(exportReadout(m_checkpoint, m_to / "ahead", 0.5).has_value());
        QCOMPARE(read(m_to / "ahead" / "model.safetensors", "a"),
            (std::vector<float>{0, 2.5})); // A = 1, 2; B = 3, 1
    }
    void whatCannotBeIsRefusedInWords()
    {
        const auto none = exportReadout(m_checkpoint, m_to, {});
        QVERIFY(!none && none.error().message.find("no read-out") != std::string::npos);
        write({tensor("a", {2})}, {{"count", "2"}});
        const auto alone = exportReadout(m_checkpoint, m_to, 1.0);
        QVERIFY(!alone && alone.error().code == ExitCode::Usage);
        write({tensor("a", {2})}, {{"count", "soon"}});
        QVERIFY(!exportReadout(m_checkpoint, m_to, {}));
        write({{"a", "I8", {4}, [](void* target) { std::memset(target, 0, 4); }}}, {{"count", "2"}});
        QVERIFY(!exportReadout(m_checkpoint, m_to, {}));
        QVERIFY(!fs::exists(m_to / "model.safetensors"));
    }

private:
    void write(
        const std::vector<SafetensorsSource>& tensors, const std::map<std::string, std::string>& metadata)
    {
        QVERIFY(writeSafetensors(m_checkpoint / "readout.safetensors", tensors, metadata).has_value());
    }
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_checkpoint;
    fs::path m_to;
};

QTEST_APPLESS_MAIN(ReadoutExportTest)
#include "readout_export_test.moc"
