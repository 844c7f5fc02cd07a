// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the user wrote on a run: a title, a note, tags, and whether it is put away. Kept in labels.json of the run's folder; nothing of it trains.

#include "core/base/result.h"

#include <QStringList>

#include <filesystem>

namespace mantissa::ui {

struct RunLabels {
    QString title; ///< empty: the folder's name
    QString note;
    QStringList tags;
    bool isArchived = false; ///< left out of the list unless asked for; nothing is moved
    friend bool operator==(const RunLabels&, const RunLabels&) = default;
};

/// Takes what can be used of the file; without one, or from one that is damaged, empty labels.
RunLabels readRunLabels(const std::filesystem::path& runFolder);
/// Keeps keys of the file that it does not know.
Status writeRunLabels(const std::filesystem::path& runFolder, const RunLabels& labels);
/// The title, or the folder's name.
QString shownTitle(const std::filesystem::path& runFolder);
/// "a, b ,a" as a, b.
QStringList tagsFrom(const QString& text);

} // namespace mantissa::ui
