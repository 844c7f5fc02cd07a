// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an experiment showed, for people and for programs: JSON, Markdown and HTML.

#include "core/base/json.h"
#include "core/evidence/experiment.h"
#include "core/output/report_facts.h"

#include <filesystem>
#include <memory>
#include <string>

namespace mantissa {

struct ExperimentReportInput {
    const ExperimentResult* result = nullptr;
    std::string repeatCommand{}; ///< that made it
    std::shared_ptr<const Json> environment{}; ///< of one of its runs, may be null
};

/// With the environment that the first of its runs in `folder` kept; `result` outlives it.
ExperimentReportInput experimentReportInput(const ExperimentResult& result, const ExperimentPlan& plan,
    const std::string& repeatCommand, const std::filesystem::path& folder);
/// Keys as docs/file-formats.md names them; unknown numbers are null.
Json experimentJson(const ExperimentReportInput& input);
std::string experimentMarkdown(const ExperimentReportInput& input);
/// Self-contained, as htmlReport.
std::string experimentHtml(const ExperimentReportInput& input);

/// experiment.json, .md and .html, as far as it has come.
Status writeExperiment(const ExperimentReportInput& input, const std::filesystem::path& folder);

/// A row for each arm: what the terminal shows too.
ReportTable armsTable(const ExperimentResult& result);
/// A row for each pair of runs, and the keys in which arms differ from the baseline.
ReportTable seedsTable(const ExperimentResult& result);
ReportTable choicesTable(const ExperimentResult& result);
/// "reached", "not enough data"; the baseline is "baseline".
std::string verdictText(const ArmResult& arm);

} // namespace mantissa
