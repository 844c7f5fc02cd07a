// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What leaves the window as a file: a report, a chart or the numbers of the open run. Each answers what to
// tell the user.

#include "core/output/html_report.h"

#include <QString>

#include <filesystem>

class QWidget;

namespace mantissa::ui {

/// With environment and, unless it would take long, the digest of the final weights. `baseline` may be null.
ReportInput reportInput(const Run& run, const Run* baseline);
/// A name as it was chosen, with the ending where it has none. Errors: a file of that other name is there,
/// and nobody was asked about it.
Result<QString> withEnding(const QString& file, const QString& ending);
/// The file's ending says what is written: .html, .pdf, .md, or .csv for the numbers.
QString writeReport(const ReportInput& input, const QString& file);
/// A chart as SVG where the file's name ends in .svg, else as a PNG picture of it.
QString writeChart(const std::string& svg, const QString& file);
QString writePicture(QWidget* page, const QString& file);
/// A ZIP for a bug report: what somebody needs who looks for the cause.
QString writeDiagnostics(const Run& run, const QString& facts, const QString& file);
/// The run for TensorBoard, in a folder; its course for Perfetto, in a file.
QString writeTensorboard(const Run& run, const QString& folder);
QString writeTrace(const Run& run, const QString& file);
/// The newest checkpoint as a folder that from_pretrained loads. Takes as long as reading and writing the
/// weights: any thread.
QString writeModel(const std::filesystem::path& run, const QString& folder);
/// The command that trains a config, with the config in it: to paste into a shell.
QString commandOf(const RunConfig& config);

} // namespace mantissa::ui
