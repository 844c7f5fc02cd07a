// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer.h"

#include "core/base/file.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/data/tokenizer/characters.h"
#include "core/data/tokenizer/pipeline.h"

#include <fmt/format.h>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

/// Ten times what the largest vocabularies of today take.
constexpr std::uintmax_t largestFile = 512 * static_cast<std::uintmax_t>(mebibyte);

/// What else a model's folder may have in place of a tokenizer.json.
std::string otherTokenizerIn(const fs::path& folder)
{
    std::error_code error;
    for (const auto* name : {"tokenizer.model", "vocab.json", "spiece.model", "tekken.json", "vocab.txt"})
        if (fs::exists(folder / name, error))
            return name;
    return {};
}

} // namespace

void Tokenizer::stream(std::string_view text, const std::function<bool(std::span<const TokenId>)>& take) const
{
    std::vector<TokenId> ids;
    for (const Token& token : encode(text, false))
        ids.push_back(token.id);
    take(ids);
}

std::string Tokenizer::tokenOf(TokenId id) const { return decode(std::span(&id, 1), false); }

bool Tokenizer::isSpecial(TokenId) const { return false; }

Result<std::unique_ptr<Tokenizer>> readTokenizer(const fs::path& fileOrFolder)
{
    std::error_code error;
    const bool isFolder = fs::is_directory(fileOrFolder, error);
    const fs::path file = isFolder ? fileOrFolder / "tokenizer.json" : fileOrFolder;
    if (isFolder && !fs::exists(file, error)) {
        const std::string other = otherTokenizerIn(fileOrFolder);
        return fail(
            fmt::format(
                "{} has no tokenizer.json{}; `AutoTokenizer.from_pretrained(…).save_pretrained(…)` of "
                "transformers writes one",
                shown(fileOrFolder.string()), other.empty() ? "" : fmt::format(" (but {})", other)),
            ExitCode::Usage);
    }
    if (const auto bytes = fs::file_size(file, error); !error && bytes > largestFile)
        return fail(fmt::format("{} has {}; a tokenizer.json has at most {}", shown(file.string()),
            formatBytes(static_cast<std::int64_t>(bytes)),
            formatBytes(static_cast<std::int64_t>(largestFile))));
    const auto text = readFile(file);
    if (!text)
        return fail(text.error());
    auto made = makePipeline(*text, shown(file.string()));
    return made ? std::move(made) : fail(made.error().message, ExitCode::Usage);
}

Result<std::unique_ptr<Tokenizer>> tokenizerNamed(const std::string& name)
{
    return name.empty() || name == "bytes" ? Result<std::unique_ptr<Tokenizer>>(byteTokenizer())
                                           : readTokenizer(name);
}

Status checkFits(const Tokenizer& tokenizer, std::int64_t vocabulary)
{
    if (tokenizer.size() > vocabulary)
        return fail(
            fmt::format(
                "the tokenizer has ids up to {}, the model only {} rows of vocabulary; use the tokenizer "
                "that belongs to the model",
                formatCount(tokenizer.size() - 1), formatCount(vocabulary)),
            ExitCode::Usage);
    return {};
}

Status checkUtf8(std::string_view text, const std::string& what)
{
    if (const auto at = firstBadByte(text))
        return fail(
            fmt::format("{} is no UTF-8 text: byte {} is \\x{:02x}; convert it (iconv -t UTF-8), or train on "
                        "bytes",
                what, *at, static_cast<unsigned char>(text[*at])));
    return {};
}

} // namespace mantissa
