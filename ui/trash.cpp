// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trash.h"

#include "ui/theme/format.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

namespace mantissa::ui {

bool moveToTrash(const std::filesystem::path& what)
{
    // Qt 6.4 takes the folder it stands in for the trash of a user whose data folder is not there yet
    if (!QDir().mkpath(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)))
        return false;
    return QFile::moveToTrash(text(what.string()));
}

} // namespace mantissa::ui
