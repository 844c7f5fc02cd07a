// SPDX-License-Identifier: Apache-2.0
// generate: text that a model writes; evaluate: what a text costs it.

#include "app/commands.h"
#include "app/engine_loader.h"
#include "app/model_options.h"
#include "core/base/json.h"
#include "core/data/text_source.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <memory>

namespace mantissa {

namespace {

struct GenerateOptions {
    ModelOptions model{};
    std::string prompt{};
    Sampling sampling{.temperature = 0.8, .topP = 0.95};
    std::vector<std::string> stops{};
};

/// Prints text as it comes, a stop apart: what could be the beginning of one waits.
class StopWatch {
public:
    explicit StopWatch(std::vector<std::string> stops)
        : m_stops(std::move(stops))
    {
    }
    /// False once a stop has come.
    bool take(std::string_view text)
    {
        m_waiting += text;
        std::size_t free = m_waiting.size();
        for (const std::string& stop : m_stops) {
            if (const auto at = m_waiting.find(stop); at != std::string::npos) {
                show(at);
                return false;
            }
            for (std::size_t n = std::min(stop.size() - 1, m_waiting.size()); n > 0; --n)
                if (m_waiting.ends_with(stop.substr(0, n)))
                    free = std::min(free, m_waiting.size() - n);
        }
        show(free);
        m_waiting.erase(0, free);
        return true;
    }
    void finish() { show(m_waiting.size()); }

private:
    void show(std::size_t count)
    {
        fmt::print("{}", m_waiting.substr(0, count));
        std::fflush(stdout);
    }

    std::vector<std::string> m_stops;
    std::string m_waiting{};
};

ExitCode generate(const GenerateOptions& options)
{
    for (const std::string& stop : options.stops)
        if (stop.empty())
            return complain({"--stop is empty and would end every text; leave it out", ExitCode::Usage});
    auto opened = openModel(options.model);
    if (!opened)
        return complain(opened.error());
    Sampling sampling = options.sampling;
    sampling.ends = opened->ends;
    std::vector<TokenId> prompt;
    for (const Token& token : opened->tokenizer->encode(options.prompt, /*addsFrame*/ true))
        prompt.push_back(token.id);
    if (prompt.empty())
        return complain(
            {"--prompt is empty, and the tokenizer begins no text of its own; write a word to go on "
             "from",
                ExitCode::Usage});
    StopWatch watch(options.stops);
    std::vector<TokenId> written;
    std::string shown; // a character may be several tokens: text is what all of them decode to
    bool isStopped = false;
    const auto status = opened->model->write(prompt, sampling, [&](TokenId id) {
        written.push_back(id);
        const std::string all = opened->tokenizer->decode(written, /*skipsSpecial*/ true);
        constexpr std::string_view replacement = "\xEF\xBF\xBD"; // an unfinished character
        if (all.ends_with(replacement) || !all.starts_with(shown))
            return true;
        isStopped = !watch.take(std::string_view(all).substr(shown.size()));
        shown = all;
        return !isStopped;
    });
    if (!isStopped)
        watch.finish();
    fmt::print("\n");
    return status ? ExitCode::Done : complain(status.error());
}

struct EvaluateOptions {
    ModelOptions model{};
    std::string data{};
    std::int64_t context = 0;
    bool json = false;
};

ExitCode evaluate(const EvaluateOptions& options)
{
    auto opened = openModel(options.model);
    if (!opened)
        return complain(opened.error());
    const auto read = readText(options.data);
    if (!read)
        return complain(read.error());
    std::vector<TokenId> ids;
    for (const Token& token : opened->tokenizer->encode(read->text, /*addsFrame*/ false))
        ids.push_back(token.id);
    if (ids.size() < 2)
        return complain(
            {fmt::format("{} has {} tokens, and the first is predicted from nothing; give a longer text",
                 options.data, ids.size()),
                ExitCode::Usage});
    const std::int64_t context = options.context > 0 ? options.context : opened->config.context;
    const auto loss = opened->model->loss(ids, context);
    if (!loss)
        return complain(loss.error());
    const double mean = loss->sum / static_cast<double>(loss->tokens);
    if (options.json)
        fmt::print("{}\n",
            jsonLine(Json{{"loss", jsonNumber(mean)}, {"perplexity", jsonNumber(std::exp(mean))},
                {"tokens", loss->tokens}, {"context", context}, {"compute", nameOf(options.model.compute)}}));
    else
        fmt::print("loss {:.6f}, perplexity {:.4f}, {} tokens predicted in windows of {}\n", mean,
            std::exp(mean), loss->tokens, context);
    return ExitCode::Done;
}

} // namespace

void addGenerate(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<GenerateOptions>();
    CLI::App* command = app.add_subcommand("generate", "Text that a model or a checkpoint writes");
    addModelOptions(*command, options->model);
    command->add_option("--prompt", options->prompt, "What the text begins with");
    command->add_option("--tokens", options->sampling.most, "The most to write")
        ->check(CLI::Range(1, 1 << 20));
    command->add_option("--temperature", options->sampling.temperature, "0: always the likeliest token")
        ->check(CLI::Range(0.0, 100.0));
    command->add_option("--top-k", options->sampling.topK, "Among so many tokens; 0: all")
        ->check(CLI::Range(0, 1 << 24));
    command
        ->add_option("--top-p", options->sampling.topP, "Among the likeliest that have this share together")
        ->check(CLI::Range(1e-6, 1.0));
    command->add_option("--seed", options->sampling.seed, "Equal seeds write equal texts")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--stop", options->stops, "A text that ends it; may be given again")
        ->allow_extra_args(false);
    command->callback([=, &chosen] { chosen = [=] { return generate(*options); }; });
}

void addEvaluate(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<EvaluateOptions>();
    CLI::App* command
        = app.add_subcommand("evaluate", "Loss and perplexity of a model or a checkpoint on a text");
    addModelOptions(*command, options->model);
    command->add_option("--data", options->data, "A text, a folder of texts, or sample:NAME")->required();
    command->add_option("--context", options->context, "Tokens of a window; 0: the model's own")
        ->check(CLI::Range(0, 1 << 20));
    command->add_flag("--json", options->json, "One line of JSON");
    command->callback([=, &chosen] { chosen = [=] { return evaluate(*options); }; });
}

} // namespace mantissa
