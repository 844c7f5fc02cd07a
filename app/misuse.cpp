// SPDX-License-Identifier: Apache-2.0
#include "app/misuse.h"

#include "core/base/json.h"
#include "core/base/shown_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace mantissa {

namespace {

/// "--" ends the flags, and what begins with a digit is a number.
bool isFlag(const std::string& word)
{
    return word.size() > 1 && word[0] == '-' && word != "--" && (word[1] < '0' || word[1] > '9')
        && word[1] != '.';
}

const CLI::App* commandNamed(const CLI::App& app, const std::string& name)
{
    const auto all = commandsOf(app);
    const auto found = std::ranges::find_if(all, [&](const CLI::App* a) { return a->get_name() == name; });
    return found == all.end() ? nullptr : *found;
}

std::vector<std::string> flagsOf(const CLI::App& command)
{
    std::vector<std::string> flags;
    for (const CLI::Option* option : optionsOf(command))
        for (const std::string& name : option->get_lnames())
            flags.push_back("--" + name);
    return flags;
}

/// The part that names a flag: "--set" of "--set=x=1".
std::string flagName(const std::string& word) { return word.substr(0, word.find('=')); }

bool isKnown(const CLI::App& command, const std::string& flag)
{
    if (!flag.starts_with("--")) // short ones take their value without a blank
        return std::ranges::any_of(optionsOf(command), [&](const CLI::Option* option) {
            return std::ranges::any_of(option->get_snames(),
                [&](const std::string& name) { return flag.substr(1).starts_with(name); });
        });
    const auto flags = flagsOf(command);
    return std::ranges::find(flags, flag) != flags.end();
}

std::string perhaps(const std::string& word, const std::vector<std::string>& known)
{
    const std::string near = nearestWord(word, known);
    return near.empty() ? ";" : fmt::format("; did you mean {}?", near);
}

} // namespace

std::vector<const CLI::App*> commandsOf(const CLI::App& command)
{
    return command.get_subcommands([](const CLI::App* inner) { return !inner->get_name().empty(); });
}

std::vector<const CLI::Option*> optionsOf(const CLI::App& command)
{
    std::vector<const CLI::Option*> options = command.get_options([](const CLI::Option*) { return true; });
    for (const CLI::App* group :
        command.get_subcommands([](const CLI::App* inner) { return inner->get_name().empty(); }))
        for (const CLI::Option* option : optionsOf(*group))
            options.push_back(option);
    return options;
}

const CLI::App& commandOf(const CLI::App& app, const std::vector<std::string>& words)
{
    const CLI::App* command = &app;
    for (const std::string& word : words) {
        if (isFlag(word))
            continue;
        const CLI::App* inner = commandNamed(*command, word);
        if (!inner)
            break;
        command = inner;
    }
    return *command;
}

std::string typedName(const CLI::App& command)
{
    return command.get_parent() ? typedName(*command.get_parent()) + " " + command.get_name()
                                : "mantissa-cli";
}

std::string helpOf(const CLI::App& command)
{
    return command.get_formatter()->make_help(&command, typedName(command), CLI::AppFormatMode::Normal);
}

std::string sayMisuse(
    const CLI::App& app, const std::vector<std::string>& words, const CLI::ParseError& found)
{
    const CLI::App& command = commandOf(app, words);
    const std::string name = typedName(command);
    const std::string wayOut = fmt::format("{} --help says what there is", name);
    const auto inner = commandsOf(command);
    // others are about a value, which may begin with a dash
    const bool isUnknownWord = found.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)
        || found.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError);
    if (isUnknownWord && !inner.empty()) { // then the first word after it names none of them
        std::vector<std::string> known;
        for (const CLI::App* one : inner)
            known.push_back(one->get_name());
        bool isBehind = &command == &app;
        for (const std::string& word : words) {
            if (isBehind && !isFlag(word))
                return fmt::format(
                    "{}: there is no command '{}'{} {}\n", name, shown(word), perhaps(word, known), wayOut);
            isBehind = isBehind || word == command.get_name();
        }
    }
    for (const std::string& word : words)
        if (const std::string flag = flagName(word);
            isUnknownWord && isFlag(word) && !isKnown(command, flag)) {
            return fmt::format(
                "{}: there is no flag {}{} {}\n", name, shown(flag), perhaps(flag, flagsOf(command)), wayOut);
        }
    return fmt::format("{}: {}; {}\n", name, asUtf8(found.what()), wayOut);
}

} // namespace mantissa
