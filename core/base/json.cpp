// SPDX-License-Identifier: Apache-2.0
#include "core/base/json.h"

#include "core/base/shown_text.h"
#include "core/base/units.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace mantissa {

namespace {

constexpr int deepestNesting = 64;

/// The keys of the objects that are being parsed, outermost first.
class KeysInSight {
public:
    void take(Json::parse_event_t event, const Json& value)
    {
        if (event == Json::parse_event_t::object_start)
            m_objects.emplace_back();
        else if (event == Json::parse_event_t::object_end)
            m_objects.pop_back();
        else if (event == Json::parse_event_t::key)
            add(value.get<std::string>());
    }
    /// The dotted path of the first key that stood twice; empty without one.
    const std::string& repeated() const { return m_repeated; }

private:
    void add(std::string key)
    {
        std::vector<std::string>& keys = m_objects.back();
        const bool isThere = std::find(keys.begin(), keys.end(), key) != keys.end();
        keys.push_back(std::move(key));
        if (isThere && m_repeated.empty())
            for (const auto& open : m_objects)
                m_repeated += (m_repeated.empty() ? "" : ".") + open.back();
    }

    std::vector<std::vector<std::string>> m_objects;
    std::string m_repeated;
};

/// Names and texts with bytes that are no UTF-8, made fit to be written.
Json escapedTexts(const Json& json)
{
    if (json.is_string() && !isUtf8(json.get_ref<const std::string&>()))
        return escapedPath(json.get_ref<const std::string&>());
    if (json.is_array()) {
        Json list = Json::array();
        for (const Json& value : json)
            list.push_back(escapedTexts(value));
        return list;
    }
    if (!json.is_object())
        return json;
    Json object = Json::object();
    for (const auto& [key, value] : json.items())
        object[isUtf8(key) ? key : escapedPath(key)] = escapedTexts(value);
    return object;
}

std::string written(const Json& json, int indent)
try {
    return json.dump(indent);
} catch (const Json::type_error&) { // bytes that are no UTF-8: the name of a file, say
    return escapedTexts(json).dump(indent);
}

/// The number where it is whole, however it is written: 100, 100.0, 1e2.
std::optional<std::int64_t> wholeNumber(const Json& json)
{
    if (json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
        return std::nullopt;
    if (json.is_number_integer())
        return json.get<std::int64_t>();
    constexpr double mostExact = 9007199254740992; // 2^53
    if (!json.is_number_float() || std::abs(json.get<double>()) > mostExact
        || json.get<double>() != std::floor(json.get<double>()))
        return std::nullopt;
    return static_cast<std::int64_t>(json.get<double>());
}

} // namespace

std::string jsonFinding(std::string_view words)
{
    if (const auto end = words.find("] "); words.starts_with('[') && end != std::string_view::npos)
        words.remove_prefix(end + 2);
    constexpr std::size_t enough = 240; // bytes
    const bool isLong = words.size() > enough;
    return asUtf8(words.substr(0, enough)) + (isLong ? "…" : "");
}

Result<Json> parseJson(std::string_view text, const std::string& what, RepeatedKeys repeated)
try {
    bool tooDeep = false;
    KeysInSight keys;
    auto value = Json::parse(
        text,
        [&](int depth, Json::parse_event_t event, Json& parsed) {
            tooDeep = tooDeep || depth > deepestNesting;
            if (repeated == RepeatedKeys::Refused)
                keys.take(event, parsed);
            return true;
        },
        true, /*ignore_comments*/ true);
    if (tooDeep)
        return fail(
            fmt::format("{} nests deeper than {} levels; flatten it", what, deepestNesting), ExitCode::Usage);
    if (!keys.repeated().empty())
        return fail(fmt::format("{} gives the key '{}' twice; keep one of them", what, keys.repeated()),
            ExitCode::Usage);
    return value;
} catch (const Json::exception& e) {
    return fail(fmt::format("{} is not valid JSON: {}; correct it there", what, jsonFinding(e.what())),
        ExitCode::Usage);
}

Result<Json> readJsonFile(const std::filesystem::path& file)
{
    const auto text = readFile(file);
    if (!text)
        return fail(text.error());
    return parseJson(*text, file.string());
}

std::string jsonLine(const Json& json) { return written(json, -1); }

std::string jsonText(const Json& json) { return written(json, 2); }

Json jsonNumber(double value)
{
    if (std::isfinite(value))
        return value;
    return formatNumber(value);
}

double numberFrom(const Json& value)
{
    if (value.is_number())
        return value.get<double>();
    if (value.is_string() && value.get_ref<const std::string&>() == "Infinity")
        return INFINITY;
    if (value.is_string() && value.get_ref<const std::string&>() == "-Infinity")
        return -INFINITY;
    return NAN;
}

std::string nearestWord(std::string_view word, const std::vector<std::string>& known)
{
    std::string best;
    std::size_t bestDistance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : known) {
        std::vector<std::size_t> row(candidate.size() + 1);
        std::iota(row.begin(), row.end(), 0);
        for (std::size_t i = 1; i <= word.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i;
            for (std::size_t j = 1; j <= candidate.size(); ++j) {
                const std::size_t above = row[j];
                row[j] = std::min(
                    {above + 1, row[j - 1] + 1, diagonal + (word[i - 1] == candidate[j - 1] ? 0u : 1u)});
                diagonal = above;
            }
        }
        if (row.back() < bestDistance) {
            bestDistance = row.back();
            best = candidate;
        }
    }
    return best;
}

ObjectReader::ObjectReader(const Json& object, std::string path)
    : m_object(object)
    , m_path(std::move(path))
{
    if (!object.is_object())
        refuse(fmt::format("{} must be an object {{…}}", m_path.empty() ? "the file" : m_path));
}

std::string ObjectReader::keyPath(std::string_view key) const
{
    return m_path.empty() ? std::string(key) : fmt::format("{}.{}", m_path, key);
}

void ObjectReader::refuse(const std::string& message)
{
    if (m_problem.empty())
        m_problem = message;
}

const Json* ObjectReader::find(std::string_view key)
{
    m_known.emplace_back(key);
    if (!m_object.is_object())
        return nullptr;
    const auto found = m_object.find(key);
    return found == m_object.end() || found->is_null() ? nullptr : &*found;
}

bool ObjectReader::has(std::string_view key) { return find(key) != nullptr; }

void ObjectReader::read(std::string_view key, bool& value)
{
    if (const Json* found = find(key)) {
        if (found->is_boolean())
            value = found->get<bool>();
        else
            refuse(fmt::format("{} is {}; expected true or false", keyPath(key), jsonLine(*found)));
    }
}

void ObjectReader::read(std::string_view key, double& value, double least, double most)
{
    if (const Json* found = find(key)) {
        const double number = found->is_number() ? found->get<double>() : NAN;
        if (number >= least && number <= most)
            value = number;
        else
            refuse(fmt::format("{} is {}; expected a number from {} to {}", keyPath(key), jsonLine(*found),
                formatNumber(least), formatNumber(most)));
    }
}

void ObjectReader::read(std::string_view key, std::int64_t& value, std::int64_t least, std::int64_t most)
{
    if (const Json* found = find(key)) {
        const auto number = wholeNumber(*found);
        if (number && *number >= least && *number <= most) {
            value = *number;
            return;
        }
        const bool isTooLarge = found->is_number() && found->get<double>() > static_cast<double>(least);
        refuse(
            fmt::format("{} is {}; expected a whole number of at least {}{}", keyPath(key), jsonLine(*found),
                least, most == INT64_MAX && !isTooLarge ? "" : fmt::format(" and at most {}", most)));
    }
}

void ObjectReader::read(std::string_view key, std::string& value)
{
    if (const Json* found = find(key)) {
        if (found->is_string() && !found->get_ref<const std::string&>().empty())
            value = found->get<std::string>();
        else
            refuse(fmt::format("{} is {}; expected text in quotes", keyPath(key), jsonLine(*found)));
    }
}

void ObjectReader::readPath(std::string_view key, std::string& value)
{
    std::string text;
    read(key, text);
    if (!text.empty())
        value = bytesOf(text);
    if (value.find('\0') != std::string::npos)
        refuse(keyPath(key) + " holds a NUL character, which no path can; take it out");
}

void ObjectReader::readBytes(std::string_view key, std::int64_t& value)
{
    const Json* found = find(key);
    if (!found)
        return;
    if (const auto number = wholeNumber(*found); number && *number >= 0) {
        value = *number;
        return;
    }
    if (found->is_string()) {
        const auto bytes = parseBytes(found->get_ref<const std::string&>());
        if (bytes)
            value = *bytes;
        else
            refuse(fmt::format("{}: {}", keyPath(key), bytes.error().message));
        return;
    }
    refuse(fmt::format("{} is {}; expected a size such as \"4GiB\" or null", keyPath(key), jsonLine(*found)));
}

const Json* ObjectReader::object(std::string_view key)
{
    const Json* found = find(key);
    if (found && !found->is_object()) {
        refuse(fmt::format("{} is {}; expected an object {{…}}", keyPath(key), jsonLine(*found)));
        return nullptr;
    }
    return found;
}

const Json* ObjectReader::array(std::string_view key)
{
    const Json* found = find(key);
    if (found && !found->is_array()) {
        refuse(fmt::format("{} is {}; expected a list […]", keyPath(key), jsonLine(*found)));
        return nullptr;
    }
    return found;
}

Status ObjectReader::finish()
{
    if (m_problem.empty() && m_object.is_object())
        for (const auto& [key, value] : m_object.items())
            if (std::find(m_known.begin(), m_known.end(), key) == m_known.end()) {
                const std::string near = nearestWord(key, m_known);
                refuse(near.empty()
                        ? fmt::format(
                            "unknown key '{}'; known here: {}", keyPath(key), fmt::join(m_known, ", "))
                        : fmt::format("unknown key '{}'; did you mean '{}'?", keyPath(key), keyPath(near)));
            }
    if (!m_problem.empty())
        return fail(m_problem, ExitCode::Usage);
    return {};
}

} // namespace mantissa
