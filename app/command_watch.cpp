// SPDX-License-Identifier: Apache-2.0
// watch: follows a run that another process trains, and draws it in the terminal.

#include "app/commands.h"
#include "app/outcome_code.h"
#include "app/progress.h"
#include "app/watch_screen.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/record/run_store.h"
#include "core/training/control_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds drawInterval{500};

/// Where the run stands and what it is asked to do, which its log does not say.
std::string stateOf(std::optional<ControlLine>& line)
{
    const auto state = line ? line->ask({ControlAsk::State}, std::chrono::seconds(1)) : fail("");
    return state ? std::string(nameOf(*state)) : "training";
}

std::string endOf(const Run& run)
{
    if (!run.ended())
        return fmt::format("nothing trains it any more; go on with `resume`");
    std::string outcome(nameOf(run.ended()->outcome));
    std::ranges::replace(outcome, '_', ' ');
    const std::string loss = run.evaluations().empty()
        ? ""
        : fmt::format(", evaluation loss {:.4f}", run.evaluations().back().loss);
    return fmt::format("{} after {} steps{}{}", outcome, formatCount(run.steps()), loss,
        run.ended()->message.empty() ? "" : ": " + run.ended()->message);
}

/// Draws as `View` does until nobody trains the run any more.
template <class View> Status follow(ReadRun& read, View& view)
{
    const fs::path folder = read.run.folder();
    auto opened = ControlLine::open(folder);
    std::optional<ControlLine> line = opened ? std::optional(std::move(*opened)) : std::nullopt;
    while (true) {
        const bool isLast = writerOf(folder) == RunWriter::Nobody; // asked before, so nothing is left behind
        const auto events = read.reader.readNew();
        if (!events)
            return fail(events.error());
        for (const RunEvent& event : *events) {
            read.run.apply(event);
            view.tell(event);
        }
        view.show(read.run, isLast ? endOf(read.run) : stateOf(line));
        if (isLast)
            return {};
        std::this_thread::sleep_for(drawInterval);
    }
}

/// What a pipe or a file is given: plain lines, the newest step every few seconds.
class Lines {
public:
    void tell(const RunEvent& event) { m_progress.tell(event); }
    void show(const Run& run, const std::string&) { m_progress.show(run); }

private:
    Progress m_progress{stdout};
};

ExitCode watch(const std::string& given)
{
    auto read = readRun(given);
    if (!read)
        return complain(read.error());
    Status status;
    if (WatchScreen::fits()) {
        WatchScreen screen;
        status = follow(*read, screen);
    } else {
        Lines lines;
        status = follow(*read, lines);
        fmt::print("{}\n", asUtf8(endOf(read->run)));
    }
    if (!status)
        return complain(status.error());
    return read->run.ended() ? exitCodeOf(read->run.ended()->outcome) : ExitCode::Interrupted;
}

} // namespace

void addWatch(CLI::App& app, Command& chosen)
{
    const auto folder = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand(
        "watch", "Follow a run: loss and memory drawn in the terminal, plain lines elsewhere");
    command->add_option("run", *folder, "Run folder")->required();
    command->footer("Ctrl+C ends the view and leaves the run alone; NO_COLOR leaves colours out.\n"
                    "Exit codes: as the run ended (0 done or stopped, 1 failed, 3 out of memory, 4 diverged, "
                    "130 interrupted); 2 no such run.");
    command->callback([folder, &chosen] { chosen = [folder] { return watch(*folder); }; });
}

} // namespace mantissa
