// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run_export.h"

#include "core/files/weights_digest.h"
#include "core/output/html_report.h"
#include "core/output/svg.h"
#include "core/record/run_store.h"
#include "ui/theme/format.h"

#include <QObject>
#include <QPixmap>
#include <QWidget>

namespace mantissa::ui {

QString writeReport(const Run& run, const Run* baseline, const QString& file)
{
    ReportInput input{.run = &run, .baseline = baseline};
    if (const auto environment = readFile(run.folder() / "environment.json"))
        input.environmentJson = *environment;
    if (const auto checkpoint = newestCheckpoint(run.folder()))
        if (const auto digest = weightsDigest(*checkpoint / "model.safetensors"))
            input.digest = *digest;
    const auto status = writeFileAtomically(file.toStdString(), file.endsWith(u".md") ? markdownReport(input) : htmlReport(input));
    return status ? QObject::tr("written: %1").arg(file) : text(status.error().message);
}

QString writeChart(const Run& run, QWidget* page, const QString& file)
{
    if (file.endsWith(u".svg")) {
        const auto status = writeFileAtomically(file.toStdString(), standaloneSvg(memorySvg(run)));
        return status ? QObject::tr("written: %1").arg(file) : text(status.error().message);
    }
    constexpr double ratio = 2; // sharp in print
    QPixmap picture(page->size() * ratio);
    picture.setDevicePixelRatio(ratio);
    page->render(&picture);
    return picture.save(file) ? QObject::tr("written: %1").arg(file) : QObject::tr("cannot write %1; choose another folder").arg(file);
}

} // namespace mantissa::ui
