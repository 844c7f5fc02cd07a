// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run_export.h"

#include "core/base/json.h"
#include "core/files/weights_digest.h"
#include "core/output/csv.h"
#include "core/output/diagnostics.h"
#include "core/output/model_export.h"
#include "core/output/run_trace.h"
#include "core/output/svg.h"
#include "core/output/tensorboard.h"
#include "core/record/run_store.h"
#include "ui/report_pages.h"
#include "ui/theme/format.h"

#include <QFileInfo>
#include <QImage>
#include <QObject>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>
#include <QWidget>

#include <nlohmann/json.hpp>

namespace mantissa::ui {

namespace {

/// A window must not stand still: about half a second of hashing.
constexpr std::uintmax_t mostHashed = std::uintmax_t{256} << 20;
constexpr int sharp = 2; ///< pixels of a picture for each of the screen's: for print

QString told(const Status& status, const QString& file)
{
    return status ? QObject::tr("written: %1").arg(file) : messageText(status.error().message);
}

QString toldPicture(bool isWritten, const QString& file)
{
    return isWritten ? QObject::tr("written: %1").arg(file)
                     : QObject::tr("cannot write %1; choose another folder").arg(file);
}

QString writeCsv(const Run& run, const QString& file)
{
    const auto csv = runCsv(run.folder());
    return csv ? told(writeFileAtomically(file.toStdString(), *csv), file) : messageText(csv.error().message);
}

} // namespace

ReportInput reportInput(const Run& run, const Run* baseline)
{
    ReportInput input{.run = &run, .baseline = baseline, .environment = readEnvironment(run.folder())};
    std::error_code error;
    if (const auto checkpoint = newestCheckpoint(run.folder()))
        if (const auto weights = *checkpoint / "model.safetensors";
            std::filesystem::file_size(weights, error) <= mostHashed)
            if (const auto digest = weightsDigest(weights))
                input.digest = *digest;
    return input;
}

Result<QString> withEnding(const QString& file, const QString& ending)
{
    if (file.section(u'/', -1).contains(u'.'))
        return file;
    const QString ended = file % ending;
    if (QFileInfo::exists(ended))
        return fail(QObject::tr("%1 is there already; choose it by its whole name to replace it")
                        .arg(ended)
                        .toStdString());
    return ended;
}

QString writeReport(const ReportInput& input, const QString& file)
{
    if (file.endsWith(u".pdf"))
        return told(writePdf(ReportPages(input), text(input.run->title()), file), file);
    if (file.endsWith(u".csv"))
        return writeCsv(*input.run, file);
    return told(writeFileAtomically(
                    file.toStdString(), file.endsWith(u".md") ? markdownReport(input) : htmlReport(input)),
        file);
}

QString writeChart(const std::string& svg, const QString& file)
{
    if (file.endsWith(u".svg"))
        return told(writeFileAtomically(file.toStdString(), standaloneSvg(svg)), file);
    QSvgRenderer renderer(qtSvg(svg));
    QImage picture(renderer.defaultSize() * sharp, QImage::Format_RGB32);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    renderer.render(&painter);
    painter.end();
    return toldPicture(picture.save(file), file);
}

QString writePicture(QWidget* page, const QString& file)
{
    QPixmap picture(page->size() * sharp);
    picture.setDevicePixelRatio(sharp);
    page->render(&picture);
    return toldPicture(picture.save(file), file);
}

QString writeDiagnostics(const Run& run, const QString& facts, const QString& file)
{
    const auto zip = diagnosticsZip(run.folder(), facts.toStdString());
    return zip ? told(writeFileAtomically(file.toStdString(), *zip), file) : messageText(zip.error().message);
}

QString writeTensorboard(const Run& run, const QString& folder)
{
    auto board = TensorboardFolder::open(run.folder(), folder.toStdString());
    return board ? told(board->update(), text(board->file().string())) : messageText(board.error().message);
}

QString writeTrace(const Run& run, const QString& file)
{
    const auto trace = runTrace(run.folder());
    return trace ? told(writeFileAtomically(file.toStdString(), *trace), file)
                 : messageText(trace.error().message);
}

QString writeModel(const std::filesystem::path& run, const QString& folder)
{
    const auto done = exportModel(run, std::nullopt, folder.toStdString());
    return done ? QObject::tr("written: %1, %2 tensors in %3")
                      .arg(folder, countText(done->tensors), text(nameOf(done->format)))
                : messageText(done.error().message);
}

QString commandOf(const RunConfig& config)
{
    return text("mantissa-cli train /dev/stdin <<'JSON'\n" + jsonText(toJson(config)) + "\nJSON\n");
}

} // namespace mantissa::ui
