// SPDX-License-Identifier: Apache-2.0
// fork: a new run that goes on from a checkpoint of another.

#include "app/commands.h"
#include "core/base/shown_text.h"
#include "core/record/run_store.h"
#include "core/training/fork.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <vector>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

struct ForkOptions {
    std::string run{};
    std::string checkpoint = "newest"; ///< or a step
    std::string name{};
};

Result<fs::path> checkpointOf(const ForkOptions& options)
{
    const auto all = wholeCheckpoints(placeOf(options.run));
    if (all.empty())
        return fail(options.run
                + " has no whole checkpoint yet; a run writes one at each training.save_interval and at its "
                  "end",
            ExitCode::Usage);
    if (options.checkpoint == "newest")
        return all.back();
    std::vector<std::string> steps;
    for (const fs::path& checkpoint : all) {
        const std::string name = checkpoint.filename().string();
        const std::size_t digits = name.find_first_not_of("step-0");
        steps.push_back(digits == std::string::npos ? "0" : name.substr(digits));
        if (steps.back() == options.checkpoint)
            return checkpoint;
    }
    return fail(fmt::format("{} has no checkpoint of step {}; there are {}", options.run, options.checkpoint,
                    fmt::join(steps, ", ")),
        ExitCode::Usage);
}

ExitCode fork(const ForkOptions& options)
{
    if (const auto run = openRun(options.run); !run)
        return complain(run.error());
    const auto checkpoint = checkpointOf(options);
    if (!checkpoint)
        return complain(checkpoint.error());
    const fs::path run = placeOf(options.run);
    const auto folder
        = forkRun({.run = run,
                      .checkpoint = *checkpoint,
                      .name = options.name.empty() ? run.filename().string() + "-fork" : options.name},
            run.parent_path());
    if (!folder)
        return complain(folder.error());
    fmt::print("{}\n", shown(folder->string()));
    return ExitCode::Done;
}

} // namespace

void addFork(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<ForkOptions>();
    CLI::App* command = app.add_subcommand(
        "fork", "A new run beside a run, to go on from one of its checkpoints; `resume` trains it");
    command->add_option("run", options->run, "Run folder")->required();
    command->add_option("--checkpoint", options->checkpoint, "newest, or a step (default: newest)");
    command->add_option("--name", options->name, "Name of the new run (default: the run's with -fork)");
    command->callback([options, &chosen] { chosen = [options] { return fork(*options); }; });
}

} // namespace mantissa
