// SPDX-License-Identifier: Apache-2.0
#include "core/files/records.h"

#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/files/csv_records.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

constexpr int deepestRecord = 64; // levels, as in JSON that people write
constexpr std::string_view blanks = " \t\r\n";

tl::unexpected<Error> notAnObject(const std::string& place)
{
    return wrong(fmt::format("{} is no object {{…}}, which a row is; write {{\"text\": …}}", place));
}

Status readLines(std::string_view text, const std::string& what, const TakeRecord& take)
{
    for (std::int64_t line = 1; !text.empty(); ++line) {
        const auto end = text.find('\n');
        const std::string_view row = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (row.find_first_not_of(blanks) == std::string_view::npos)
            continue;
        const std::string place = fmt::format("{} line {}", what, line);
        if (row.size() > longestRecord)
            return wrong(fmt::format("{} is {} long, and no row is longer than {}; is it JSON Lines?", place,
                formatBytes(static_cast<std::int64_t>(row.size())),
                formatBytes(static_cast<std::int64_t>(longestRecord))));
        const auto record = parseJson(row, place, RepeatedKeys::LastCounts);
        if (!record)
            return fail(record.error());
        if (!record->is_object())
            return notAnObject(place);
        TRY(take(*record, place));
    }
    return {};
}

/// Takes each object of the list as soon as it is whole, and lets it go: a file is never held as a tree.
class ListOfRecords {
public:
    ListOfRecords(const std::string& what, const TakeRecord& take)
        : m_what(what)
        , m_take(take)
    {
    }

    /// What the parser asks at each event; whether to keep the value.
    bool see(int depth, Json::parse_event_t event, Json& value)
    {
        using Event = Json::parse_event_t;
        if (depth > deepestRecord && m_status)
            m_status = wrong(fmt::format(
                "{} nests deeper than {} levels in row {}; flatten it", m_what, deepestRecord, m_rows + 1));
        if (!m_status)
            return false;
        if (depth == 0 && event == Event::array_start)
            m_rowDepth = 1;
        else if (depth == 1 && event == Event::key)
            m_isUnderData = value == "data";
        else if (depth == 1 && m_isUnderData && event == Event::array_start)
            m_rowDepth = 2;
        else if (depth == 1 && m_rowDepth == 2 && event == Event::array_end)
            m_rowDepth = outside;
        else if (depth == m_rowDepth && event == Event::object_end)
            return taken(value);
        else if (depth == m_rowDepth && (event == Event::value || event == Event::array_start))
            m_status = notAnObject(nextPlace());
        return true;
    }
    Status finished(const Json& whole) const
    {
        TRY(m_status);
        if (whole.is_array() || (whole.is_object() && whole.contains("data") && whole["data"].is_array()))
            return {};
        return wrong(fmt::format(
            "{} holds no list of rows; expected [{{…}}, …], {{\"data\": [{{…}}, …]}}, or a row a line in a "
            ".jsonl file",
            m_what));
    }

private:
    std::string nextPlace() const { return fmt::format("{} row {}", m_what, m_rows + 1); }
    bool taken(const Json& record)
    {
        const std::string place = nextPlace();
        ++m_rows;
        m_status = m_take(record, place);
        return false;
    }

    const std::string& m_what;
    const TakeRecord& m_take;
    Status m_status{};
    std::int64_t m_rows = 0;
    static constexpr int outside = -1;
    int m_rowDepth = outside; // of the rows' objects
    bool m_isUnderData = false;
};

Status readList(std::string_view text, const std::string& what, const TakeRecord& take)
try {
    ListOfRecords list(what, take);
    const Json whole = Json::parse(text,
        [&](int depth, Json::parse_event_t event, Json& value) { return list.see(depth, event, value); });
    return list.finished(whole);
} catch (const Json::exception& e) {
    return wrong(fmt::format("{} is not valid JSON: {}; correct it there", what, jsonFinding(e.what())));
}

/// A file named .json that holds a row a line.
bool isLines(std::string_view text)
{
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos || text[begin] != '{')
        return false;
    const auto end = text.find('\n', begin);
    if (end == std::string_view::npos || text.find_first_not_of(blanks, end) == std::string_view::npos)
        return false;
    return Json::accept(text.substr(begin, end - begin));
}

} // namespace

std::optional<RecordFormat> recordFormatOf(const std::filesystem::path& file)
{
    const auto ending = file.extension();
    if (ending == ".jsonl" || ending == ".ndjson")
        return RecordFormat::JsonLines;
    if (ending == ".json")
        return RecordFormat::JsonList;
    return ending == ".csv" ? std::optional(RecordFormat::Csv) : std::nullopt;
}

Status readRecords(
    std::string_view text, RecordFormat format, const std::string& what, const TakeRecord& take)
{
    constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(byteOrderMark))
        text.remove_prefix(byteOrderMark.size());
    if (const auto nul = text.find('\0'); nul != std::string_view::npos)
        return wrong(fmt::format("{} holds a NUL byte (line {}), which no text does; convert it to UTF-8",
            what, 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(nul), '\n')));
    if (text.find_first_not_of(blanks) == std::string_view::npos)
        return wrong(fmt::format("{} is empty; give a file with rows in it", what));
    std::int64_t records = 0;
    const TakeRecord counting = [&](const Json& record, const std::string& place) {
        ++records;
        return take(record, place);
    };
    if (format == RecordFormat::Csv)
        TRY(readCsvRecords(text, what, counting));
    else if (format == RecordFormat::JsonLines || isLines(text))
        TRY(readLines(text, what, counting));
    else
        TRY(readList(text, what, counting));
    if (records == 0)
        return wrong(fmt::format("{} has no rows in it; give a file that has", what));
    return {};
}

} // namespace mantissa
