// SPDX-License-Identifier: Apache-2.0
#include "core/data/data_preview.h"

#include "core/base/shown_text.h"
#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace mantissa {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD, what half a character is decoded to

/// Token by token, as what each adds to the text of those before it: a decoder may treat the first of a text
/// in its own way, and characters may be in pieces.
PreviewRow previewOf(const RowSet::Row& row, const Tokenizer& tokenizer, std::int64_t most)
{
    PreviewRow result{.number = row.number, .length = static_cast<std::int64_t>(row.ids.size())};
    const std::size_t shown = std::min(row.ids.size(), static_cast<std::size_t>(most));
    constexpr std::size_t longestCharacter = 8; // tokens; what is no character by then never becomes one
    std::string before;
    for (std::size_t begin = 0, end = 1; end <= shown; ++end) {
        const std::string text = tokenizer.decode(row.ids.first(end), /*skipsSpecial*/ false);
        const std::string_view added = std::string_view(text).substr(std::min(before.size(), text.size()));
        const bool isWhole = text.starts_with(before) && isUtf8(added) && !added.ends_with(replacement);
        if (!isWhole && end < shown && end - begin < longestCharacter)
            continue;
        const bool isTrained = std::any_of(row.trained.begin() + static_cast<std::ptrdiff_t>(begin),
            row.trained.begin() + static_cast<std::ptrdiff_t>(end),
            [](std::uint8_t flag) { return flag != 0; });
        result.tokens.push_back({std::string(added), isTrained, static_cast<std::int64_t>(end - begin)});
        before = text;
        begin = end;
    }
    return result;
}

std::string sentenceOf(const RowSetFacts& facts, std::string_view use)
{
    return fmt::format(
        "{} rows {}: {} tokens, {} of them learned ({:.1f} %); {} to {} tokens long, median {:g}, the "
        "longest is row {}",
        formatCount(facts.rows), use, formatCount(facts.tokens), formatCount(facts.trainedTokens),
        100 * facts.trainedShare(), formatCount(facts.shortest), formatCount(facts.longest), facts.median,
        formatCount(facts.longestNumber));
}

} // namespace

bool PreviewRow::isWhole() const
{
    std::int64_t all = 0;
    for (const PreviewToken& token : tokens)
        all += token.tokens;
    return all == length;
}

DataPreview previewOf(
    const RowsRead& read, const Tokenizer& tokenizer, std::int64_t rows, std::int64_t tokens)
{
    DataPreview preview{.shape = std::string(nameOf(read.shape)),
        .templateName = read.templateName,
        .training = read.training.facts(),
        .evaluation = read.evaluation.facts(),
        .read = read.read};
    for (std::int64_t i = 0; i < std::min(rows, read.training.rows()); ++i)
        preview.rows.push_back(previewOf(read.training.row(i), tokenizer, tokens));
    return preview;
}

std::vector<std::string> sentencesOf(const DataPreview& preview)
{
    std::vector<std::string> all;
    all.push_back(preview.templateName.empty()
            ? fmt::format("shape {}", preview.shape)
            : fmt::format("shape {}, written with the template {}", preview.shape, preview.templateName));
    all.push_back(sentenceOf(preview.training, "to learn from"));
    all.push_back(sentenceOf(preview.evaluation, "for evaluation"));
    all.insert(all.end(), preview.read.remarks.begin(), preview.read.remarks.end());
    return all;
}

} // namespace mantissa
