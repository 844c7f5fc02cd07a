// SPDX-License-Identifier: Apache-2.0
#include "core/files/idx.h"

#include <QTest>

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
        for (const Bytes& bytes : {Bytes{}, Bytes{1, 0, 8, 1}, Bytes{0, 0, 13, 1, 0, 0, 0, 1, 1}, Bytes{0, 0, 8, 0}, Bytes{0, 0, 8, 9},
                 Bytes{0, 0, 8, 1, 0, 0}, Bytes{0, 0, 8, 1, 0, 0, 0, 2, 1}, Bytes{0, 0, 8, 1, 0, 0, 0, 1, 1, 1}, Bytes{0, 0, 8, 1, 0, 0, 0, 0},
                 Bytes{0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}})
            QVERIFY(!parseIdx(bytes, "x"));
    }
    void theInstalledSampleIsRead()
    {
        const std::filesystem::path file = "/usr/share/datasets/fashion-mnist/t10k-labels-idx1-ubyte.gz";
        if (!std::filesystem::exists(file))
            QSKIP("dataset-fashion-mnist is not installed");
        QCOMPARE(readIdx(file)->sizes, (std::vector<std::int64_t>{10000}));
    }
    void aMissingFileIsToldByName() { QVERIFY(readIdx("/nowhere.gz").error().message.find("/nowhere.gz") != std::string::npos); }
};

QTEST_APPLESS_MAIN(IdxTest)
#include "idx_test.moc"
