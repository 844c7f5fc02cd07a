// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sheet_breaks.h"

#include <QTest>

using namespace mantissa::ui;

namespace {

constexpr double sheetHeight = 100;

std::vector<std::size_t> piecesOf(const std::vector<PlacedPiece>& sheet)
{
    std::vector<std::size_t> pieces;
    for (const PlacedPiece& placed : sheet)
        pieces.push_back(placed.piece);
    return pieces;
}

} // namespace

class SheetBreaksTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsOneEmptySheet() { QCOMPARE(sheetsOf({}, sheetHeight).size(), 1U); }
    void whatFitsStandsOnOneSheetInItsOrderAndSize()
    {
        const auto sheets
            = sheetsOf({{.height = 40}, {.height = 40, .shrinks = true}, {.height = 20}}, sheetHeight);
        QCOMPARE(sheets.size(), 1U);
        QCOMPARE(sheets[0].size(), 3U);
        QCOMPARE(sheets[0][1].top, 40.0);
        QCOMPARE(sheets[0][1].scale, 1.0);
        QCOMPARE(sheets[0][2].top, 80.0);
    }
    void chartsGiveWayWhereThatSavesAGap()
    {
        const std::vector<SheetPiece> charts(4, {.height = 55, .shrinks = true});
        const auto sheets = sheetsOf(charts, sheetHeight);
        QCOMPARE(sheets.size(), 2U); // and not four with gaps
        QVERIFY(qFuzzyCompare(sheets[0][0].scale, 100.0 / 110));
        QVERIFY(
            sheetsOf(std::vector<SheetPiece>(4, {.height = 70, .shrinks = true}), sheetHeight).size() == 4);
        const std::vector<SheetPiece> words(4, {.height = 55});
        QCOMPARE(sheetsOf(words, sheetHeight).size(), 4U);
    }
    void gapsStandBetweenPiecesAlone()
    {
        const SheetPiece gap{.height = 30, .isGap = true};
        const auto sheets = sheetsOf({{.height = 90}, gap, {.height = 90}, gap}, sheetHeight);
        QCOMPARE(sheets.size(), 2U);
        QCOMPARE(piecesOf(sheets[1]), (std::vector<std::size_t>{2}));
        QCOMPARE(sheets[1][0].top, 0.0);
    }
    void aTitleStaysWithWhatItNames()
    {
        const auto sheets
            = sheetsOf({{.height = 80}, {.height = 10, .staysWithNext = true}, {.height = 50}}, sheetHeight);
        QCOMPARE(piecesOf(sheets[1]), (std::vector<std::size_t>{1, 2}));
    }
    void aTableGoesOnUnderItsHeaderAndLeavesNoRowAlone()
    {
        std::vector<SheetPiece> rows{{.height = 10, .staysWithNext = true}};
        for (int row = 1; row < 11; ++row)
            rows.push_back({.height = 10, .header = 0});
        rows.back().breakCost = 0.5;
        const auto sheets = sheetsOf(rows, sheetHeight); // a header and ten rows are one too many
        QCOMPARE(sheets.size(), 2U);
        QCOMPARE(piecesOf(sheets[1]), (std::vector<std::size_t>{0, 9, 10}));
    }
    void theLastSheetIsNoAfterthought()
    {
        std::vector<SheetPiece> pieces(10, {.height = 20});
        pieces.push_back({.height = 4}); // five, five and one line would be left
        const auto sheets = sheetsOf(pieces, sheetHeight);
        QCOMPARE(sheets.size(), 3U);
        QCOMPARE(piecesOf(sheets.back()), (std::vector<std::size_t>{9, 10}));
    }
    void whatIsTooHighHasASheetOfItsOwnAndEveryPieceIsThereOnce()
    {
        const auto sheets = sheetsOf(
            {{.height = 30}, {.height = 250}, {.height = 150, .shrinks = true}, {.height = 30}}, sheetHeight);
        std::vector<std::size_t> all;
        for (const auto& sheet : sheets)
            for (const std::size_t piece : piecesOf(sheet))
                all.push_back(piece);
        QCOMPARE(all, (std::vector<std::size_t>{0, 1, 2, 3}));
        for (const auto& sheet : sheets)
            for (const PlacedPiece& placed : sheet)
                QCOMPARE(placed.scale, placed.piece == 2 ? 100.0 / 150 : 1.0);
    }
};

QTEST_APPLESS_MAIN(SheetBreaksTest)
#include "sheet_breaks_test.moc"
