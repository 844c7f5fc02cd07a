// SPDX-License-Identifier: Apache-2.0
#include "core/data/rows/row_set.h"

#include "core/data/rows/row_order.h"

#include <QTest>

#include <set>

using namespace mantissa;

namespace {

std::shared_ptr<const EncodedRows> rowsOf(const std::vector<std::int64_t>& lengths)
{
    auto rows = std::make_shared<EncodedRows>();
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        const auto length = static_cast<std::size_t>(lengths[i]);
        EncodedRow row{.ids = std::vector<TokenId>(length, static_cast<TokenId>(i)),
            .trained = std::vector<std::uint8_t>(length, 0)};
        row.trained.at(length - 1) = 1;
        row.lostTokens = length == 7 ? 3 : 0;
        rows->add(row, static_cast<std::int64_t>(i) + 1);
    }
    return rows;
}

std::set<std::int64_t> numbersOf(const RowSet& set)
{
    std::set<std::int64_t> numbers;
    for (std::int64_t i = 0; i < set.rows(); ++i)
        numbers.insert(set.row(i).number);
    return numbers;
}

std::vector<std::int64_t> placesOf(std::int64_t size, std::uint64_t seed, std::uint64_t stream)
{
    const Permutation permutation(size, seed, stream);
    std::vector<std::int64_t> places;
    for (std::int64_t i = 0; i < size; ++i)
        places.push_back(permutation.at(i));
    return places;
}

} // namespace

class RowSetTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rowsComeBackAsTheyWerePutIn()
    {
        const RowSet set = allRows(rowsOf({3, 7, 2}));
        QCOMPARE(set.rows(), 3);
        QCOMPARE(set.row(1).ids.size(), std::size_t{7});
        QCOMPARE(set.row(1).ids[0], TokenId{1});
        QCOMPARE(set.row(2).ids[1], TokenId{2});
        QCOMPARE(set.row(2).trained[0], std::uint8_t{0});
        QCOMPARE(set.row(2).trained[1], std::uint8_t{1});
        QCOMPARE(set.row(2).number, 3);
        QCOMPARE(set.row(2).trainedTokens, 1);
    }
    void factsAreOfTheRowsOfTheSet()
    {
        const RowSetFacts facts = allRows(rowsOf({3, 7, 2, 7})).facts();
        QCOMPARE(facts.rows, 4);
        QCOMPARE(facts.tokens, 19);
        QCOMPARE(facts.trainedTokens, 4);
        QCOMPARE(facts.shortest, 2);
        QCOMPARE(facts.median, 5.0);
        QCOMPARE(facts.longest, 7);
        QCOMPARE(facts.longestNumber, 2);
        QCOMPARE(facts.cutRows, 2);
        QCOMPARE(facts.lostTokens, 6);
        QCOMPARE(RowSet(rowsOf({3, 7, 2}), {2, 0}).facts().longest, 3);
        QCOMPARE(RowSet().facts().tokens, 0);
    }
    void theSplitIsOfTheSeedAndLeavesNoRowOut()
    {
        const auto rows = rowsOf(std::vector<std::int64_t>(40, 2));
        const auto [training, evaluation] = splitRows(rows, 0.1, 7);
        QCOMPARE(training.rows(), 36);
        QCOMPARE(evaluation.rows(), 4);
        std::set<std::int64_t> all = numbersOf(training);
        all.merge(numbersOf(evaluation));
        QCOMPARE(all.size(), std::size_t{40});
        QCOMPARE(numbersOf(splitRows(rows, 0.1, 7).second), numbersOf(evaluation));
        QVERIFY(numbersOf(splitRows(rows, 0.1, 8).second) != numbersOf(evaluation));
        QVERIFY(training.row(0).number < training.row(1).number); // in the order of the file
    }
    void bothPartsHaveARow()
    {
        QCOMPARE(splitRows(rowsOf({2, 2}), 0.001, 1).second.rows(), 1);
        QCOMPARE(splitRows(rowsOf({2, 2, 2}), 0.9, 1).first.rows(), 1);
    }
    void aPermutationHasEachPlaceOnce()
    {
        for (const std::int64_t size : {1, 2, 3, 4, 5, 7, 16, 17, 100, 1000, 4097}) {
            const auto places = placesOf(size, 5, 2);
            const std::set<std::int64_t> once(places.begin(), places.end());
            QCOMPARE(once.size(), static_cast<std::size_t>(size));
            QCOMPARE(*once.begin(), 0);
            QCOMPARE(*once.rbegin(), size - 1);
        }
    }
    void anotherSeedOrStreamIsAnotherPermutation()
    {
        QCOMPARE(placesOf(50, 5, 2), placesOf(50, 5, 2));
        QVERIFY(placesOf(50, 5, 2) != placesOf(50, 6, 2));
        QVERIFY(placesOf(50, 5, 2) != placesOf(50, 5, 3));
        // what was saved by one version must be gone on with by the next
        QCOMPARE(placesOf(8, 1337, 0), (std::vector<std::int64_t>{3, 0, 7, 2, 5, 4, 1, 6}));
    }
    void placesAreSpreadEvenly()
    {
        // where row 0 of 10 comes in 2,000 epochs: each place about 200 times (99.9 % of the time below 28.0,
        // 9 degrees)
        std::vector<double> counts(10, 0);
        for (std::uint64_t epoch = 0; epoch < 2000; ++epoch)
            ++counts[static_cast<std::size_t>(Permutation(10, 3, epoch).at(0))];
        double chiSquare = 0;
        for (const double count : counts)
            chiSquare += (count - 200) * (count - 200) / 200;
        QVERIFY2(chiSquare < 28, std::to_string(chiSquare).c_str());
    }
    void everyEpochHasEachRowOnce()
    {
        const RowOrder order(5, 9);
        std::vector<std::int64_t> first, second;
        for (std::int64_t consumed = 0; consumed < 10; ++consumed)
            (consumed < 5 ? first : second).push_back(order.rowAt(consumed));
        QVERIFY(first != second);
        for (auto* epoch : {&first, &second})
            QCOMPARE(std::set<std::int64_t>(epoch->begin(), epoch->end()).size(), std::size_t{5});
        QCOMPARE(order.epochAt(4), 0);
        QCOMPARE(order.epochAt(5), 1);
        QCOMPARE(order.rowsOf(1.5), 8);
        QCOMPARE(order.rowsOf(2), 10);
    }
};

QTEST_APPLESS_MAIN(RowSetTest)
#include "row_set_test.moc"
