// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is said to words on the command line that cannot be understood: which of them, what was meant perhaps,
// and where the words that can be are listed.

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace mantissa {

/// The commands of a command; none for most.
std::vector<const CLI::App*> commandsOf(const CLI::App& command);
/// All options of a command, those in groups too.
std::vector<const CLI::Option*> optionsOf(const CLI::App& command);
/// A flag by itself takes none.
inline bool takesValue(const CLI::Option& option) { return option.get_items_expected_max() > 0; }
/// The deepest command that the words name.
const CLI::App& commandOf(const CLI::App& app, const std::vector<std::string>& words);
/// How a command is typed: "mantissa-cli presets show".
std::string typedName(const CLI::App& command);
/// What --help says of it, whatever was typed.
std::string helpOf(const CLI::App& command);
/// A sentence or two.
std::string sayMisuse(
    const CLI::App& app, const std::vector<std::string>& words, const CLI::ParseError& found);

} // namespace mantissa
