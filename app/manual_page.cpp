// SPDX-License-Identifier: Apache-2.0
#include "app/manual_page.h"

#include "app/misuse.h"
#include "core/record/environment.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

namespace mantissa {

namespace {

constexpr std::string_view programName = "mantissa-cli";

/// Text that roff prints as it is.
std::string plain(std::string_view text)
{
    std::string result;
    bool isLineStart = true;
    for (const char c : text) {
        if (isLineStart && (c == '.' || c == '\''))
            result += "\\&"; // else a request
        if (c == '\\')
            result += "\\e";
        else if (c == '-')
            result += "\\-"; // a minus that can be copied
        else if (c == ',')
            result += ",\\:"; // a long list without blanks may be broken here
        else
            result += c;
        isLineStart = c == '\n';
    }
    return result;
}

std::string bold(std::string_view text) { return "\\fB" + plain(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + plain(text) + "\\fR"; }

/// "--out TEXT", "config": as --help writes it.
std::string written(const CLI::Option& option)
{
    if (option.nonpositional()) {
        std::string names;
        for (const std::string& name : option.get_snames())
            names += (names.empty() ? "" : ", ") + bold("-" + name);
        for (const std::string& name : option.get_lnames())
            names += (names.empty() ? "" : ", ") + bold("--" + name);
        return takesValue(option) ? names + " " + italic(option.get_type_name()) : names;
    }
    return italic(option.get_name(true));
}

std::string synopsis(const CLI::App& command)
{
    std::string text = bold(typedName(command));
    for (const CLI::Option* option : optionsOf(command))
        if (!option->nonpositional())
            text += " " + (option->get_required() ? "" : std::string("[")) + italic(option->get_name(true))
                + (option->get_items_expected_max() > 1 ? "…" : "") + (option->get_required() ? "" : "]");
    return text + " [" + italic("flags") + "]";
}

std::string sectionOf(const CLI::App& command)
{
    const auto inner = commandsOf(command);
    std::string text
        = fmt::format(".SS {}\n{}\n.PP\n{}.\n", plain(typedName(command).substr(programName.size() + 1)),
            synopsis(command), plain(command.get_description()));
    for (const CLI::Option* option : optionsOf(command))
        if (option->get_description() != command.get_help_ptr()->get_description())
            text += fmt::format(".TP\n{}\n{}\n", written(*option), plain(option->get_description()));
    if (!command.get_footer().empty())
        text += fmt::format(".PP\n.nf\n{}\n.fi\n", plain(command.get_footer()));
    for (const CLI::App* one : inner)
        text += sectionOf(*one);
    return text;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> variables{{
    {"MANTISSA_RUNS", "Folder of runs; without it, runs in the folder that one stands in."},
    {"MANTISSA_LIBTORCH", "The LibTorch to use, before any other."},
    {"MANTISSA_MAX_ISA", "avx2, avx512 or avx512_bf16: instructions beyond it are not used."},
    {"MANTISSA_CPU_KERNELS",
        "off: LibTorch's kernels on the CPU in the place of ours, to hold the two together."},
    {"NO_COLOR", "Anything: no colours, on terminals too."},
    {"GOMP_SPINCOUNT, OMP_WAIT_POLICY",
        "How the threads that compute wait for each other. Without them they spin briefly and then sleep."},
    {"XDG_DATA_HOME, XDG_CACHE_HOME", "Where a LibTorch that was fetched, and texts that were encoded, are."},
}};

} // namespace

std::string manualPage(const CLI::App& app)
{
    std::string text = fmt::format(".TH MANTISSA\\-CLI 1 \"\" \"mantissa {}\" \"User Commands\"\n.nh\n.ad l\n"
                                   ".SH NAME\nmantissa\\-cli \\- train models with a number format for each "
                                   "phase\n.SH SYNOPSIS\n{} {} [{}]\n.SH DESCRIPTION\n{}\n.SH COMMANDS\n",
        programVersion(), bold(programName), italic("command"), italic("flags"),
        plain(app.get_description()));
    for (const CLI::App* command : commandsOf(app))
        text += sectionOf(*command);
    text += ".SH ENVIRONMENT\n";
    for (const auto& [name, words] : variables)
        text += fmt::format(".TP\n{}\n{}\n", bold(name), plain(words));
    text += fmt::format(".SH EXAMPLES AND EXIT STATUS\n.nf\n{}\n.fi\n", plain(app.get_footer()));
    return text + ".SH SEE ALSO\n.BR mantissa (1)\n";
}

} // namespace mantissa
