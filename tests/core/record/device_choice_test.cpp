// SPDX-License-Identifier: Apache-2.0
// What names a device, and what does not.

#include "core/base/units.h"
#include "core/record/device_choice.h"
#include "core/record/run_config.h"

#include <QTest>

#include <string>
#include <tuple>
#include <vector>

using namespace mantissa;

class DeviceChoiceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachDeviceIsReadAndWrittenOneWay()
    {
        const std::vector<std::tuple<std::string, DeviceChoice, std::string>> known{{"cpu", {}, "cpu"},
            {"cpu:0", {}, "cpu"}, {"cuda", {.kind = DeviceKind::Card}, "cuda:0"},
            {"cuda:7", {.kind = DeviceKind::Card, .index = 7}, "cuda:7"},
            {"simulated:8GiB", {.kind = DeviceKind::Simulated, .bytes = 8 * gibibyte}, "simulated:8GiB"},
            {"simulated:1.5 GiB", {.kind = DeviceKind::Simulated, .bytes = 1536 * mebibyte},
                "simulated:1536MiB"},
            {"simulated:500MB", {.kind = DeviceKind::Simulated, .bytes = 500'000'000},
                "simulated:500000000"}};
        for (const auto& [text, device, written] : known) {
            const auto parsed = parseDevice(text);
            QVERIFY2(parsed, text.c_str());
            QVERIFY2(*parsed == device, text.c_str());
            QCOMPARE(nameOf(*parsed), written);
            QVERIFY(*parseDevice(nameOf(*parsed)) == device);
        }
    }
    void whatNamesNoDeviceIsRefusedWithWhatToWrite()
    {
        const std::vector<std::pair<std::string, std::string>> wrong{{"", "expected cpu"},
            {"CPU", "expected cpu"}, {"cpu:1", "expected cpu"}, {"gpu", "expected cpu"},
            {"simulated", "simulated:8GiB"}, {"simulated:", "simulated:8GiB"},
            {"simulated:0", "1 B to 1.00 TiB"}, {"simulated:0.2", "1 B to 1.00 TiB"},
            {"simulated:2TiB", "1 B to 1.00 TiB"}, {"simulated:1PB", "simulated:8GiB"},
            {"simulated:-1", "simulated:8GiB"}, {"simulated:nan", "simulated:8GiB"},
            {"simulated:x", "simulated:8GiB"}, {"cuda:", "cuda:0"}, {"cuda:x", "cuda:0"},
            {"cuda:1x", "cuda:0"}, {"cuda:-1", "cuda:0"}, {"cuda: 1", "cuda:0"}, {"cuda:128", "cuda:0"},
            {"cuda:99999999999", "cuda:0"}};
        for (const auto& [text, words] : wrong) {
            const auto parsed = parseDevice(text);
            QVERIFY2(!parsed, text.c_str());
            QCOMPARE(parsed.error().code, ExitCode::Usage);
            QVERIFY2(parsed.error().message.find(words) != std::string::npos, parsed.error().message.c_str());
            QVERIFY2(parsed.error().message.find("'" + text + "'") != std::string::npos,
                parsed.error().message.c_str());
        }
    }
    void onlyASimulatedCardHasNoSeconds()
    {
        RunConfig config;
        QVERIFY(hasRealSeconds(config));
        config.memory.device = "cuda:0";
        QVERIFY(hasRealSeconds(config));
        config.memory.device = "simulated:8GiB";
        QVERIFY(!hasRealSeconds(config));
    }
};

QTEST_APPLESS_MAIN(DeviceChoiceTest)
#include "device_choice_test.moc"
