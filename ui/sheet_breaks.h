// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where a long paper is cut into sheets: few sheets, little left empty at their feet, nothing torn from what
// it belongs to. Charts give way a little where that saves a gap. Lengths are points.

#include <cstddef>
#include <optional>
#include <vector>

namespace mantissa::ui {

/// What is never cut between two sheets.
struct SheetPiece {
    double height = 0;
    bool shrinks = false; ///< a chart may be drawn smaller
    bool isGap = false; ///< not needed at the head or foot of a sheet
    bool staysWithNext = false;
    double breakCost = 0; ///< of a cut before it; an empty sheet costs 1
    std::optional<std::size_t> header{}; ///< a piece that is repeated where this one opens a sheet
};

struct PlacedPiece {
    double top = 0; ///< below the first line of the sheet
    std::size_t piece = 0; ///< index
    double scale = 1; ///< of one that shrinks
};

/// The sheets of `height` each, at least one. A piece that is higher has a sheet of its own.
std::vector<std::vector<PlacedPiece>> sheetsOf(const std::vector<SheetPiece>& pieces, double height);

} // namespace mantissa::ui
