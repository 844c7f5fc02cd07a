// SPDX-License-Identifier: Apache-2.0
#include "core/data/rows/row_source.h"

#include "core/base/digest.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/data/text_source.h"
#include "core/files/records.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

Result<TextRead> readFileOfRows(const std::string& file, const std::function<bool()>& isInterrupted)
{
    std::error_code error;
    if (fs::is_directory(file, error))
        return wrong(
            fmt::format("{} is a folder, and rows are read from one file; name a .jsonl, .json or .csv "
                        "file in it",
                file));
    auto text = readText(file, isInterrupted);
    if (!text)
        return text;
    if (const auto look = oddLookOf(text->text); !look.empty())
        return wrong(fmt::format(
            "{} looks like {}; {}", file, look, look == "gzip" ? "unpack it" : "give rows of UTF-8 text"));
    return text;
}

/// Takes the records of files and makes encoded rows of them.
class RowReader {
public:
    RowReader(const RowChoices& choices, const Tokenizer& tokenizer, const FolderTexts& folder,
        const std::function<bool()>& isInterrupted)
        : m_choices(choices)
        , m_tokenizer(tokenizer)
        , m_folder(folder)
        , m_isInterrupted(isInterrupted)
        , m_shape(choices.shape)
    {
    }

    /// All rows of a file; what it holds is added to the identity of the data.
    Result<std::shared_ptr<const EncodedRows>> read(const std::string& file)
    {
        const auto format = recordFormatOf(file);
        if (!format)
            return wrong(fmt::format(
                "{} ends in none of .jsonl, .json and .csv, which rows are read from; rename it, or "
                "read it as text",
                file));
        const auto text = readFileOfRows(file, m_isInterrupted);
        if (!text)
            return fail(text.error());
        m_digest.add(text->text);
        m_bytes += text->read.bytes;
        m_rows = std::make_shared<EncodedRows>();
        m_number = 0;
        TRY(readRecords(text->text, *format, fs::path(file).filename().string(),
            [&](const Json& record, const std::string& place) { return take(record, place); }));
        TRY(checkBadRows(file));
        return std::shared_ptr<const EncodedRows>(std::move(m_rows));
    }

    RowShape shape() const { return m_shape.value_or(RowShape::Text); }
    std::string templateName() const { return m_template ? m_template->name : std::string(); }
    std::int64_t bytes() const { return m_bytes; }
    std::string sha256() { return m_digest.hex(); }
    std::vector<std::string> remarks() const { return m_remarks; }

private:
    Status take(const Json& record, const std::string& place)
    {
        ++m_number;
        if (m_isInterrupted && m_isInterrupted())
            return fail(fmt::format("interrupted at {}", place), ExitCode::Interrupted);
        TRY(prepare(record, place));
        const auto row = encoded(record);
        if (row)
            m_rows->add(*row, m_number);
        else if (++m_badRows == 1)
            m_firstBad = fmt::format("{}: {}", place, row.error().message);
        return {};
    }

    /// The first row says what all are.
    Status prepare(const Json& record, const std::string& place)
    {
        if (!m_shape) {
            const auto shape = shapeOf(record, m_choices.textField);
            if (!shape)
                return wrong(fmt::format("{}: {}", place, shape.error().message));
            m_shape = *shape;
        }
        if (m_template || m_shape == RowShape::Text)
            return {};
        auto chosen = chooseTemplate(m_choices.templateName, m_folder, m_tokenizer);
        if (!chosen)
            return fail(chosen.error());
        if (auto remark = remarkOn(*chosen, m_folder.ends, m_tokenizer); !remark.empty())
            m_remarks.push_back(std::move(remark));
        m_template = std::move(*chosen);
        return {};
    }

    Result<EncodedRow> encoded(const Json& record) const
    {
        const auto conversation = conversationOf(record, *m_shape, m_choices.textField);
        if (!conversation)
            return fail(conversation.error());
        static const ChatTemplate none{}; // a text alone needs none
        const auto rendered
            = render(*conversation, m_template ? *m_template : none, m_folder.ends, m_choices.parts);
        if (!rendered)
            return fail(rendered.error());
        EncodedRow row = encodeRow(*rendered, m_tokenizer);
        const bool wasTrained = row.trainedTokens() > 0;
        const auto length = static_cast<std::int64_t>(row.ids.size());
        cutRow(row, m_choices.context, m_choices.cut);
        if (row.trainedTokens() > 0)
            return row;
        return wrong(wasTrained
                ? fmt::format(
                    "of its {} tokens those that are learned were all cut off at {}; give more context, or "
                    "leave it out",
                    formatCount(length), formatCount(m_choices.context))
                : std::string("nothing in it is learned; let an answer train, or leave it out"));
    }

    Status checkBadRows(const std::string& file)
    {
        if (m_badRows == 0)
            return {};
        const std::string others
            = m_badRows == 1 ? "" : fmt::format(" (and {} rows more)", formatCount(m_badRows - 1));
        if (!m_choices.leavesOutBadRows)
            return wrong(fmt::format("{}{}", m_firstBad, others));
        if (m_rows->rows() == 0)
            return wrong(
                fmt::format("{} has no row that can be learned from: {}{}", file, m_firstBad, others));
        m_remarks.push_back(fmt::format("left out {} of {} rows of {}: {}{}", formatCount(m_badRows),
            formatCount(m_number), shown(fs::path(file).filename().string()), m_firstBad, others));
        m_badRows = 0;
        return {};
    }

    const RowChoices& m_choices;
    const Tokenizer& m_tokenizer;
    const FolderTexts& m_folder;
    const std::function<bool()>& m_isInterrupted;
    std::optional<RowShape> m_shape{};
    std::optional<ChatTemplate> m_template{};
    std::shared_ptr<EncodedRows> m_rows{};
    std::int64_t m_number = 0; ///< of the row, from 1
    std::int64_t m_badRows = 0;
    std::string m_firstBad{};
    std::int64_t m_bytes = 0;
    Sha256 m_digest{};
    std::vector<std::string> m_remarks{};
};

void tellCut(const RowSet& rows, std::string_view use, const RowChoices& choices, DataRead& read)
{
    if (const RowSetFacts& facts = rows.facts(); facts.cutRows > 0)
        read.remarks.push_back(fmt::format(
            "cut {} of {} rows {} to {} tokens: {} tokens were lost ({:.1f} %)", formatCount(facts.cutRows),
            formatCount(facts.rows), use, formatCount(choices.context), formatCount(facts.lostTokens),
            100 * static_cast<double>(facts.lostTokens)
                / static_cast<double>(facts.lostTokens + facts.tokens)));
}

DataRead dataReadOf(const RowsRead& rows, const RowChoices& choices, RowReader& reader)
{
    DataRead read{.files = choices.validationSource.empty() ? 1 : 2,
        .bytes = reader.bytes(),
        .sha256 = reader.sha256(),
        .trainingSamples = rows.training.rows(),
        .evaluationSamples = rows.evaluation.rows(),
        .trainingTokens = rows.training.facts().tokens,
        .evaluationTokens = rows.evaluation.facts().tokens,
        .remarks = reader.remarks()};
    tellCut(rows.training, "to learn from", choices, read);
    tellCut(rows.evaluation, "for evaluation", choices, read);
    return read;
}

} // namespace

Result<RowsRead> readRows(const std::string& source, const RowChoices& choices, const Tokenizer& tokenizer,
    const FolderTexts& folder, const std::function<bool()>& isInterrupted)
{
    RowReader reader(choices, tokenizer, folder, isInterrupted);
    const auto rows = reader.read(source);
    if (!rows)
        return fail(rows.error());
    RowsRead result;
    if (!choices.validationSource.empty()) {
        const auto validation = reader.read(choices.validationSource);
        if (!validation)
            return fail(validation.error());
        result.training = allRows(*rows);
        result.evaluation = allRows(*validation);
    } else if ((*rows)->rows() < 2) {
        return wrong(fmt::format(
            "{} has one row, and one is needed to learn from and one for evaluation; add rows, or "
            "name a file for evaluation (data.validation)",
            source));
    } else {
        std::tie(result.training, result.evaluation)
            = splitRows(*rows, choices.validationFraction, choices.seed);
    }
    result.shape = reader.shape();
    result.templateName = reader.templateName();
    result.read = dataReadOf(result, choices, reader);
    result.read.trainedTokens = result.training.facts().trainedTokens;
    return result;
}

} // namespace mantissa
