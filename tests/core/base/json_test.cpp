// SPDX-License-Identifier: Apache-2.0
#include "core/base/json.h"

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <sys/resource.h>

using namespace mantissa;

class JsonTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anUnknownKeyIsRefusedWithTheNearestKnownOne()
    {
        const Json json = {{"max_stepz", 3}};
        ObjectReader reader(json, "training");
        std::int64_t steps = 0;
        reader.read("max_steps", steps, 1);
        const auto status = reader.finish();
        QVERIFY(!status);
        QCOMPARE(status.error().message,
            std::string("unknown key 'training.max_stepz'; did you mean 'training.max_steps'?"));
        QVERIFY(status.error().code == ExitCode::Usage);
    }
    void aStrangeKeyIsRefusedWithTheKnownOnes()
    {
        const Json json = {{"colour", 3}};
        ObjectReader reader(json, "");
        bool flag = false;
        reader.read("enabled", flag);
        QVERIFY(reader.finish().error().message.find("known here: enabled") != std::string::npos);
    }
    void numbersOutsideTheirRangeAreRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("negative") << QByteArray("-5");
        QTest::newRow("fraction") << QByteArray("1.5");
        QTest::newRow("text") << QByteArray("\"five\"");
        QTest::newRow("too large for 64 bits") << QByteArray("18446744073709551615");
    }
    void numbersOutsideTheirRangeAreRefused()
    {
        QFETCH(QByteArray, text);
        const Json json = {{"steps", *parseJson(text.toStdString(), "text")}};
        ObjectReader reader(json, "");
        std::int64_t steps = 7;
        reader.read("steps", steps, 1);
        QVERIFY(!reader.finish());
        QCOMPARE(steps, 7);
    }
    void theFirstProblemIsTheOneTold()
    {
        const Json json = {{"a", 1}, {"b", 2}};
        ObjectReader reader(json, "");
        bool flag = false;
        reader.read("a", flag);
        reader.read("b", flag);
        QVERIFY(reader.finish().error().message.starts_with("a is 1"));
    }
    void numbersThatAreNotFiniteTravelAsText()
    {
        QCOMPARE(jsonNumber(NAN).dump(), std::string("\"NaN\""));
        QVERIFY(std::isnan(numberFrom(jsonNumber(NAN))));
        QCOMPARE(numberFrom(jsonNumber(-INFINITY)), -INFINITY);
        QCOMPARE(numberFrom(*parseJson(jsonNumber(0.1).dump(), "x")), 0.1);
    }
    void brokenAndDeepJsonIsRefusedInWords()
    {
        QVERIFY(
            parseJson("{\"a\": ", "config.json").error().message.find("config.json") != std::string::npos);
        QVERIFY(!parseJson(std::string(100, '[') + std::string(100, ']'), "deep"));
    }
    void aFileIsReplacedWholeOrNotAtAll()
    {
        const QTemporaryDir dir;
        const auto file = std::filesystem::path(dir.path().toStdString()) / "x.json";
        QVERIFY(writeFileAtomically(file, "one"));
        QVERIFY(writeFileAtomically(file, "two"));
        QCOMPARE(*readFile(file), std::string("two"));
        QVERIFY(!std::filesystem::exists(file.string() + ".tmp"));
        QVERIFY(!writeFileAtomically(file.parent_path() / "nowhere/x.json", "three"));
    }
    void foldersAndMissingFilesAreToldApart()
    {
        QVERIFY(readFile("/").error().message.find("folder") != std::string::npos);
        QVERIFY(readFile("/nowhere").error().message.find("cannot open") != std::string::npos);
    }
    void aFileIsReadWholeOrNotAtAll()
    {
        const QTemporaryDir dir;
        const auto file = std::filesystem::path(dir.path().toStdString()) / "x";
        for (const std::size_t size :
            {std::size_t{0}, std::size_t{1}, std::size_t{65536}, std::size_t{1} << 20}) {
            QVERIFY(writeFileAtomically(file, std::string(size, 'x')));
            QCOMPARE(readFile(file)->size(), size);
        }
        QVERIFY(readFile("/proc/self/status")->find("VmHWM") != std::string::npos); // has no size
        QVERIFY(readFile("/proc/self/mem").error().message.find("cannot read") != std::string::npos);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // they end the program there
        std::filesystem::resize_file(file, std::uintmax_t{1} << 42); // sparse; more than any machine has
        struct rlimit before { };
        QCOMPARE(::getrlimit(RLIMIT_AS, &before), 0);
        struct rlimit little = before;
        little.rlim_cur = rlim_t{1} << 36; // where the system promises more than it has
        QCOMPARE(::setrlimit(RLIMIT_AS, &little), 0);
        const auto read = readFile(file);
        QCOMPARE(::setrlimit(RLIMIT_AS, &before), 0);
        QVERIFY(!read && read.error().code == ExitCode::OutOfMemory);
#endif
    }
};

QTEST_APPLESS_MAIN(JsonTest)
#include "json_test.moc"
