// SPDX-License-Identifier: Apache-2.0
#include "app/command_examples.h"
#include "app/commands.h"
#include "app/engine_loader.h"
#include "app/misuse.h"
#include "app/say.h"
#include "core/base/file.h"
#include "core/base/instruction_set.h"
#include "core/base/shown_text.h"
#include "core/record/environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace mantissa {

ExitCode complain(const Error& error)
{
    say("mantissa-cli: {}\n", error.message);
    return error.code;
}

ExitCode writeResult(const std::string& output, std::string_view text)
{
    if (const auto status = writeOutput(output, text); !status)
        return complain(status.error());
    if (!isStandardOutput(output))
        fmt::print("{}\n", shown(output));
    return ExitCode::Done;
}

namespace {

/// Where stdin, stdout or stderr is closed, the next file that is opened would get its number, and with it
/// what is printed. Reading from the stand-ins finds nothing, results do not get out, words are lost.
void occupyStandardDescriptors()
{
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) [[maybe_unused]]
            const int lowest = ::open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

/// A result that did not get out is no success.
ExitCode afterFlush(ExitCode code)
{
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0)
        return code;
    const auto lost = complain(
        {fmt::format("cannot write the results to stdout: {}; send them elsewhere", std::strerror(errno))});
    return code == ExitCode::Done ? lost : code;
}

/// fmt throws where stdout takes no more.
ExitCode run(const Command& command)
try {
    return afterFlush(command());
} catch (const std::system_error& e) {
    return complain({fmt::format("cannot write the results: {}; send them elsewhere", e.what())});
}

constexpr const char* examples = R"(Examples:
  mantissa-cli train resources/examples/kjv-gpt.json --set training.max_steps=300 --json
  mantissa-cli train my.json --preset aggressive --set memory.budget=8GiB
  mantissa-cli resume runs/20260101-120000-kjv-gpt
  mantissa-cli watch runs/a
  mantissa-cli stop runs/a
  mantissa-cli estimate my.json
  mantissa-cli experiment my.json --arms default,aggressive --seeds 5
  mantissa-cli compare runs/a runs/b --baseline runs/b
  mantissa-cli what-if runs/a --set precision.phases.full.compute=bf16
  mantissa-cli evaluate SmolLM2-135M --data my.txt
  mantissa-cli generate runs/a --prompt "Once upon"
  mantissa-cli report runs/a -o report.html
  mantissa-cli export runs/a --to csv -o numbers.csv
)";

/// A command that is nothing without another behind it.
ExitCode showCommands(const CLI::App& command)
{
    say("{}", helpOf(command));
    return ExitCode::Usage;
}

int runCommandLine(int argc, char** argv)
{
    CLI::App app{"Mantissa: train with a number format and a place for memory chosen for each phase, and "
                 "measure what it costs.",
        "mantissa-cli"};
    app.set_version_flag("--version", "mantissa " + programVersion());
    app.require_subcommand(1);
    Command chosen;
    addTrain(app, chosen);
    addResume(app, chosen);
    addFork(app, chosen);
    addControls(app, chosen);
    addWatch(app, chosen);
    addEstimate(app, chosen);
    addCheck(app, chosen);
    addFetchLibTorch(app, chosen);
    addExperiment(app, chosen);
    addCompare(app, chosen);
    addReport(app, chosen);
    addExport(app, chosen);
    addEvaluate(app, chosen);
    addGenerate(app, chosen);
    addAdvice(app, chosen);
    addNumbers(app, chosen);
    addData(app, chosen);
    addDigest(app, chosen);
    addRuns(app, chosen);
    addPresets(app, chosen);
    addBenchmark(app, chosen);
    addPlan(app, chosen);
    addTrial(app, chosen);
    addWhatIf(app, chosen);
    addTokenize(app, chosen);
    addCache(app, chosen);
    addHelp(app, chosen);
    addExamples(app);
    app.footer(std::string(examples) + "\n" + allExitCodes); // last, or each command would take it over
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    if (const CLI::App& last = commandOf(app, words); !commandsOf(last).empty()
        && std::ranges::none_of(words, [](const auto& word) { return word.starts_with('-'); })
        && (words.empty() || words.back() == last.get_name()))
        return static_cast<int>(showCommands(last));
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) // --help, --version
            return static_cast<int>(afterFlush(app.exit(e) == 0 ? ExitCode::Done : ExitCode::Failed));
        say("{}", sayMisuse(app, words, e));
        return static_cast<int>(ExitCode::Usage);
    }
    // where the processor is too old, it can be read all the same what the program is
    if (const auto known = checkInstructionSet(); !known && !app.got_subcommand("help"))
        return static_cast<int>(complain(known.error()));
    return static_cast<int>(run(chosen));
}

} // namespace

} // namespace mantissa

int main(int argc, char** argv)
{
    mantissa::occupyStandardDescriptors();
    mantissa::prepareEngineEnvironment(argv);
    return mantissa::runCommandLine(argc, argv);
}
