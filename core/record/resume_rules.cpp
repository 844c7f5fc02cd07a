// SPDX-License-Identifier: Apache-2.0
#include "core/record/resume_rules.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace mantissa {

namespace {

constexpr std::string_view made = "the weights were made with it";
constexpr std::string_view rested = "the states of the checkpoint are in that form";
constexpr std::string_view rhythm = "the phase that the checkpoint stands in was decided by it";

constexpr std::array rules{
    ResumeRule{"format", false, "it is the layout of the file"},
    ResumeRule{"name", true, "in what is shown; the folder keeps its name"},
    ResumeRule{"model.", false, made},
    ResumeRule{"model.dropout", true, "from the next step on"},
    ResumeRule{"data.source", true, "where the same bytes are now; others are refused"},
    ResumeRule{"data.tokenizer", true, "where the same tokenizer is now; another is refused"},
    ResumeRule{"data.", false, "the run would go on with other data"},
    ResumeRule{"training.max_steps", true,
        "the run ends there; a decaying learning rate is stretched, which is told"},
    ResumeRule{"training.epochs", true, "the run ends after so many, with those that it has behind it"},
    ResumeRule{"training.batch_size", true, "from the next step on"},
    ResumeRule{"training.gradient_accumulation_steps", true, "from the next step on"},
    ResumeRule{"training.seed", false, made},
    ResumeRule{"training.eval_interval", true, "from the next step on"},
    ResumeRule{"training.eval_batches", true, "from the next evaluation on"},
    ResumeRule{"training.save_interval", true, "from the next step on"},
    ResumeRule{"training.save_minutes", true, "from the next step on"},
    ResumeRule{"training.keep_checkpoints", true, "from the next checkpoint on"},
    ResumeRule{"training.keep_best", true, "from the next evaluation on"},
    ResumeRule{"training.early_stop_patience", true, "from the next evaluation on"},
    ResumeRule{"training.early_stop_minutes", true, "from the next step on"},
    ResumeRule{"training.early_stop_spike", true, "from the next step on"},
    ResumeRule{"training.threads", true, "from the next step on; sums may round differently"},
    ResumeRule{"training.numbers_interval", true, "from the next step on"},
    ResumeRule{"training.sample_interval", true, "from the next step on"},
    ResumeRule{"training.sample_tokens", true, "from the next text on"},
    ResumeRule{"training.sample_prompt", true, "from the next text on"},
    ResumeRule{"optimizer.", true, "from the next update on"},
    ResumeRule{"optimizer.kind", false, rested},
    ResumeRule{"optimizer.moments", false, rested},
    ResumeRule{"phases.", true, "from the next block of that phase on"},
    ResumeRule{"phases.schedule", false, rhythm},
    ResumeRule{"phases.segments", false, rhythm},
    ResumeRule{"phases.warmup_steps", false, rhythm},
    ResumeRule{"phases.divergence_threshold", true, "from the next step on"},
    ResumeRule{"phases.recovery_steps", true, "from the next roll-back on"},
    ResumeRule{"precision.preset", false, "it is a name for other keys; set those"},
    ResumeRule{"precision.", true, "at once, as a cast or a move"},
    ResumeRule{"precision.master", false, rested},
    ResumeRule{"memory.", true, "at once"},
    ResumeRule{"memory.max_temperature", true, "from the next reading of the card on"},
    ResumeRule{"memory.trial", false, "a trial is made before a run begins"},
};

void collectKeys(const Json& json, const std::string& path, std::vector<std::string>& keys)
{
    for (const auto& [key, value] : json.items()) {
        const std::string here = path.empty() ? key : path + "." + key;
        if (value.is_object())
            collectKeys(value, here, keys);
        else
            keys.push_back(here);
    }
}

} // namespace

const ResumeRule& resumeRuleOf(std::string_view key)
{
    const ResumeRule* best = nullptr;
    for (const ResumeRule& rule : rules) {
        const bool fits = rule.keys.ends_with('.') ? key.starts_with(rule.keys) : key == rule.keys;
        if (fits && (!best || rule.keys.size() > best->keys.size()))
            best = &rule;
    }
    static constexpr ResumeRule unknown{"", false, "no rule says what it would do"};
    return best ? *best : unknown;
}

bool movesStates(std::string_view key)
{
    return key.starts_with("precision.") || key == "memory.scratch" || key == "memory.execution"
        || key == "memory.release_gradients" || key == "memory.fit" || key == "memory.budget"
        || key == "memory.device";
}

std::string resumeRulesTable()
{
    RunConfig config; // with the keys that are written only when they are used
    config.memory.scratch = "folder";
    config.phases.segments.push_back({});
    std::vector<std::string> keys;
    collectKeys(toJson(config), "", keys);
    std::sort(keys.begin(), keys.end());
    std::string table = "| key | `resume --set` | |\n|---|---|---|\n";
    for (const std::string& key : keys) {
        const ResumeRule& rule = resumeRuleOf(key);
        table += fmt::format(
            "| `{}` | {} | {} |\n", key, rule.takesEffect ? "takes effect" : "refused", rule.why);
    }
    return table;
}

} // namespace mantissa
