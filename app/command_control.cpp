// SPDX-License-Identifier: Apache-2.0
// stop, pause, go-on, save, look, edit: what is said to a run that another process trains.

#include "app/commands.h"
#include "app/outcome_code.h"
#include "app/say.h"
#include "core/base/shell_word.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/record/run_store.h"
#include "core/training/control_line.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds askInterval{50};

struct ControlOptions {
    std::string run;
    bool now = false;
    bool noWait = false;
    std::string cell; ///< of `edit`: key=value
};

/// Of an experiment the run that is trained now; of anything else the folder itself.
fs::path runIn(const fs::path& given)
{
    const fs::path folder = placeOf(given);
    std::error_code error;
    if (!fs::exists(folder / "config.json", error) && RunLock::isHeld(folder))
        for (const RunListing& run : listRuns(folder))
            if (run.state == RunState::Running)
                return run.folder;
    return folder;
}

std::string progressOf(const fs::path& folder)
{
    const RunListing run = listRun(folder);
    return formatProgress(run.steps, run.maxSteps);
}

/// How a training ended that somebody was asked to end.
ExitCode tellEnd(const fs::path& folder)
{
    constexpr std::int64_t tail = 16 << 10;
    const auto events = readLastEvents(folder / "events.jsonl", tail);
    const auto* ended = events.empty() ? nullptr : std::get_if<RunEnded>(&events.back());
    if (!ended)
        return complain({fmt::format("{} broke off before it was saved; go on with: mantissa-cli resume {}",
            shown(folder.string()), shellWord(folder.string()))});
    if (!ended->message.empty())
        say("mantissa-cli: {}\n", ended->message);
    std::string outcome(nameOf(ended->outcome));
    std::ranges::replace(outcome, '_', ' ');
    fmt::print("{} at step {}{}\n", outcome, progressOf(folder),
        ended->outcome == Outcome::Completed
            ? ""
            : fmt::format("; go on with: mantissa-cli resume {}", shellWord(folder.string())));
    return ended->outcome == Outcome::Interrupted ? ExitCode::Done : exitCodeOf(ended->outcome);
}

ExitCode stop(const ControlOptions& options)
{
    const fs::path folder = runIn(options.run);
    auto line = ControlLine::open(folder);
    if (!line)
        return complain(line.error());
    const auto state = line->ask({options.now ? ControlAsk::Interrupt : ControlAsk::Stop});
    if (!state)
        return complain(state.error());
    say("{}\n",
        *state == TrainerState::Interrupting
            ? "stopping: the step in hand ends, then it is saved"
            : "stopping: the step in hand ends, then it is evaluated and saved; `stop --now` saves at once");
    if (options.noWait)
        return ExitCode::Done;
    while (!line->waitUntilClosed(std::chrono::hours(1))) { }
    return tellEnd(folder);
}

ExitCode pause(const ControlOptions& options)
{
    const fs::path folder = runIn(options.run);
    auto line = ControlLine::open(folder);
    if (!line)
        return complain(line.error());
    auto state = line->ask({ControlAsk::Pause});
    while (state && *state == TrainerState::Pausing && !options.noWait) {
        std::this_thread::sleep_for(askInterval); // the step in hand ends, or an evaluation
        state = line->ask({ControlAsk::State});
    }
    if (!state)
        return complain(state.error());
    if (*state == TrainerState::Pausing)
        fmt::print("pausing after the step in hand\n");
    else if (*state == TrainerState::Paused)
        fmt::print("paused at step {}; go on with: mantissa-cli go-on {}\n", progressOf(folder),
            shellWord(folder.string()));
    else
        return complain({fmt::format(
            "{} does not pause: it is {}, as somebody else asked", shown(folder.string()), nameOf(*state))});
    return ExitCode::Done;
}

/// What is answered at once and takes effect at the next step.
ExitCode request(const fs::path& given, const ControlRequest& what, const std::string& words)
{
    auto line = ControlLine::open(runIn(given));
    if (!line)
        return complain(line.error());
    const auto state = line->ask(what);
    if (!state)
        return complain(state.error());
    const bool waits = *state == TrainerState::Pausing || *state == TrainerState::Paused;
    fmt::print("{}{}\n", words, waits ? "; the run is paused, and does so once it goes on" : "");
    return ExitCode::Done;
}

/// A table with one cell changed, made from the one in force.
Result<TableEdit> editOf(const Run& run, const std::string& cell)
{
    const auto at = cell.find('=');
    if (at == std::string::npos)
        return fail(fmt::format("'{}' is no key=value, as precision.phases.full.compute=bf16 is", cell),
            ExitCode::Usage);
    const std::string value = cell.substr(at + 1);
    RunConfig config = run.config();
    config.choices.table = run.table();
    const auto json = parseJson(value, "the value"); // true, false, null; what is none is a word
    const auto changed = withSetting(config, cell.substr(0, at), json ? *json : Json(value));
    if (!changed)
        return fail(Error{changed.error().message, ExitCode::Usage});
    RunConfig back = *changed;
    back.choices.table = config.choices.table;
    if (toJson(back) != toJson(config))
        return fail(
            fmt::format("{} is no cell of the precision table, and nothing else is edited while a run "
                        "trains; stop it, then `resume --set {}`",
                cell.substr(0, at), cell),
            ExitCode::Usage);
    return TableEdit{changed->choices.table, config.choices.table};
}

ExitCode edit(const ControlOptions& options)
{
    const fs::path folder = runIn(options.run);
    const auto run = openRun(folder);
    if (!run)
        return complain(run.error());
    const auto wanted = editOf(*run, options.cell);
    if (!wanted)
        return complain(wanted.error());
    return request(folder, {ControlAsk::Edit, *wanted},
        "asked for " + options.cell + "; the run's log says at the next step whether it was taken");
}

CLI::App* addControl(CLI::App& app, Command& chosen, const std::string& name, const std::string& words,
    const std::shared_ptr<ControlOptions>& options, ExitCode (*run)(const ControlOptions&))
{
    CLI::App* command = app.add_subcommand(name, words);
    command->add_option("run", options->run, "Run folder, or the folder of an experiment that trains")
        ->required();
    command->footer("Exit codes: 0 done, 1 nothing trains the run or it cannot be reached, 2 no such run.");
    command->callback([options, run, &chosen] { chosen = [options, run] { return run(*options); }; });
    return command;
}

} // namespace

void addControls(CLI::App& app, Command& chosen)
{
    const auto options = std::make_shared<ControlOptions>();
    CLI::App* command = addControl(app, chosen, "stop",
        "Stop a run that another process trains: it is evaluated and saved, and can be resumed", options,
        stop);
    command->add_flag("--now", options->now, "Save without the last evaluation");
    command->add_flag("--no-wait", options->noWait, "Return once it is asked for");
    command = addControl(app, chosen, "pause", "Let a run stand after the step in hand", options, pause);
    command->add_flag("--no-wait", options->noWait, "Return once it is asked for");
    addControl(app, chosen, "go-on", "Let a paused run go on", options,
        [](const ControlOptions& asked) { return request(asked.run, {ControlAsk::GoOn}, "goes on"); });
    addControl(app, chosen, "save", "Write a checkpoint of a run that trains", options,
        [](const ControlOptions& asked) {
            return request(asked.run, {ControlAsk::Save}, "a checkpoint is written before the next step");
        });
    addControl(app, chosen, "look", "Look at every number of a run that trains, once", options,
        [](const ControlOptions& asked) {
            return request(asked.run, {ControlAsk::Numbers},
                "the next step looks at every element; `numbers` shows what it found");
        });
    command = addControl(
        app, chosen, "edit", "Change a cell of the precision table of a run that trains", options, edit);
    command->add_option("cell", options->cell, "key=value, for example precision.phases.full.compute=bf16")
        ->required();
}

} // namespace mantissa
