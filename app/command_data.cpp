// SPDX-License-Identifier: Apache-2.0
// data: what a file of rows would be to a training, before one is begun: numbers, and rows with what is
// learned.

#include "app/commands.h"
#include "app/progress.h"
#include "core/base/json.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/data/data_preview.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace mantissa {

namespace {

struct DataOptions {
    std::string file{};
    std::string model{}; ///< folder
    std::string tokenizer{}; ///< file or folder, where it is not the model's
    std::string shape = "auto";
    std::string cut = "shared";
    std::string trainOn = "answers";
    std::int64_t shownRows = 2;
    bool isJson = false;
    RowChoices choices{};
};

/// What of a row is learned stands in green where there are colours, in [[ ]] elsewhere.
std::string marked(const PreviewRow& row, bool inColour)
{
    std::string text;
    bool isOpen = false;
    const auto set = [&](bool trained) {
        if (trained != isOpen)
            text += trained ? (inColour ? "\x1b[32m" : "[[") : (inColour ? "\x1b[0m" : "]]");
        isOpen = trained;
    };
    for (const PreviewToken& token : row.tokens) {
        set(token.isTrained);
        for (const char c : asUtf8(token.text)) // what a terminal would obey is shown as what it is
            text += c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= ' '
                ? std::string(1, c)
                : fmt::format("\\x{:02x}", c);
    }
    set(false);
    return text + (row.isWhole() ? "" : " …");
}

Json jsonOf(const RowSetFacts& facts)
{
    return {{"rows", facts.rows}, {"tokens", facts.tokens}, {"trained_tokens", facts.trainedTokens},
        {"trained_share", facts.trainedShare()}, {"shortest", facts.shortest}, {"median", facts.median},
        {"longest", facts.longest}, {"longest_row", facts.longestNumber}, {"cut_rows", facts.cutRows},
        {"lost_tokens", facts.lostTokens}};
}

Json jsonOf(const DataPreview& preview)
{
    Json rows = Json::array();
    for (const PreviewRow& row : preview.rows) {
        Json tokens = Json::array();
        for (const PreviewToken& token : row.tokens)
            tokens.push_back({{"text", token.text}, {"trained", token.isTrained}});
        rows.push_back(
            {{"row", row.number}, {"tokens", row.length}, {"whole", row.isWhole()}, {"texts", tokens}});
    }
    return {{"shape", preview.shape},
        {"template", preview.templateName.empty() ? Json() : Json(preview.templateName)},
        {"training", jsonOf(preview.training)}, {"evaluation", jsonOf(preview.evaluation)},
        {"data", toJson(preview.read)}, {"rows", rows}};
}

void print(const DataPreview& preview)
{
    for (const std::string& sentence : sentencesOf(preview))
        fmt::print("{}\n", sentence);
    const bool inColour = isColoured(stdout);
    for (const PreviewRow& row : preview.rows)
        fmt::print("\n--- row {}, {} tokens\n{}\n", formatCount(row.number), formatCount(row.length),
            marked(row, inColour));
}

ExitCode showData(DataOptions options)
{
    if (options.shape != "auto") {
        const auto shape = parseRowShape(options.shape);
        if (!shape)
            return complain(shape.error());
        options.choices.shape = *shape;
    }
    const auto cut = parseRowCut(options.cut);
    if (!cut)
        return complain(cut.error());
    options.choices.cut = *cut;
    options.choices.parts.prompt = options.trainOn == "all";
    options.choices.parts.lastAnswerOnly = options.trainOn == "last_answer";
    const std::string& place = options.tokenizer.empty() ? options.model : options.tokenizer;
    const auto made = tokenizerNamed(place);
    if (!made)
        return complain(made.error());
    const Tokenizer& tokenizer = **made;
    const std::string& home = options.model.empty() ? place : options.model; // of the template
    const auto folder = home.empty() || home == "bytes" ? Result<FolderTexts>() : readFolderTexts(home);
    if (!folder)
        return complain(folder.error());
    const auto read = readRows(options.file, options.choices, tokenizer, *folder);
    if (!read)
        return complain(read.error());
    const DataPreview preview = previewOf(*read, tokenizer, options.shownRows);
    if (options.isJson)
        fmt::print("{}\n", jsonText(jsonOf(preview)));
    else
        print(preview);
    return ExitCode::Done;
}

void addMasks(CLI::App& command, const std::shared_ptr<DataOptions>& options)
{
    command
        .add_option(
            "--train-on", options->trainOn, "What of a conversation is learned: answers, last_answer or all")
        ->check(CLI::IsMember({"answers", "last_answer", "all"}))
        ->capture_default_str();
    command.add_flag_callback(
        "--no-end-token", [options] { options->choices.parts.end = false; },
        "Do not learn that an answer is over");
    command.add_flag("--leave-out-bad-rows", options->choices.leavesOutBadRows,
        "Go on without rows that cannot be learned from, and say how many");
}

} // namespace

void addData(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<DataOptions>();
    CLI::App* command = app.add_subcommand("data",
        "What a file of rows (.jsonl, .json, .csv) would be to a training: numbers, and what is learned");
    command->add_option("file", options->file, "Texts, questions with answers, or conversations")->required();
    command->add_option("--model", options->model, "Model folder whose tokenizer and chat template are used");
    command->add_option("--tokenizer", options->tokenizer,
        "tokenizer.json or its folder, or bytes (default: the model's, without one bytes)");
    command
        ->add_option("--template", options->choices.templateName,
            "Chat template by name (default: the model's own, where it is known)")
        ->capture_default_str();
    command
        ->add_option(
            "--format", options->shape, "auto, text, alpaca, prompt-completion, sharegpt or messages")
        ->capture_default_str();
    command
        ->add_option("--field", options->choices.textField, "The field that is learned, where rows are texts")
        ->capture_default_str();
    command->add_option("--context", options->choices.context, "Most tokens of a row (default: no limit)")
        ->check(CLI::NonNegativeNumber);
    command
        ->add_option(
            "--cut", options->cut, "What stays of longer ones: shared (question and answer) or start")
        ->capture_default_str();
    command->add_option("--validation", options->choices.validationSource, "File of rows for evaluation");
    command
        ->add_option("--validation-fraction", options->choices.validationFraction,
            "Share of the rows for evaluation, where no file is named")
        ->check(CLI::Range(0.001, 0.9))
        ->capture_default_str();
    command->add_option("--seed", options->choices.seed, "That chooses them")->capture_default_str();
    command->add_option("--rows", options->shownRows, "How many rows to show")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_flag("--json", options->isJson, "Print all of it as JSON");
    addMasks(*command, options);
    command->callback([options, &chosen] { chosen = [options] { return showData(*options); }; });
}

} // namespace mantissa
