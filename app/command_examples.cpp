// SPDX-License-Identifier: Apache-2.0
#include "app/command_examples.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace mantissa {

const char* const allExitCodes
    = "Exit codes: 0 done, 1 failed, 2 wrong usage or config, 3 out of memory, 4 diverged, 130 interrupted "
      "(resume it).";

namespace {

constexpr const char* ordinaryCodes = "Exit codes: 0 done, 1 failed, 2 wrong usage or config.";
constexpr const char* engineCodes = "Exit codes: 0 done, 1 failed, 2 wrong usage or config, 3 out of memory.";

struct CommandExample {
    std::string_view command; ///< as it is typed
    const char* example; ///< without the program's name; several lines are several examples
    const char* codes = ordinaryCodes;
};

/// Commands whose codes are others say so themselves (app/command_*.cpp).
const std::array examplesOfCommands{
    CommandExample{"train",
        "train resources/examples/kjv-gpt.json --set training.max_steps=300 --json\n"
        "train my.json --preset aggressive --set memory.budget=8GiB --profile",
        allExitCodes},
    CommandExample{"resume",
        "resume runs/20260101-120000-kjv-gpt\n"
        "resume runs/a --set training.max_steps=4000",
        allExitCodes},
    CommandExample{"fork", "fork runs/a --checkpoint newest --name a-slower"},
    CommandExample{"stop", "stop runs/a --now"},
    CommandExample{"pause", "pause runs/a"},
    CommandExample{"go-on", "go-on runs/a"},
    CommandExample{"save", "save runs/a"},
    CommandExample{"look", "look runs/a"},
    CommandExample{"edit", "edit runs/a precision.phases.full.compute=bf16"},
    CommandExample{"watch", "watch runs/a"},
    CommandExample{"estimate", "estimate my.json --preset balanced"},
    CommandExample{"check",
        "check --json\n"
        "check runs/a"},
    CommandExample{"fetch-libtorch", "fetch-libtorch"},
    CommandExample{"experiment", "experiment my.json --arms default,aggressive --seeds 5"},
    CommandExample{"compare", "compare runs/a runs/b --baseline runs/b"},
    CommandExample{"report",
        "report runs/a -o report.html\n"
        "report runs/a -o report.pdf\n"
        "report runs/a --to md -o -"},
    CommandExample{"export",
        "export runs/a --to csv -o numbers.csv\n"
        "export runs/a --to huggingface -o model"},
    CommandExample{"evaluate", "evaluate SmolLM2-135M --data my.txt", engineCodes},
    CommandExample{"generate", "generate runs/a --prompt \"Once upon\"", engineCodes},
    CommandExample{"advice", "advice runs/a"},
    CommandExample{"numbers", "numbers runs/a"},
    CommandExample{"data", "data rows.jsonl --model SmolLM2-135M"},
    CommandExample{"digest", "digest runs/a"},
    CommandExample{"runs", "runs /data/runs --json"},
    CommandExample{"presets", "presets list"},
    CommandExample{"presets list", "presets list --json"},
    CommandExample{"presets show", "presets show balanced"},
    CommandExample{"presets diff", "presets diff default aggressive"},
    CommandExample{"benchmark", "benchmark memory"},
    CommandExample{"benchmark memory", "benchmark memory", engineCodes},
    CommandExample{"benchmark throughput", "benchmark throughput my.json --preset aggressive", engineCodes},
    CommandExample{
        "benchmark shapes", "benchmark shapes my.json --preset aggressive -o shapes.html", engineCodes},
    CommandExample{"plan", "plan my.json --budget 8GiB", engineCodes},
    CommandExample{"trial", "trial my.json", engineCodes},
    CommandExample{"what-if", "what-if runs/a --set precision.phases.full.compute=bf16"},
    CommandExample{"tokenize", "tokenize SmolLM2-135M my.txt --count"},
    CommandExample{"cache", "cache --clear"},
    CommandExample{"help",
        "help train\n"
        "help --completion bash -o ~/.local/share/bash-completion/completions/mantissa-cli"},
};

void addExamples(CLI::App& command, const std::string& name)
{
    for (CLI::App* inner : command.get_subcommands({}))
        if (!inner->get_name().empty()) // else a group of options
            addExamples(*inner, name.empty() ? inner->get_name() : name + " " + inner->get_name());
    for (const CommandExample& known : examplesOfCommands) {
        if (known.command != name)
            continue;
        const std::string own = command.get_footer();
        std::string footer = "Example:";
        for (std::string_view rest = known.example; !rest.empty();) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            footer += "\n  mantissa-cli " + std::string(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        if (!own.empty())
            footer += "\n\n" + own;
        if (own.find("Exit codes:") == std::string::npos)
            footer += std::string("\n\n") + known.codes;
        command.footer(footer);
    }
}

} // namespace

void addExamples(CLI::App& app) { addExamples(app, ""); }

} // namespace mantissa
