// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/example_run.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QStandardPaths>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

QString cacheFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) % u"/mantissa/examples"_s;
}

} // namespace

std::optional<std::filesystem::path> unpackExampleRun()
{
    const QDir inside(u":/example-runs"_s);
    const QDir cache(cacheFolder());
    QDirIterator files(inside.path(), QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString source = files.next();
        const QString target = cache.filePath(inside.relativeFilePath(source));
        if (QFileInfo(target).size() == QFileInfo(source).size())
            continue; // of an earlier start
        QFile::remove(target);
        if (!QDir().mkpath(QFileInfo(target).path()) || !QFile::copy(source, target))
            return std::nullopt;
        QFile::setPermissions(target, QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther);
    }
    return std::filesystem::path(cache.filePath(u"kjv-gpt-example"_s).toStdString());
}

bool isExampleRun(const std::filesystem::path& folder)
{
    return folder.parent_path() == std::filesystem::path(cacheFolder().toStdString());
}

} // namespace mantissa::ui
