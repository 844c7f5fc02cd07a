// SPDX-License-Identifier: Apache-2.0
#include "core/files/csv_records.h"

#include "core/base/shown_text.h"
#include "core/base/units.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

/// Walks rows of fields; knows the line it is in.
class CsvRows {
public:
    CsvRows(std::string_view text, const std::string& what)
        : m_text(text)
        , m_what(what)
    {
    }

    /// Where the row begins that next() gave.
    std::string place() const { return fmt::format("{} line {}", m_what, m_rowLine); }

    /// The fields of the next row that is not blank; none at the end.
    Result<std::vector<std::string>> next()
    {
        while (m_at < m_text.size() && (m_text[m_at] == '\n' || m_text[m_at] == '\r'))
            m_line += m_text[m_at++] == '\n' ? 1 : 0;
        m_rowLine = m_line;
        const std::size_t begin = m_at;
        std::vector<std::string> fields;
        for (bool goesOn = m_at < m_text.size(); goesOn;) {
            auto field = isAt('"') ? quoted() : bare();
            if (!field)
                return fail(field.error());
            if (m_at - begin > longestRecord)
                return wrong(fmt::format("the row is longer than {}; is a quote missing?",
                    formatBytes(static_cast<std::int64_t>(longestRecord))));
            if (!isUtf8(*field))
                return wrong("a field is no UTF-8; convert the file");
            fields.push_back(std::move(*field));
            goesOn = isAt(',');
            m_at += goesOn ? 1 : 0;
        }
        return fields;
    }

private:
    bool isAt(char c) const { return m_at < m_text.size() && m_text[m_at] == c; }
    tl::unexpected<Error> wrong(std::string_view finding) const
    {
        return fail(fmt::format("{}: {}", place(), finding), ExitCode::Usage);
    }
    bool isAtEndOfField() const
    {
        return m_at == m_text.size() || isAt(',') || isAt('\n') || m_text.substr(m_at, 2) == "\r\n"
            || (isAt('\r') && m_at + 1 == m_text.size());
    }
    Result<std::string> bare()
    {
        const std::size_t begin = m_at;
        while (!isAtEndOfField()) {
            if (isAt('"'))
                return wrong(
                    "a quote stands in a field that does not begin with one; put the field in quotes "
                    "and write its own quotes twice");
            ++m_at;
        }
        return std::string(m_text.substr(begin, m_at - begin));
    }
    Result<std::string> quoted()
    {
        std::string field;
        const std::int64_t opened = m_line;
        for (++m_at; m_at < m_text.size(); ++m_at) {
            if (isAt('"') && m_text.substr(m_at, 2) != "\"\"") {
                ++m_at;
                if (!isAtEndOfField())
                    return wrong("text follows a closing quote; write quotes inside a field twice");
                return field;
            }
            m_at += isAt('"') ? 1 : 0;
            m_line += isAt('\n') ? 1 : 0;
            field += m_text[m_at];
        }
        return wrong(fmt::format("the quote that opens in line {} is never closed; close it", opened));
    }

    std::string_view m_text;
    const std::string& m_what;
    std::size_t m_at = 0;
    std::int64_t m_line = 1;
    std::int64_t m_rowLine = 1;
};

Status checkHeader(const std::vector<std::string>& names, const std::string& place)
{
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].empty())
            return fail(
                fmt::format("{}: column {} has no name; the first line names every column", place, i + 1),
                ExitCode::Usage);
        if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i])
            != names.begin() + static_cast<std::ptrdiff_t>(i))
            return fail(fmt::format("{}: two columns are named '{}'; rename one", place, shown(names[i])),
                ExitCode::Usage);
    }
    return {};
}

} // namespace

Status readCsvRecords(std::string_view text, const std::string& what, const TakeRecord& take)
{
    CsvRows rows(text, what);
    const auto names = rows.next();
    if (!names)
        return fail(names.error());
    TRY(checkHeader(*names, rows.place()));
    while (true) {
        auto fields = rows.next();
        if (!fields)
            return fail(fields.error());
        if (fields->empty())
            return {};
        if (fields->size() != names->size())
            return fail(
                fmt::format("{} has {} fields, and the first line names {}; put fields with commas in "
                            "quotes",
                    rows.place(), fields->size(), names->size()),
                ExitCode::Usage);
        Json record = Json::object();
        for (std::size_t i = 0; i < names->size(); ++i)
            record[(*names)[i]] = std::move((*fields)[i]);
        TRY(take(record, rows.place()));
    }
}

} // namespace mantissa
