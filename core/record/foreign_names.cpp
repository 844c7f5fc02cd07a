// SPDX-License-Identifier: Apache-2.0
#include "core/record/foreign_names.h"

#include "core/precision/precision.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>

namespace mantissa {

namespace {

struct ForeignName {
    std::string_view name;
    std::string_view here; ///< a dotted key; several, apart by blanks, of which the first that is there is
                           ///< meant; or nothing
    std::string_view words{}; ///< more to say, or what to do instead
};

constexpr std::string_view preset = "precision.preset";
constexpr std::string_view recompute = "write \"activations\": \"recompute\" for a phase";
constexpr std::string_view bf16Words = "aggressive computes in BF16 over exact FP32 weights";
constexpr std::string_view fp16Words
    = "choose a preset, and \"compute\": \"fp16\" for its phases; the loss is scaled by itself";

constexpr std::array foreignNames{
    // the Hugging Face trainer
    ForeignName{"per_device_train_batch_size", "training.batch_size"},
    ForeignName{"per_gpu_train_batch_size", "training.batch_size"},
    ForeignName{"train_batch_size", "training.batch_size"},
    ForeignName{"batch_size", "training.batch_size"},
    ForeignName{"micro_batch_size", "training.batch_size"},
    ForeignName{"per_device_eval_batch_size", "training.batch_size", "evaluation has the same"},
    ForeignName{"gradient_accumulation_steps", "training.gradient_accumulation_steps"},
    ForeignName{"accumulate_grad_batches", "training.gradient_accumulation_steps"},
    ForeignName{"max_steps", "training.max_steps"},
    ForeignName{"train_steps", "training.max_steps"},
    ForeignName{"num_train_epochs", "training.epochs training.max_steps"},
    ForeignName{"epochs", "training.epochs training.max_steps"},
    ForeignName{"num_epochs", "training.epochs training.max_steps"},
    ForeignName{"max_epochs", "training.epochs training.max_steps"},
    ForeignName{"seed", "training.seed"},
    ForeignName{"data_seed", "training.seed"},
    ForeignName{"eval_steps", "training.eval_interval"},
    ForeignName{"save_steps", "training.save_interval"},
    ForeignName{"save_total_limit", "training.keep_checkpoints"},
    ForeignName{"load_best_model_at_end", "training.keep_best"},
    ForeignName{"early_stopping_patience", "training.early_stop_patience"},
    ForeignName{"early_stopping", "training.early_stop_patience", "a number of evaluations"},
    ForeignName{"max_time", "training.early_stop_minutes"},
    ForeignName{"learning_rate", "optimizer.learning_rate"},
    ForeignName{"lr", "optimizer.learning_rate"},
    ForeignName{"lr_scheduler_type", "optimizer.lr_schedule", "cosine, linear or constant"},
    ForeignName{"lr_scheduler", "optimizer.lr_schedule", "cosine, linear or constant"},
    ForeignName{"warmup_steps", "optimizer.lr_warmup_steps"},
    ForeignName{"warmup_ratio", "optimizer.lr_warmup_steps", "a number of steps"},
    ForeignName{"optim", "optimizer.kind", "adamw is the one"},
    ForeignName{"weight_decay", "optimizer.weight_decay"},
    ForeignName{"adam_beta1", "optimizer.beta1"},
    ForeignName{"adam_beta2", "optimizer.beta2"},
    ForeignName{"adam_epsilon", "optimizer.epsilon"},
    ForeignName{"max_grad_norm", "optimizer.max_grad_norm"},
    ForeignName{"gradient_clip_val", "optimizer.max_grad_norm"},
    ForeignName{"gradient_checkpointing", "precision.phases", recompute},
    ForeignName{"activation_checkpointing", "precision.phases", recompute},
    ForeignName{"bf16", preset, bf16Words},
    ForeignName{"pure_bf16", preset, bf16Words},
    ForeignName{"fp16", preset, fp16Words},
    ForeignName{"mixed_precision", preset, bf16Words},
    ForeignName{"dtype", "precision.default", "fp32, bf16 or fp16"},
    ForeignName{"torch_dtype", "precision.default", "fp32, bf16 or fp16"},
    ForeignName{"output_dir", "", "say it on the command line: mantissa-cli train CONFIG --out FOLDER"},
    ForeignName{"resume_from_checkpoint", "", "say it on the command line: mantissa-cli resume RUN"},
    ForeignName{"logging_steps", "", "every step is kept; leave it out"},
    ForeignName{
        "report_to", "", "make it of a run afterwards: mantissa-cli export RUN --to tensorboard -o FOLDER"},
    ForeignName{"dataloader_num_workers", "", "data is read before training begins; leave it out"},
    ForeignName{"device_map", "memory.device"},
    ForeignName{"max_memory", "memory.budget"},
    // data
    ForeignName{"dataset", "data.source"},
    ForeignName{"dataset_name", "data.source", "a file or folder"},
    ForeignName{"train_file", "data.source"},
    ForeignName{"data_path", "data.source"},
    ForeignName{"validation_file", "data.validation"},
    ForeignName{"eval_dataset", "data.validation"},
    ForeignName{"val_size", "data.validation_fraction"},
    ForeignName{"validation_split_percentage", "data.validation_fraction", "a share from 0 to 1"},
    ForeignName{"max_seq_length", "model.context"},
    ForeignName{"max_length", "model.context"},
    ForeignName{"cutoff_len", "model.context"},
    ForeignName{"block_size", "model.context"},
    ForeignName{"sequence_len", "model.context"},
    // config.json of a model
    ForeignName{"model_name_or_path", "model.folder"},
    ForeignName{"pretrained_model_name_or_path", "model.folder"},
    ForeignName{"base_model", "model.folder"},
    ForeignName{"model_type", "model.kind"},
    ForeignName{"hidden_size", "model.width"},
    ForeignName{"n_embd", "model.width"},
    ForeignName{"num_hidden_layers", "model.layers"},
    ForeignName{"n_layer", "model.layers"},
    ForeignName{"num_attention_heads", "model.heads"},
    ForeignName{"n_head", "model.heads"},
    ForeignName{"num_key_value_heads", "model.kv_heads"},
    ForeignName{"intermediate_size", "model.ffn"},
    ForeignName{"vocab_size", "model.vocab"},
    ForeignName{"max_position_embeddings", "model.context"},
    ForeignName{"rope_theta", "model.rotary_base"},
    ForeignName{"rms_norm_eps", "model.norm_epsilon"},
    ForeignName{"layer_norm_epsilon", "model.norm_epsilon"},
    ForeignName{"tie_word_embeddings", "model.tied"},
};

bool has(const Json& known, std::string_view path)
{
    const Json* at = &known;
    for (std::string_view rest = path;;) {
        const auto dot = rest.find('.');
        const auto found = at->is_object() ? at->find(std::string(rest.substr(0, dot))) : at->end();
        if (!at->is_object() || found == at->end())
            return false;
        if (dot == std::string_view::npos)
            return true;
        at = &*found;
        rest.remove_prefix(dot + 1);
    }
}

/// The first of the keys that this program has; else the last, which may stand in a config only where it says
/// something.
std::string_view keyHere(std::string_view keys, const Json& known)
{
    for (auto blank = keys.find(' '); blank != std::string_view::npos; blank = keys.find(' ')) {
        if (has(known, keys.substr(0, blank)))
            return keys.substr(0, blank);
        keys.remove_prefix(blank + 1);
    }
    return keys;
}

Status checkKey(const std::string& path, std::string_view name, const Json& known)
{
    if (has(known, path))
        return {};
    for (const ForeignName& foreign : foreignNames) {
        if (foreign.name != name)
            continue;
        const std::string_view here = keyHere(foreign.here, known);
        const std::string meant = here.empty() ? "" : fmt::format("did you mean '{}'?", here);
        return fail(fmt::format("unknown key '{}'; {}{}{}", path, meant,
                        !meant.empty() && !foreign.words.empty() ? " " : "", foreign.words),
            ExitCode::Usage);
    }
    return {};
}

/// "precision": "bf16-mixed", as Lightning has it.
Status checkPrecision(const Json& config)
{
    const auto found = config.find("precision");
    if (found == config.end() || !found->is_string())
        return {};
    const auto format = parsePrecision(found->get_ref<const std::string&>());
    if (!format)
        return {}; // the strict reader has the words
    return fail(
        fmt::format("precision is {}; it is chosen for each phase here. Write \"precision\": {{\"preset\": "
                    "\"{}\"}}{}",
            jsonLine(*found), *format == Precision::Fp32 ? "conservative" : "aggressive",
            *format == Precision::Fp16 ? ", and \"compute\": \"fp16\" for its phases" : ""),
        ExitCode::Usage);
}

} // namespace

Status checkForeignNames(const Json& config, const Json& known)
{
    TRY(checkPrecision(config));
    for (const auto& [name, value] : config.items()) {
        TRY(checkKey(name, name, known));
        if (value.is_object() && has(known, name))
            for (const auto& [inner, setting] : value.items())
                TRY(checkKey(name + "." + inner, inner, known));
    }
    return {};
}

} // namespace mantissa
