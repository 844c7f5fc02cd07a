// SPDX-License-Identifier: Apache-2.0
// advice: what a run's measurements say to the troubles of mixed precision.

#include "app/commands.h"
#include "core/evidence/advice.h"
#include "core/evidence/opened_baseline.h"
#include "core/record/run_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

ExitCode advise(const fs::path& folder, const std::string& baselineFolder, bool json)
{
    const auto run = openRun(folder);
    if (!run)
        return complain(run.error());
    const auto baseline = openBaseline(*run, baselineFolder);
    if (!baseline)
        return complain(baseline.error());
    const auto all = adviceOn(*run, *baseline ? &**baseline : nullptr);
    if (!json && !all.empty())
        fmt::print("{:<9} {}\n", "trouble", "finding, and settings that answer it");
    Json list = Json::array();
    for (const Advice& advice : all) {
        list.push_back(
            {{"trouble", advice.trouble}, {"finding", advice.finding}, {"settings", advice.settings}});
        if (json)
            continue;
        fmt::print("{:<9} {}\n", advice.trouble, advice.finding);
        for (const std::string& setting : advice.settings)
            fmt::print("{:<9} --set {}\n", "", setting);
    }
    if (json)
        fmt::print("{}\n", jsonText(list));
    return ExitCode::Done;
}

} // namespace

void addAdvice(CLI::App& app, Command& chosen)
{
    auto folder = std::make_shared<std::string>();
    auto baseline = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("advice", "What to change, from what a run has measured");
    command->add_option("run", *folder, "Run folder")->required();
    command->add_option(
        "--baseline", *baseline, "The FP32 run to compare with (default: found beside the run)");
    command->add_flag("--json", *json, "Print a list on stdout");
    command->callback([=, &chosen] { chosen = [=] { return advise(*folder, *baseline, *json); }; });
}

} // namespace mantissa
