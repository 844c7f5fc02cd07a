// SPDX-License-Identifier: Apache-2.0
#include "core/files/safetensors.h"

#include "core/files/weights_digest.h"
#include "tests/support/holds.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <fstream>

using namespace mantissa;

namespace {

std::string fileOf(const std::string& header, std::size_t dataBytes)
{
    const auto length = static_cast<std::uint64_t>(header.size());
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    return bytes + header + std::string(dataBytes, 'x');
}

} // namespace

class SafetensorsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_file = std::filesystem::path(m_dir->path().toStdString()) / "a.safetensors";
    }
    void whatIsWrittenIsRead()
    {
        const std::vector<float> values{1.5F, -2.0F, 0.0F, 3.0F, 4.0F, 5.0F};
        const auto fill = [&](std::size_t from, std::size_t count) {
            return [&values, from, count](
                       void* target) { std::memcpy(target, values.data() + from, count * 4); };
        };
        const auto bytes = writeSafetensors(
            m_file, {{"b", "F32", {2, 2}, fill(0, 4)}, {"a", "F32", {2}, fill(4, 2)}}, {{"format", "pt"}});
        QVERIFY(bytes.has_value());
        QCOMPARE(static_cast<std::uintmax_t>(*bytes), std::filesystem::file_size(m_file));
        const auto header = readSafetensorsHeader(m_file);
        QVERIFY2(header.has_value(), header ? "" : header.error().message.c_str());
        QCOMPARE(header->metadata.at("format"), std::string("pt"));
        std::vector<float> back(2);
        QVERIFY(readSafetensorsEntry(m_file, *header, *header->find("a"), back.data()));
        QCOMPARE(back, (std::vector<float>{4.0F, 5.0F}));
        QCOMPARE(weightsDigest(m_file)->size(), std::size_t{64});
    }
    void theDigestDependsOnNamesAndBitsAndNotOnTheirOrder()
    {
        const auto fill
            = [](float value) { return [value](void* target) { std::memcpy(target, &value, 4); }; };
        const auto digest = [&](std::vector<SafetensorsSource> tensors) {
            writeSafetensors(m_file, tensors, {}).value();
            return *weightsDigest(m_file);
        };
        const auto one = digest({{"a", "F32", {1}, fill(1)}, {"b", "F32", {1}, fill(2)}});
        QCOMPARE(digest({{"b", "F32", {1}, fill(2)}, {"a", "F32", {1}, fill(1)}}), one);
        QVERIFY(digest({{"a", "F32", {1}, fill(2)}, {"b", "F32", {1}, fill(1)}}) != one);
        QVERIFY(digest({{"a", "F32", {1}, fill(-0.0F)}, {"b", "F32", {1}, fill(2)}})
            != digest({{"a", "F32", {1}, fill(0.0F)}, {"b", "F32", {1}, fill(2)}}));
    }
    void theDigestIsTheOneTheFormatSays()
    {
        // sha256(b"a\0" + pack("<f", 1.0) + b"b\0" + pack("<2f", 2.0, -0.0))
        const float one = 1.0F;
        const float two[] = {2.0F, -0.0F};
        QVERIFY(writeSafetensors(m_file,
            {{"b", "F32", {2}, [&](void* target) { std::memcpy(target, two, 8); }},
                {"a", "F32", {1}, [&](void* target) { std::memcpy(target, &one, 4); }}},
            {}));
        QCOMPARE(*weightsDigest(m_file),
            std::string("5da1f78dd720dad5c8f2c4792f5487126d2b5c3fd98c2f5bcab41d6ab0fddb58"));
    }
    void aDigestIsOverFp32Alone()
    {
        QVERIFY(writeSafetensors(
            m_file, {{"a", "BF16", {1}, [](void* target) { std::memset(target, 0, 2); }}}, {}));
        QVERIFY(weightsDigest(m_file).error().message.find("FP32") != std::string::npos);
        QVERIFY(!weightsDigest("/nowhere.safetensors"));
    }
    void aFileThatCannotBeWrittenIsToldByName()
    {
        const auto bytes = writeSafetensors("/proc/nowhere/a", {}, {});
        QVERIFY(!bytes && bytes.error().message.find("/proc/nowhere/a") != std::string::npos);
    }
    void damagedHeadersAreRefused_data()
    {
        QTest::addColumn<QByteArray>("file");
        const auto row = [](const char* name, const std::string& bytes) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes);
        };
        row("empty", "");
        row("short", "abc");
        row("endless header", std::string("\xff\xff\xff\xff\xff\xff\xff\x7f", 8) + "{}");
        row("no object", fileOf("[1]", 0));
        row("hole", fileOf(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8));
        row("overlap",
            fileOf(
                R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                4));
        row("cut", fileOf(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", 8));
        row("rest", fileOf(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 9));
        row("shape", fileOf(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,4]}})", 4));
        row("negative", fileOf(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4));
        row("overflow",
            fileOf(R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})", 0));
        row("type", fileOf(R"({"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}})", 4));
        row("metadata", fileOf(R"({"__metadata__":{"x":1}})", 0));
        row("no dtype", fileOf(R"({"a":{"shape":[1],"data_offsets":[0,4]}})", 4));
        row("a key more", fileOf(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}})", 4));
        row("offsets turned", fileOf(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[4,0]}})", 0));
        row("huge offset",
            fileOf(
                R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[18446744073709551612,18446744073709551615]}})",
                4));
        row("fraction", fileOf(R"({"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}})", 4));
        row("deep", fileOf(R"({"a":)" + std::string(200'000, '[') + std::string(200'000, ']') + "}", 0));
        row("no text", fileOf("{\xff\xfe}", 0));
        row("a name twice",
            fileOf(
                R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})",
                0));
    }
    void damagedHeadersAreRefused()
    {
        QFETCH(QByteArray, file);
        std::ofstream(m_file, std::ios::binary) << file.toStdString();
        QVERIFY(!readSafetensorsHeader(m_file));
        QVERIFY(!parseSafetensorsHeader(file.toStdString(), file.size(), "x"));
    }
    void whatIsWrongWithAnEntryIsNamed()
    {
        const auto finding = [](const std::string& header, std::int64_t bytes) {
            const std::string file = fileOf(header, static_cast<std::size_t>(bytes));
            return parseSafetensorsHeader(file, static_cast<std::int64_t>(file.size()), "x").error().message;
        };
        QVERIFY(holds(
            finding(R"({"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}})", 4), "has the type F31"));
        QVERIFY(holds(finding(R"({"a":{"dtype":"F32","shape":[3, 2],"data_offsets":[0,4]}})", 4),
            "names 4 bytes for F32 of 3 × 2, which take 24"));
        QVERIFY(
            holds(finding(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8), "leaves a hole"));
    }
    void anEmptyListIsAFile()
    {
        std::ofstream(m_file, std::ios::binary) << fileOf("{}", 0);
        QVERIFY(readSafetensorsHeader(m_file).has_value());
    }

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    std::filesystem::path m_file;
};

QTEST_APPLESS_MAIN(SafetensorsTest)
#include "safetensors_test.moc"
