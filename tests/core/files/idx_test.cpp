// SPDX-License-Identifier: Apache-2.0
#include "core/files/idx.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace mantissa;

class IdxTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aSmallArrayIsRead()
    {
        const auto array = parseIdx({0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6}, "x");
        QVERIFY(array.has_value());
        QCOMPARE(array->sizes, (std::vector<std::int64_t>{2, 3}));
        QCOMPARE(array->bytes.back(), std::uint8_t{6});
    }
    void damagedArraysAreRefused()
    {
        using Bytes = std::vector<std::uint8_t>;
        for (const Bytes& bytes :
            {Bytes{}, Bytes{1, 0, 8, 1}, Bytes{0, 0, 13, 1, 0, 0, 0, 1, 1}, Bytes{0, 0, 8, 0},
                Bytes{0, 0, 8, 9}, Bytes{0, 0, 8, 1, 0, 0}, Bytes{0, 0, 8, 1, 0, 0, 0, 2, 1},
                Bytes{0, 0, 8, 1, 0, 0, 0, 1, 1, 1}, Bytes{0, 0, 8, 1, 0, 0, 0, 0},
                Bytes{0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}})
            QVERIFY(!parseIdx(bytes, "x"));
    }
    void gzipAndPlainFilesGiveTheSame()
    {
        // gzip of the array of aSmallArrayIsRead
        const QByteArray packed = QByteArray::fromBase64("H4sIAAAAAAACA2Ng4GBiYGAAYWZGJmYWVjYASJQ+5RIAAAA=");
        const QByteArray plain = QByteArray::fromHex("000008020000000200000003010203040506");
        const QTemporaryDir dir;
        const auto write = [&](const char* name, const QByteArray& bytes) {
            const auto file = std::filesystem::path(dir.path().toStdString()) / name;
            std::ofstream(file, std::ios::binary) << bytes.toStdString();
            return file;
        };
        const auto a = readIdx(write("a.gz", packed));
        QVERIFY2(a.has_value(), a ? "" : a.error().message.c_str());
        const auto b = readIdx(write("b", plain));
        QVERIFY(b.has_value());
        QCOMPARE(a->bytes, b->bytes);
        QCOMPARE(a->sizes, b->sizes);
        QVERIFY(!readIdx(write("cut.gz", packed.left(packed.size() - 6))));
        QByteArray flipped = packed;
        flipped[14] = static_cast<char>(flipped[14] ^ 1);
        QVERIFY(!readIdx(write("flipped.gz", flipped)));
        QVERIFY(!readIdx(dir.path().toStdString()));
    }
    void theInstalledSampleIsRead()
    {
        const std::filesystem::path file = "/usr/share/datasets/fashion-mnist/t10k-labels-idx1-ubyte.gz";
        if (!std::filesystem::exists(file))
            QSKIP("dataset-fashion-mnist is not installed");
        QCOMPARE(readIdx(file)->sizes, (std::vector<std::int64_t>{10000}));
    }
    void aMissingFileIsToldByName()
    {
        QVERIFY(readIdx("/nowhere.gz").error().message.find("/nowhere.gz") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(IdxTest)
#include "idx_test.moc"
