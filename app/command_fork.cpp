// SPDX-License-Identifier: Apache-2.0
// fork: a new run that goes on from a checkpoint of another.

#include "app/commands.h"
#include "core/base/shown_text.h"
#include "core/record/saved_weights.h"
#include "core/training/fork.h"

#include <fmt/format.h>

#include <memory>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

struct ForkOptions {
    std::string run{};
    std::string checkpoint{}; ///< as savedWeightsAt() takes it
    std::string name{};
};

ExitCode fork(const ForkOptions& options)
{
    const auto saved = savedWeightsAt(options.run, options.checkpoint);
    if (!saved)
        return complain(saved.error());
    const fs::path run = *runAt(options.run); // options.run may be the checkpoint itself
    const auto folder
        = forkRun({.run = run,
                      .checkpoint = saved->checkpoint,
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
    command->add_option("--checkpoint", options->checkpoint,
        "Which of the run's checkpoints: newest, best (by evaluation loss) or a step");
    command->add_option("--name", options->name, "Name of the new run (default: the run's with -fork)");
    command->callback([options, &chosen] { chosen = [options] { return fork(*options); }; });
}

} // namespace mantissa
