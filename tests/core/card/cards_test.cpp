// SPDX-License-Identifier: Apache-2.0
#include "core/card/card_sampler.h"
#include "tests/support/fake_cards.h"

#include <QTest>

using namespace mantissa;

namespace {

std::vector<std::string> uuidsSeen(const std::vector<CardFacts>& all, const char* visible)
{
    std::vector<std::string> uuids;
    for (const CardFacts& card :
        visibleCards(all, visible ? std::optional<std::string>(visible) : std::nullopt))
        uuids.push_back(card.uuid);
    return uuids;
}

} // namespace

class CardsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatADriverSaysOfItsCardsIsRead()
    {
        FakeCards fake;
        fake.add(0, "NVIDIA H100 80GB HBM3", "GPU-aa");
        const CardList list = listCards(fake.library());
        QCOMPARE(list.problem, std::string());
        QCOMPARE(list.driver, std::string("550.54.15"));
        QCOMPARE(list.cards.size(), std::size_t{1});
        QCOMPARE(titleOf(list.cards[0]), std::string("NVIDIA H100, 8.00 GiB"));
        const CardReading expected{.celsius = 61,
            .watts = 215.5,
            .limitWatts = 700,
            .megahertz = 1980,
            .memoryMegahertz = 2619,
            .loadPercent = 97,
            .totalBytes = 8589934592,
            .usedBytes = 2147483648,
            .othersBytes = 1073741824};
        QVERIFY(list.cards[0].now == expected);
    }
    void whatADriverDoesNotSayIsMissingAndNotZero()
    {
        FakeCards fake;
        fake.add(0, "NVIDIA H100 MIG 1g.10gb", "MIG-aa");
        for (const char* key : {"0.temperature", "0.milliwatts", "0.limit_milliwatts", "0.clock",
                 "0.memory_clock", "0.load", "0.own"})
            fake.forget(key);
        const CardReading now = listCards(fake.library()).cards.at(0).now;
        QVERIFY(!now.celsius && !now.watts && !now.limitWatts && !now.megahertz && !now.memoryMegahertz);
        QVERIFY(!now.loadPercent && !now.othersBytes);
        QVERIFY(now.usedBytes.has_value());
        fake.forget("0.total");
        QVERIFY(!listCards(fake.library()).cards.at(0).now.usedBytes);
    }
    void noDriverIsAnEmptyListAndASentence()
    {
        const CardList none = listCards("/nowhere/libnvidia-ml.so.1");
        QVERIFY(none.cards.empty());
        QVERIFY2(none.problem.find("no NVIDIA driver answers here") == 0, none.problem.c_str());
        FakeCards fake;
        fake.set("init", "999");
        QCOMPARE(listCards(fake.library()).problem,
            std::string("the NVIDIA driver does not answer: Unknown Error"));
        fake.forget("init");
        QCOMPARE(listCards(fake.library()).problem, std::string("the NVIDIA driver lists no card"));
    }
    void aLibraryOfAnotherKindIsNoDriver()
    {
        const CardList none = listCards("libm.so.6");
        QVERIFY2(none.problem.find("lacks functions") != std::string::npos, none.problem.c_str());
    }
    void cardsAreCountedAsCudaShowsThem()
    {
        const std::vector<CardFacts> all{{.uuid = "GPU-aa-1"}, {.uuid = "GPU-ab-2"}, {.uuid = "GPU-c"}};
        using List = std::vector<std::string>;
        QCOMPARE(uuidsSeen(all, nullptr), (List{"GPU-aa-1", "GPU-ab-2", "GPU-c"}));
        QCOMPARE(uuidsSeen(all, ""), List{});
        QCOMPARE(uuidsSeen(all, "2, 0"), (List{"GPU-c", "GPU-aa-1"}));
        QCOMPARE(uuidsSeen(all, "GPU-ab,0"), (List{"GPU-ab-2", "GPU-aa-1"}));
        QCOMPARE(uuidsSeen(all, "GPU-a"), List{}); // which of two?
        QCOMPARE(uuidsSeen(all, "1,-1,0"), List{"GPU-ab-2"});
        QCOMPARE(uuidsSeen(all, "0,9,1"), List{"GPU-aa-1"});
    }
    void aCardIsFoundByItsUuidOrItsNumber()
    {
        FakeCards fake;
        fake.add(0, "first", "GPU-aa");
        fake.add(1, "second", "GPU-bb");
        fake.set("1.temperature", "40");
        QCOMPARE(CardMeter::open("GPU-bb", 0, fake.library())->read().celsius, std::optional(40.0));
        QCOMPARE(CardMeter::open("", 1, fake.library())->read().celsius, std::optional(40.0));
        QVERIFY(!CardMeter::open("GPU-cc", 0, fake.library()));
        const auto none = CardMeter::open("", 7, fake.library());
        QVERIFY(!none);
        QCOMPARE(none.error().message, std::string("the NVIDIA driver shows no card with the number 7"));
    }
    void aSamplerReadsUntilItIsLetGo()
    {
        FakeCards fake;
        fake.add(0, "card", "GPU-aa");
        CardSampler sampler(*CardMeter::open("GPU-aa", 0, fake.library()), std::chrono::milliseconds(1));
        std::size_t seen = 0;
        QTRY_VERIFY((seen += sampler.take().size()) >= 3);
    }
};

QTEST_GUILESS_MAIN(CardsTest)
#include "cards_test.moc"
