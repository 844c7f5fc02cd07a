// SPDX-License-Identifier: Apache-2.0
// numbers: how every weight of a checkpoint would fare in the 16-bit formats, and what of its updates.

#include "app/commands.h"
#include "app/engine_loader.h"
#include "core/base/json.h"
#include "core/base/units.h"
#include "core/evidence/experiment_folder.h"
#include "core/record/run_event.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <memory>

namespace mantissa {

namespace {

std::string known(const char* format, double value)
{
    return std::isnan(value) ? "-" : fmt::format(fmt::runtime(format), value);
}

std::string percent(double share) { return known("{:.2f} %", 100 * share); }

ExitCode showNumbers(const std::string& folder, bool json)
{
    if (const auto status = checkNoExperiment(folder); !status)
        return complain(status.error());
    const auto engine = loadEngine();
    if (!engine)
        return complain(engine.error());
    const auto measured = (*engine)->measureSaved(folder);
    if (!measured)
        return complain(measured.error());
    if (json) {
        fmt::print("{}\n", toLine(*measured)); // as the log of a run has it
        return ExitCode::Done;
    }
    fmt::print("{:<22}{:>12}{:>13}{:>11}{:>11}{:>12}{:>12}{:>11}{:>11}\n", "group", "elements",
        "lost in bf16", "descent", "lost fp16", "below fp16", "bf16 SQNR", "|u/w| 50%", "99%");
    for (const NumberGroup& g : measured->groups)
        fmt::print("{:<22}{:>12}{:>13}{:>11}{:>11}{:>12}{:>9.1f} dB{:>11}{:>11}\n", g.name,
            formatCount(g.elements), percent(g.bf16.cancelled), known("{:.4f}", g.bf16.effectiveDescent),
            percent(g.fp16.cancelled), percent(g.fp16.weights.subnormal + g.fp16.weights.underflow),
            g.bf16.sqnrDecibels, known("{:.2g}", g.updateRatioMedian), known("{:.2g}", g.updateRatioP99));
    if (measured->step > 0)
        fmt::print("every element, with the update that the moments of step {} stand for; {}\n",
            measured->step, formatSeconds(measured->seconds));
    else
        fmt::print("every element; nothing is known of updates without moments and the run's config; {}\n",
            formatSeconds(measured->seconds));
    fmt::print("remainder: unknown, a file has whole weights, however the run holds them\n");
    for (const NumberGroup& g : measured->groups)
        if (g.nans.value_or(0) > 0 || g.infinities.value_or(0) > 0)
            fmt::print("{}: {} NaN and {} infinite of {} weights; they are left out of the rest\n", g.name,
                formatCount(*g.nans), formatCount(*g.infinities), formatCount(g.elements));
    return ExitCode::Done;
}

} // namespace

void addNumbers(CLI::App& app, Command& chosen)
{
    auto folder = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand(
        "numbers", "How every weight of a checkpoint and its updates fare in BF16 and FP16");
    command->add_option("folder", *folder, "Run or checkpoint folder")->required();
    command->add_flag("--json", *json, "Print the event that a run's log would hold");
    command->callback([=, &chosen] { chosen = [=] { return showNumbers(*folder, *json); }; });
}

} // namespace mantissa
