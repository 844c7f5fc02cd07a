// SPDX-License-Identifier: Apache-2.0
#include "core/record/event_channel.h"

#include <QTest>

#include <thread>

using namespace mantissa;

class EventChannelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void drainingEmptiesIt()
    {
        EventChannel channel;
        channel.push(Notice{.text = "one"});
        QCOMPARE(channel.drain().size(), std::size_t{1});
        QVERIFY(channel.drain().empty());
    }
    void everyEventArrivesOnceAndInOrder()
    {
        constexpr std::int64_t count = 50'000;
        EventChannel channel;
        const std::jthread writer([&] {
            for (std::int64_t i = 0; i < count; ++i)
                channel.push(StepDone{.tick = i});
        });
        std::int64_t next = 0;
        while (next < count)
            for (const RunEvent& event : channel.drain())
                QCOMPARE(std::get<StepDone>(event).tick, next++);
        QVERIFY(channel.drain().empty());
    }
};

QTEST_APPLESS_MAIN(EventChannelTest)
#include "event_channel_test.moc"
