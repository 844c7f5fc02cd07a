// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sheet_breaks.h"

#include <algorithm>
#include <limits>

namespace mantissa::ui {

namespace {

constexpr double leastScale = 0.8; ///< smaller, words in charts cannot be read
constexpr double shrinkCost = 0.6; ///< of a chart of no size, where an empty sheet costs 1
constexpr double shortSheet = 0.25; ///< a last sheet below this share looks like a mistake
constexpr double shortSheetCost = 0.3;

/// What would stand on one sheet.
struct Sheet {
    std::size_t first = 0; ///< piece; gaps at both ends are left out
    std::size_t end = 0;
    double fixed = 0; ///< height
    double shrinking = 0;

    double height(double scale) const { return fixed + scale * shrinking; }
    double scaleIn(double space) const
    {
        return height(1) <= space || shrinking <= 0 ? 1 : std::max(0.0, (space - fixed) / shrinking);
    }
};

Sheet sheetOf(const std::vector<SheetPiece>& pieces, std::size_t first, std::size_t end)
{
    while (first < end && pieces[first].isGap)
        ++first;
    while (first < end && pieces[end - 1].isGap)
        --end;
    Sheet sheet{first, end};
    for (std::size_t i = first; i < end; ++i)
        (pieces[i].shrinks ? sheet.shrinking : sheet.fixed) += pieces[i].height;
    if (first < end && pieces[first].header)
        sheet.fixed += pieces[*pieces[first].header].height;
    return sheet;
}

double costOf(const Sheet& sheet, double space, bool isLast)
{
    const double scale = sheet.scaleIn(space);
    const double share = sheet.height(scale) / space;
    const double cost = 1 + shrinkCost * (1 - scale);
    if (isLast)
        return cost + (share < shortSheet ? shortSheetCost * (1 - share / shortSheet) : 0);
    return cost + (1 - share) * (1 - share);
}

std::vector<PlacedPiece> place(const std::vector<SheetPiece>& pieces, const Sheet& sheet, double space)
{
    std::vector<PlacedPiece> placed;
    double top = 0;
    const auto add = [&](std::size_t piece) {
        const double scale = pieces[piece].shrinks ? sheet.scaleIn(space) : 1;
        placed.push_back({top, piece, scale});
        top += scale * pieces[piece].height;
    };
    if (sheet.first < sheet.end && pieces[sheet.first].header)
        add(*pieces[sheet.first].header);
    for (std::size_t i = sheet.first; i < sheet.end; ++i)
        add(i);
    return placed;
}

} // namespace

std::vector<std::vector<PlacedPiece>> sheetsOf(const std::vector<SheetPiece>& pieces, double height)
{
    // the cheapest cuts of the first n pieces, from those of fewer (Knuth and Plass 1981 do so with lines)
    const std::size_t count = pieces.size();
    std::vector<double> least(count + 1, std::numeric_limits<double>::infinity());
    std::vector<std::size_t> cut(count + 1, 0);
    least[0] = 0;
    for (std::size_t end = 1; end <= count; ++end) {
        if (end < count && pieces[end - 1].staysWithNext)
            continue;
        for (std::size_t first = end; first-- > 0;) {
            const Sheet sheet = sheetOf(pieces, first, end);
            const bool fits = sheet.height(leastScale) <= height;
            const bool isAlone = sheet.end - std::min(sheet.first, sheet.end) <= 1;
            if (!fits && !isAlone && least[end] < std::numeric_limits<double>::infinity())
                break;
            // what cannot fit in any way runs over the foot, rather than be lost
            const double cost = least[first] + costOf(sheet, height, end == count)
                + (fits || isAlone ? 0 : 1e3 * (1 + sheet.height(leastScale) / height))
                + (first > 0 ? pieces[first].breakCost : 0);
            if (cost < least[end]) {
                least[end] = cost;
                cut[end] = first;
            }
        }
    }
    std::vector<std::vector<PlacedPiece>> sheets;
    for (std::size_t end = count; end > 0; end = cut[end])
        sheets.push_back(place(pieces, sheetOf(pieces, cut[end], end), height));
    std::reverse(sheets.begin(), sheets.end());
    if (sheets.empty())
        sheets.emplace_back();
    return sheets;
}

} // namespace mantissa::ui
