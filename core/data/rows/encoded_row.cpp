// SPDX-License-Identifier: Apache-2.0
#include "core/data/rows/encoded_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace mantissa {

namespace {

struct Lengths {
    std::int64_t question = 0;
    std::int64_t answer = 0;
};

/// LLaMA-Factory's rule (infer_seqlen).
Lengths fitted(Lengths of, std::int64_t room)
{
    std::int64_t most = room;
    if (of.answer * 2 >= room && of.question * 2 < room)
        most = room - of.question;
    else if (of.answer * 2 >= room)
        most = static_cast<std::int64_t>(static_cast<double>(room)
            * (static_cast<double>(of.answer) / static_cast<double>(of.question + of.answer)));
    const std::int64_t answer = std::min(most, of.answer);
    return {std::min(std::max<std::int64_t>(room - answer, 0), of.question), answer};
}

/// How many ids from `at` on have this flag.
std::int64_t runFrom(const EncodedRow& row, std::size_t at, std::uint8_t flag)
{
    std::size_t end = at;
    while (end < row.trained.size() && row.trained[end] == flag)
        ++end;
    return static_cast<std::int64_t>(end - at);
}

EncodedRow shared(const EncodedRow& row, std::int64_t context)
{
    EncodedRow kept;
    const auto take = [&](std::size_t from, std::int64_t count) {
        const auto begin = static_cast<std::ptrdiff_t>(from);
        kept.ids.insert(kept.ids.end(), row.ids.begin() + begin, row.ids.begin() + begin + count);
        kept.trained.insert(
            kept.trained.end(), row.trained.begin() + begin, row.trained.begin() + begin + count);
    };
    for (std::size_t at = 0; at < row.ids.size();) {
        const std::int64_t room = context - static_cast<std::int64_t>(kept.ids.size());
        if (room <= 0)
            break;
        const std::int64_t question = runFrom(row, at, 0);
        const std::size_t answerAt = at + static_cast<std::size_t>(question);
        const std::int64_t answer = runFrom(row, answerAt, 1);
        const Lengths fit = fitted({question, answer}, room);
        take(at, fit.question);
        take(answerAt, fit.answer);
        at = answerAt + static_cast<std::size_t>(answer);
    }
    return kept;
}

} // namespace

std::int64_t EncodedRow::trainedTokens() const
{
    return std::accumulate(trained.begin(), trained.end(), std::int64_t{0});
}

std::string_view nameOf(RowCut cut) { return cut == RowCut::Shared ? "shared" : "start"; }

Result<RowCut> parseRowCut(std::string_view name)
{
    for (const RowCut cut : {RowCut::Shared, RowCut::Start})
        if (nameOf(cut) == name)
            return cut;
    return fail(fmt::format("'{}' is no way to cut rows; expected shared or start", name), ExitCode::Usage);
}

EncodedRow encodeRow(const RenderedRow& row, const Tokenizer& tokenizer)
{
    EncodedRow encoded;
    auto span = row.trained.begin();
    for (const Token& token : tokenizer.encode(row.text, row.isFramed)) {
        while (span != row.trained.end() && span->end <= token.begin)
            ++span;
        const bool reaches = span != row.trained.end() && token.begin < span->end && token.end > span->begin;
        encoded.trained.push_back(reaches && !encoded.ids.empty() ? 1 : 0);
        encoded.ids.push_back(token.id);
    }
    return encoded;
}

void cutRow(EncodedRow& row, std::int64_t context, RowCut cut)
{
    const auto length = static_cast<std::int64_t>(row.ids.size());
    if (context <= 0 || length <= context)
        return;
    if (cut == RowCut::Shared) {
        row = shared(row, context);
    } else {
        row.ids.resize(static_cast<std::size_t>(context));
        row.trained.resize(static_cast<std::size_t>(context));
    }
    if (!row.trained.empty())
        row.trained.front() = 0;
    row.lostTokens = length - static_cast<std::int64_t>(row.ids.size());
}

} // namespace mantissa
