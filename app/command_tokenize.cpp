// SPDX-License-Identifier: Apache-2.0
// tokenize: what a model's tokenizer makes of a text, and back.

#include "app/commands.h"
#include "core/base/file.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/data/tokenizer.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <memory>

namespace mantissa {

namespace {

struct TokenizeOptions {
    std::string tokenizer{};
    std::string file{};
    bool showsIds = false; ///< and without any of them
    bool showsText = false;
    bool counts = false;
    bool decodes = false;
    bool addsFrame = false;
};

std::string idsOf(const std::vector<Token>& tokens)
{
    std::string text;
    for (const Token& token : tokens)
        fmt::format_to(std::back_inserter(text), "{}{}", text.empty() ? "" : " ", token.id);
    return text + "\n";
}

/// A token a line: its id, the bytes it was made from, and itself.
std::string table(const Tokenizer& tokenizer, const std::vector<Token>& tokens)
{
    std::string text;
    for (const Token& token : tokens)
        fmt::format_to(std::back_inserter(text), "{:>8}  {:>16}  {}\n", token.id,
            fmt::format("{}-{}", token.begin, token.end), shown(tokenizer.tokenOf(token.id)));
    return text;
}

Result<std::vector<TokenId>> parseIds(std::string_view text, const Tokenizer& tokenizer)
{
    std::vector<TokenId> ids;
    const auto isBlank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
    for (std::size_t at = 0; at < text.size();) {
        if (isBlank(text[at])) {
            ++at;
            continue;
        }
        TokenId id = -1;
        const auto read = std::from_chars(text.data() + at, text.data() + text.size(), id);
        const auto end = static_cast<std::size_t>(read.ptr - text.data());
        if (read.ec != std::errc() || id < 0 || id >= tokenizer.size()
            || (end < text.size() && !isBlank(text[end])))
            return fail(
                fmt::format("no id stands at byte {}; give whole numbers from 0 to {} with blanks between",
                    at, tokenizer.size() - 1),
                ExitCode::Usage);
        ids.push_back(id);
        at = end;
    }
    return ids;
}

ExitCode tokenize(const TokenizeOptions& options)
{
    const auto tokenizer = readTokenizer(options.tokenizer);
    if (!tokenizer)
        return complain(tokenizer.error());
    const bool isInput = options.file == "-";
    const auto text = readFile(isInput ? "/dev/stdin" : options.file);
    if (!text)
        return complain(text.error());
    if (options.decodes) {
        const auto ids = parseIds(*text, **tokenizer);
        return ids ? writeResult("-", (*tokenizer)->decode(*ids, false)) : complain(ids.error());
    }
    if (const auto status = checkUtf8(*text, isInput ? "what comes from stdin" : shown(options.file));
        !status)
        return complain(status.error());
    const auto tokens = (*tokenizer)->encode(*text, options.addsFrame);
    if (!options.counts)
        return writeResult("-", options.showsText ? table(**tokenizer, tokens) : idsOf(tokens));
    fmt::print("{} tokens of {} bytes, {:.2f} bytes a token\n",
        formatCount(static_cast<std::int64_t>(tokens.size())),
        formatCount(static_cast<std::int64_t>(text->size())),
        tokens.empty() ? 0.0 : static_cast<double>(text->size()) / static_cast<double>(tokens.size()));
    return ExitCode::Done;
}

} // namespace

void addTokenize(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<TokenizeOptions>();
    CLI::App* command = app.add_subcommand("tokenize", "What a model's tokenizer makes of a text, and back");
    command->add_option("tokenizer", options->tokenizer, "Model folder, or a tokenizer.json")->required();
    command->add_option("file", options->file, "Text; - for stdin")->required();
    CLI::Option_group* form = command->add_option_group("form");
    form->add_flag("--ids", options->showsIds, "Print the ids, which is what happens without any of these");
    form->add_flag("--text", options->showsText, "Print a token a line: id, bytes of the text, the token");
    form->add_flag("--count", options->counts, "Print how many there are");
    form->add_flag("--decode", options->decodes, "The file holds ids: print their text");
    form->require_option(0, 1);
    command->add_flag("--frame", options->addsFrame, "With the tokens that the model puts around a text");
    command->callback([options, &chosen] { chosen = [options] { return tokenize(*options); }; });
}

} // namespace mantissa
