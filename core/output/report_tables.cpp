// SPDX-License-Identifier: Apache-2.0
#include "core/output/report_tables.h"

#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/output/card_table.h"
#include "core/output/texts_table.h"
#include "core/output/titles.h"
#include "core/record/device_choice.h"
#include "core/record/jump_record.h"
#include "core/record/plans_that_ran.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

std::string exactly(std::int64_t bytes) { return formatCount(bytes); }

ReportTable peaksTable(const Run& run)
{
    ReportTable table{.title = "Peak by phase and class",
        .note = "Bytes on the device at each phase's largest instant; classes sum to the "
                "peak. The estimate was made from shapes alone and is never fitted to the measurement.",
        .header = {"Phase"}};
    for (const MemoryClass memoryClass : allMemoryClasses)
        table.header.emplace_back(titleOf(memoryClass));
    table.header.insert(table.header.end(), {"Peak (measured)", "Estimate", "Error"});
    if (run.trial())
        table.header.insert(table.header.end(), {"Trial", "Error"});
    const Estimate estimate = estimateOfWhatRan(run);
    for (const Phase phase : allPhases) {
        const auto& peak = run.peakOf(phase);
        if (!peak)
            continue;
        std::vector<std::string> row{std::string(titleOf(phase))};
        for (const MemoryClass memoryClass : allMemoryClasses)
            row.push_back(exactly(peak->memory.devicePeak.at(memoryClass)));
        const std::int64_t measured = peak->memory.devicePeak.total();
        row.push_back(measured > 0 ? exactly(measured) : "–");
        const auto judge = [&](const std::optional<MemoryComposition>& before) {
            row.push_back(before ? exactly(before->total()) : "–");
            row.push_back(before && measured > 0
                    ? signedText(
                          100.0 * (static_cast<double>(before->total()) / static_cast<double>(measured) - 1),
                          1)
                        + " %"
                    : "–");
        };
        judge(estimate.byPhase[indexOf(phase)]);
        if (run.trial())
            judge(run.trial()->peaks.byPhase[indexOf(phase)]);
        table.rows.push_back(std::move(row));
    }
    return table;
}

/// Every tier, live and reserved apart, for phases and for what happens on the way into them.
ReportTable ledgerTable(const Run& run)
{
    ReportTable table{.title = "Ledger",
        .note = "Bytes by tier and class, each tier at its own fullest instant; \"into\" is the transition: "
                "casts and moves. "
                "Reserved counts headers, rounding and what is kept for reuse. Workspace on disk is spare "
                "slots and headers.",
        .header = {"Phase", "Tier"}};
    for (const MemoryClass memoryClass : allMemoryClasses)
        table.header.emplace_back(titleOf(memoryClass));
    table.header.insert(table.header.end(), {"Other", "Live", "Reserved"});
    const auto add
        = [&](const std::string& name, Tier tier, const MemoryComposition& live, std::int64_t reserved) {
              if (live.total() == 0)
                  return;
              std::vector<std::string> row{name, std::string(nameOf(tier))};
              for (const MemoryClass memoryClass : allMemoryClasses)
                  row.push_back(exactly(live.at(memoryClass)));
              row.insert(row.end(),
                  {exactly(live.other), exactly(live.total()), reserved > 0 ? exactly(reserved) : "–"});
              table.rows.push_back(std::move(row));
          };
    const auto addAll = [&](const std::string& name, const std::optional<PhasePeak>& peak) {
        if (!peak)
            return;
        add(name, Tier::Device, peak->memory.devicePeak, peak->memory.deviceReservedPeak);
        add(name, Tier::Host, peak->memory.hostPeak, peak->memory.hostReservedPeak);
        add(name, Tier::Disk, peak->memory.diskPeak, 0);
    };
    for (const Phase phase : allPhases) {
        addAll("into " + std::string(titleOf(phase)), run.transitionPeakOf(phase));
        addAll(std::string(titleOf(phase)), run.peakOf(phase));
    }
    return table;
}

ReportTable comparisonTable(const ReportInput& input)
{
    std::vector<const Run*> runs{input.run};
    std::optional<std::size_t> baseline;
    if (input.baseline) {
        baseline = 1;
        runs.push_back(input.baseline);
    }
    runs.insert(runs.end(), input.others.begin(), input.others.end());
    ReportTable table{.title = "Side by side",
        .note
        = "± is the 95 % interval over the evaluation batches of one pair of runs, not over seeds (n = 1).",
        .header = {"Run", "Peak", "of baseline", "Mean", "Evaluation loss", "Quality delta", "Tokens/s",
            "Casts", "Mismatches"}};
    const Comparison comparison = compareRuns(runs, baseline);
    for (const std::string& warning : comparison.warnings)
        table.note += " Note: " + warning + ".";
    for (const ComparisonRow& row : comparison.rows) {
        const std::string delta = row.isBaseline ? "baseline"
            : !row.last
            ? "–"
            : fmt::format("{}{}", percentText(row.last->deltaPercent),
                row.last->overBatches ? fmt::format(" ± {:.3f}", row.last->overBatches->halfWidth) : "");
        table.rows.push_back({row.title, formatMeasuredBytes(static_cast<double>(row.peakDeviceBytes)),
            row.peakRatio ? fmt::format("{:.1f} %", *row.peakRatio * 100) : "–",
            formatMeasuredBytes(row.meanDeviceBytes),
            std::isnan(row.evalLoss) ? "–" : fmt::format("{:.4f}", row.evalLoss), delta,
            row.tokensPerSecond > 0 ? fmt::format("{:.0f}", row.tokensPerSecond) : "–",
            row.isUnknown ? "–" : formatCount(row.casts),
            row.isUnknown ? "–" : formatCount(row.castMismatches)});
    }
    return table;
}

ReportTable dataTable(const Run& run)
{
    ReportTable table{.title = "Data",
        .note
        = "What was read to learn from. Runs are compared where the bytes are the same, whatever the path.",
        .header = {"Source", "Files", "Bytes", "SHA-256", "Samples", "Tokens", "For evaluation", "Share"}};
    if (const DataRead& read = run.data(); read.isKnown())
        table.rows.push_back({shown(run.config().data.source), formatCount(read.files), exactly(read.bytes),
            read.sha256, formatCount(read.trainingSamples), formatCount(read.trainingTokens),
            formatCount(read.evaluationTokens), fmt::format("{:.1f} %", 100 * read.evaluationShare())});
    else if (run.started())
        table.rows.push_back(
            {shown(run.config().data.source), "–", "–", "not known: an older run", "–", "–", "–", "–"});
    return table;
}

ReportTable segmentsTable(const Run& run)
{
    ReportTable table{.title = "Segments",
        .note
        = "What was cast and moved on entering each stretch of the run. A mismatch would be a lost bit.",
        .header
        = {"Phase", "Format", "From tick", "Ticks", "Tensors cast", "Bytes", "Seconds", "Mismatches", "Why"}};
    for (const Segment& segment : run.segments())
        table.rows.push_back(
            {std::string(titleOf(segment.start->phase)), std::string(titleOf(segment.start->plan.compute)),
                formatCount(segment.tick), formatCount(segment.ticks()), formatCount(segment.start->casts),
                exactly(segment.start->castBytes),
                hasRealSeconds(run.config()) ? fmt::format("{:.4f}", segment.castSeconds) : "–",
                formatCount(segment.start->castMismatches), segment.start->reason});
    return table;
}

ReportTable evaluationsTable(const Run& run)
{
    ReportTable table{.title = "Evaluations",
        .note = "On fixed batches, in Full's format.",
        .header = {"Step", "Trained tokens", "Loss", "Accuracy"}};
    for (const Evaluated& e : run.evaluations())
        table.rows.push_back(
            {formatCount(e.step), formatCount(e.trainedTokens), fmt::format("{:.5f}", e.loss),
                std::isnan(e.accuracy) ? "–" : fmt::format("{:.2f} %", e.accuracy * 100)});
    return table;
}

ReportTable predictionsTable(const Run& run)
{
    ReportTable table{.title = "Predict",
        .note = fmt::format(
            "Forward only, on coming training batches: read-outs A + lead (A - B) of the mean A of the last "
            "weights and the mean B of those before, against the last weights. The winner of a race is tried "
            "again on fresh batches; gain and confidence are "
            "of those alone. Training goes on from the exact weights.{}",
            !hasRealSeconds(run.config())
                ? ""
                : fmt::format(" Probes and annealed estimates took {} in all, {:.1f} % of the run.",
                    formatSeconds(run.predictSeconds()),
                    run.seconds() > 0 ? 100 * run.predictSeconds() / run.seconds() : 0.0)),
        .header = {"Step", "Lead", "Probes", "Retests", "Gain (nats)", "Standard error", "Confidence"}};
    for (const PredictJudged& p : run.predictions())
        table.rows.push_back({formatCount(p.step), fmt::format("{:g}", p.lead), formatCount(p.probes),
            formatCount(p.retests), signedText(p.meanGain, 4), fmt::format("{:.4f}", p.gainSpread),
            fmt::format("{:.3f}", p.confidence)});
    return table;
}

ReportTable annealedTable(const Run& run)
{
    const auto known = [](double bound) { // one batch gives no interval
        return std::isfinite(bound) ? signedText(bound, 5) : std::string("–");
    };
    ReportTable table{.title = "Annealed estimate",
        .note = "Evaluation loss of the read-out: what training would show were its noise averaged away. The "
                "interval "
                "of the gain is 95 %, paired over the evaluation batches of this run.",
        .header = {"Step", "Lead", "Weights averaged", "Loss", "Last weights", "Gain (nats)", "From", "To"}};
    for (const AnnealedEstimated& e : run.annealed())
        table.rows.push_back({formatCount(e.step), fmt::format("{:g}", e.lead), formatCount(e.windowSteps),
            fmt::format("{:.5f}", e.loss), fmt::format("{:.5f}", e.weightsLoss), signedText(e.gain, 5),
            known(e.gainLow), known(e.gainHigh)});
    return table;
}

ReportTable jumpsTable(const Run& run)
{
    const JumpCosts costs = jumpCostsOf(run);
    ReportTable table{.title = "Jumps",
        .note
        = fmt::format("Weights moved by lead (A - B), the difference of two window means, and Correct after "
                      "it. Lead: how many plain "
                      "steps later the course before would have had the loss found then; from: the lower end "
                      "of its one-sided 90 % interval, which has to exceed the cost. A jump that "
                      "was taken back left no bit behind. {} kept, {} taken back{}.",
            formatCount(costs.kept), formatCount(costs.takenBack),
            hasRealSeconds(run.config())
                ? fmt::format("; in all they cost {}, {:.1f} % of the run (at most 2 % by default)",
                    formatSeconds(costs.seconds), 100 * costs.shareOfTime)
                : ""),
        .header = {"Step", "a", "Cosine", "Loss before", "At the jump", "Lead (steps)", "From",
            "Cost (steps)", "Cost (s)", "P(lead > cost)", "Verdict"}};
    const auto orDash = [](double value, int digits) {
        return std::isfinite(value) ? fmt::format("{:.{}f}", value, digits) : std::string("–");
    };
    const auto cost = [&](double seconds) {
        return hasRealSeconds(run.config()) ? fmt::format("{:.2f}", seconds) : std::string("–");
    };
    for (const JumpRecord& record : jumpRecordsOf(run)) {
        std::vector<std::string> row{formatCount(record.made.step), fmt::format("{:g}", record.made.lead),
            orDash(record.made.cosine, 2), orDash(record.made.lossBefore, 4),
            orDash(record.made.lossAfter, 4)};
        if (const auto& judged = record.judged)
            row.insert(row.end(),
                {orDash(judged->leadSteps, 1), orDash(judged->leadLow, 1),
                    fmt::format("{:.1f}", record.costSteps), cost(record.seconds),
                    std::isfinite(judged->leadSteps) ? fmt::format("{:.2f}", judged->confidence) : "–",
                    record.isKept() ? "kept" : "taken back"});
        else
            row.insert(row.end(), {"–", "–", "–", cost(record.seconds), "–", "not judged"});
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::string known(const char* format, double value)
{
    return std::isnan(value) ? "–" : fmt::format(fmt::runtime(format), value);
}

ReportTable numbersTable(const Run& run)
{
    ReportTable table{.title = "Numbers",
        .note = "",
        .header = {"Group", "Elements", "Weights held as", "Updates lost in BF16", "Effective descent, BF16",
            "Updates lost in FP16", "SQNR BF16 (dB)", "Gradients below FP16", "Update / weight, median",
            "99 %"}};
    if (run.numbers().empty())
        return table;
    const NumbersMeasured& last = run.numbers().back();
    table.note = fmt::format(
        "Around the update of step {}, {}. Lost: updates that would leave a weight as it is if it were "
        "rounded to the format, with nothing "
        "kept beside it. Effective descent: what of the update would be left; below 0.95 is trouble.",
        formatCount(last.step), last.isExact ? "every element" : "one element in 64");
    for (const NumberGroup& g : last.groups)
        table.rows.push_back({g.name, formatCount(g.elements),
            g.weights.format + (g.remainder.format.empty() ? "" : " + " + g.remainder.format),
            known("{:.1f} %", 100 * g.bf16.cancelled), known("{:.3f}", g.bf16.effectiveDescent),
            known("{:.1f} %", 100 * g.fp16.cancelled), known("{:.1f}", g.bf16.sqnrDecibels),
            known("{:.1f} %", 100 * (g.fp16.gradients.subnormal + g.fp16.gradients.underflow)),
            known("{:.2g}", g.updateRatioMedian), known("{:.2g}", g.updateRatioP99)});
    for (const NumberGroup& g : last.groups)
        if (g.nans.value_or(0) > 0 || g.infinities.value_or(0) > 0)
            table.note += fmt::format(" {} has {} NaN and {} infinite weights among those looked at.", g.name,
                formatCount(*g.nans), formatCount(*g.infinities));
    return table;
}

ReportTable divergencesTable(const Run& run)
{
    ReportTable table{.title = "Divergence",
        .note
        = "What the monitor found and what was done. Rows of a stretch that was rolled back stay on the "
          "charts: the time was spent, and its steps do not count.",
        .header = {"At tick", "Step", "Level", "Signal", "Answer", "Now at step", "What"}};
    for (const DivergenceAnswered& e : run.divergences())
        table.rows.push_back({formatCount(e.tick), formatCount(e.step), std::string(nameOf(e.finding.level)),
            std::string(nameOf(e.finding.signal)), std::string(nameOf(e.answer)), formatCount(e.toStep),
            e.text});
    return table;
}

ReportTable settingsTable(const Run& run)
{
    ReportTable table{.title = "Settings changed during the run",
        .note = "Step 0: what a budget moved before the first step. Comparisons ask what was in force at "
                "each step.",
        .header = {"At tick", "Step", "Setting", "From", "To"}};
    for (const SettingChanged& e : run.settingChanges())
        table.rows.push_back({formatCount(e.tick), formatCount(e.step), e.key, e.from, e.to});
    return table;
}

ReportTable noticesTable(const Run& run)
{
    ReportTable table{.title = "Notices", .note = "", .header = {"At tick", "Severity", "What"}};
    for (const Notice& notice : run.notices())
        table.rows.push_back({formatCount(notice.tick), std::string(nameOf(notice.severity)), notice.text});
    return table;
}

} // namespace

std::vector<ReportTable> reportTables(const ReportInput& input)
{
    const Run& run = *input.run;
    std::vector<ReportTable> tables;
    tables.push_back(peaksTable(run));
    if (input.baseline || !input.others.empty())
        tables.push_back(comparisonTable(input));
    for (ReportTable& table :
        std::vector<ReportTable>{dataTable(run), ledgerTable(run), cardTable(run), evaluationsTable(run),
            textsTable(run), predictionsTable(run), annealedTable(run), jumpsTable(run), numbersTable(run),
            segmentsTable(run), settingsTable(run), divergencesTable(run), noticesTable(run)})
        if (!table.rows.empty())
            tables.push_back(std::move(table));
    return tables;
}

} // namespace mantissa
