// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pdf_report.h"

#include "core/evidence/opened_baseline.h"
#include "core/record/run_store.h"
#include "ui/report_pages.h"
#include "ui/run_export.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

namespace mantissa {

Status writePdfReport(const std::filesystem::path& folder, const std::filesystem::path& baselineFolder,
    const std::filesystem::path& file)
{
    const auto run = openRun(folder);
    if (!run)
        return fail(run.error());
    const auto baseline = openBaseline(*run, baselineFolder);
    if (!baseline)
        return fail(baseline.error());
    ui::loadFonts();
    const ui::ReportPages pages(ui::reportInput(*run, *baseline ? &**baseline : nullptr));
    return ui::writePdf(pages, ui::text(run->title()), ui::text(file.string()));
}

} // namespace mantissa
