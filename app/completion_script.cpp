// SPDX-License-Identifier: Apache-2.0
#include "app/completion_script.h"

#include "app/misuse.h"
#include "core/precision/preset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace mantissa {

namespace {

/// The values that a flag can have; none: any, and files are offered.
std::vector<std::string> choicesOf(const CLI::Option& option)
{
    std::vector<std::string> choices;
    if (option.check_lname("preset")) {
        for (const Preset& preset : builtinPresets())
            choices.push_back(preset.name);
        return choices;
    }
    const std::string type = option.get_type_name(); // "TEXT:{html,md,json}"
    const std::size_t open = type.find('{');
    const std::size_t close = type.find('}');
    if (open == std::string::npos || close == std::string::npos)
        return choices;
    for (std::size_t at = open + 1; at < close;) {
        const std::size_t end = std::min(type.find(',', at), close);
        choices.push_back(type.substr(at, end - at));
        at = end + 1;
    }
    return choices;
}

std::vector<std::string> flagsOf(const CLI::Option& option)
{
    std::vector<std::string> flags;
    for (const std::string& name : option.get_lnames())
        flags.push_back("--" + name);
    for (const std::string& name : option.get_snames())
        flags.push_back("-" + name);
    return flags;
}

/// The words behind the program's name: "", "train", "presets show".
std::string wordsOf(const CLI::App& command)
{
    const std::string name = typedName(command);
    const std::size_t blank = name.find(' ');
    return blank == std::string::npos ? "" : name.substr(blank + 1);
}

template <class Visit> void forEachCommand(const CLI::App& command, Visit visit)
{
    visit(command);
    for (const CLI::App* inner : commandsOf(command))
        forEachCommand(*inner, visit);
}

std::string bashScript(const CLI::App& app)
{
    std::string words;
    std::string values;
    std::string groups; // commands that have commands
    forEachCommand(app, [&](const CLI::App& command) {
        std::vector<std::string> names;
        for (const CLI::App* inner : commandsOf(command))
            names.push_back(inner->get_name());
        if (!names.empty() && &command != &app)
            groups += (groups.empty() ? "" : "|") + wordsOf(command);
        for (const CLI::Option* option : optionsOf(command)) {
            const auto flags = flagsOf(*option);
            names.insert(names.end(), flags.begin(), flags.end());
            if (takesValue(*option))
                for (const std::string& flag : flags)
                    values += fmt::format(
                        "        '{} {}') COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n",
                        wordsOf(command), flag, fmt::join(choicesOf(*option), " "));
        }
        words += fmt::format("        '{}') words='{}' ;;\n", wordsOf(command), fmt::join(names, " "));
    });
    return fmt::format(R"(# bash completion of mantissa-cli, made by: mantissa-cli help --completion bash
_mantissa_cli() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} command= words=
    COMPREPLY=()
    [ "$COMP_CWORD" -lt 2 ] || command=${{COMP_WORDS[1]}}
    case $command in
        {}) [ "$COMP_CWORD" -lt 3 ] || command+=" ${{COMP_WORDS[2]}}" ;;
    esac
    # where nothing is offered, files are
    case "$command $before" in
{}    esac
    case $command in
{}    esac
    [[ $word != -* && $command != "" && $words == -* ]] || COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o bashdefault -o default -F _mantissa_cli mantissa-cli
)",
        groups, values, words);
}

/// In single quotes.
std::string quoted(std::string text)
{
    for (std::size_t at = 0; (at = text.find('\'', at)) != std::string::npos; at += 4)
        text.replace(at, 1, "'\\''");
    return "'" + text + "'";
}

std::string firstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

/// What stands in [] of an _arguments of zsh, where : and ] mean something.
std::string zshText(const std::string& text)
{
    std::string result;
    for (const char c : firstLine(text)) {
        if (c == '[' || c == ']' || c == ':' || c == '\\')
            result += '\\';
        result += c;
    }
    return result;
}

void addZsh(const CLI::App& command, std::string& text, const std::string& indent)
{
    const auto inner = commandsOf(command);
    if (inner.empty()) {
        text += indent + "_arguments";
        for (const CLI::Option* option : optionsOf(command))
            for (const std::string& flag : flagsOf(*option)) {
                const auto choices = choicesOf(*option);
                const std::string value = !takesValue(*option) ? ""
                    : choices.empty()                          ? ": :_files"
                                      : fmt::format(": :({})", fmt::join(choices, " "));
                text += " \\\n" + indent + "    "
                    + quoted(fmt::format("*{}[{}]{}", flag, zshText(option->get_description()), value));
            }
        text += " \\\n" + indent + "    '*: :_files'\n";
        return;
    }
    text += indent + "if (( CURRENT == 2 )); then\n" + indent + "    commands=(";
    for (const CLI::App* one : inner)
        text += "\n" + indent + "        "
            + quoted(fmt::format("{}:{}", one->get_name(), firstLine(one->get_description())));
    text += ")\n" + indent + "    _describe command commands\n" + indent + "    return\n" + indent + "fi\n";
    text += indent + "shift words\n" + indent + "(( CURRENT-- ))\n" + indent + "case $words[1] in\n";
    for (const CLI::App* one : inner) {
        text += indent + one->get_name() + ")\n";
        addZsh(*one, text, indent + "    ");
        text += indent + "    ;;\n";
    }
    text += indent + "esac\n";
}

std::string zshScript(const CLI::App& app)
{
    std::string text
        = "#compdef mantissa-cli\n# made by: mantissa-cli help --completion zsh\n_mantissa_cli() {\n"
          "    local -a commands\n";
    addZsh(app, text, "    ");
    return text + "}\n_mantissa_cli \"$@\"\n";
}

std::string fishScript(const CLI::App& app)
{
    std::string text = "# fish completion of mantissa-cli, made by: mantissa-cli help --completion fish\n";
    forEachCommand(app, [&](const CLI::App& command) {
        std::string when = "__fish_use_subcommand";
        if (&command != &app) {
            when.clear();
            for (const CLI::App* one = &command; one != &app; one = one->get_parent())
                when = fmt::format("__fish_seen_subcommand_from {}{}{}", one->get_name(),
                    when.empty() ? "" : "; and ", when);
        }
        for (const CLI::App* inner : commandsOf(command))
            text += fmt::format("complete -c mantissa-cli -n {} -f -a {} -d {}\n", quoted(when),
                inner->get_name(), quoted(firstLine(inner->get_description())));
        for (const CLI::Option* option : optionsOf(command)) {
            if (!option->nonpositional())
                continue;
            std::string line = fmt::format("complete -c mantissa-cli -n {}", quoted(when));
            for (const std::string& name : option->get_lnames())
                line += " -l " + name;
            for (const std::string& name : option->get_snames())
                line += " -s " + name;
            if (takesValue(*option))
                line += choicesOf(*option).empty()
                    ? " -r"
                    : fmt::format(" -x -a '{}'", fmt::join(choicesOf(*option), " "));
            text += line + " -d " + quoted(firstLine(option->get_description())) + "\n";
        }
    });
    return text;
}

} // namespace

std::string completionScript(const CLI::App& app, Shell shell)
{
    switch (shell) {
    case Shell::Bash:
        return bashScript(app);
    case Shell::Zsh:
        return zshScript(app);
    case Shell::Fish:
        return fishScript(app);
    }
    return {};
}

} // namespace mantissa
