// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a page shows while it has nothing to show: a title, and how to get something.

class QString;
class QWidget;

namespace mantissa::ui {

/// A card with both in its middle; `below` (may be null) stands under them and is taken over.
QWidget* emptyState(const QString& title, const QString& words, QWidget* below, QWidget* parent);

} // namespace mantissa::ui
