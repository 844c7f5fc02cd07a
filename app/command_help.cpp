// SPDX-License-Identifier: Apache-2.0
// help: a command's help by its name, the manual page, and completions for shells.

#include "app/command_examples.h"
#include "app/commands.h"
#include "app/completion_script.h"
#include "app/manual_page.h"
#include "app/misuse.h"
#include "app/say.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mantissa {

namespace {

struct HelpOptions {
    std::vector<std::string> words;
    bool isManual = false;
    std::string shell;
    std::string output = "-";
};

ExitCode help(const CLI::App& app, const HelpOptions& options)
{
    if (options.isManual)
        return writeResult(options.output, manualPage(app));
    if (!options.shell.empty())
        return writeResult(options.output,
            completionScript(app,
                options.shell == "bash"      ? Shell::Bash
                    : options.shell == "zsh" ? Shell::Zsh
                                             : Shell::Fish));
    const CLI::App& command = commandOf(app, options.words);
    std::string named;
    for (const CLI::App* one = &command; one != &app; one = one->get_parent())
        named = one->get_name() + (named.empty() ? "" : " " + named);
    if (named != fmt::format("{}", fmt::join(options.words, " "))) {
        say("{}", sayMisuse(app, options.words, CLI::ExtrasError({options.words.back()})));
        return ExitCode::Usage;
    }
    return writeResult(options.output, helpOf(command));
}

} // namespace

void addHelp(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<HelpOptions>();
    CLI::App* command = app.add_subcommand(
        "help", "What a command does and takes; the manual page, and completions for a shell");
    command->add_option("command", options->words, "The command, as it is typed (default: all of them)");
    CLI::Option* manual = command->add_flag("--man", options->isManual, "The manual page, for man");
    command->add_option("--completion", options->shell, "Completions for a shell")
        ->check(CLI::IsMember({"bash", "zsh", "fish"}))
        ->excludes(manual);
    command->add_option("-o,--output", options->output, "File to write (default: -, which is stdout)");
    command->callback([options, &app, &chosen] { chosen = [options, &app] { return help(app, *options); }; });
}

} // namespace mantissa
