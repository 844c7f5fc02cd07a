// SPDX-License-Identifier: Apache-2.0
#include "core/base/json.h"

#include "core/base/units.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <numeric>
#include <sys/stat.h>
#include <unistd.h>

namespace mantissa {

namespace {

constexpr int deepestNesting = 64;

Status writeAll(int descriptor, std::string_view text, const std::string& name)
{
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0) {
            if (errno == EINTR)
                continue;
            return fail(fmt::format(
                "cannot write {}: {}; free some space or choose another folder", name, std::strerror(errno)));
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

/// All that a descriptor gives. What cannot be read, or held, is an error: half a file is none.
Result<std::string> readAll(int descriptor, const std::string& name)
try {
    std::string text;
    std::size_t got = 0;
    struct stat facts { };
    if (::fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size > 0)
        text.reserve(static_cast<std::size_t>(facts.st_size) + 1);
    while (true) {
        constexpr std::size_t portion = 1 << 16;
        if (text.size() == got)
            text.resize(std::max(got + portion, text.capacity()));
        const ssize_t more = ::read(descriptor, text.data() + got, text.size() - got);
        if (more < 0 && errno == EINTR)
            continue;
        if (more < 0)
            return fail(fmt::format("cannot read {} beyond byte {}: {}; check the disk, or copy it elsewhere",
                name, got, std::strerror(errno)));
        if (more == 0)
            break;
        got += static_cast<std::size_t>(more);
    }
    text.resize(got);
    return text;
} catch (const std::exception&) { // bad_alloc, length_error
    return fail(fmt::format("{} is larger than there is memory for; give a smaller file", name),
        ExitCode::OutOfMemory);
}

} // namespace

Result<Json> parseJson(std::string_view text, const std::string& what)
try {
    bool tooDeep = false;
    auto value = Json::parse(
        text,
        [&](int depth, Json::parse_event_t, Json&) {
            tooDeep = tooDeep || depth > deepestNesting;
            return true;
        },
        true, /*ignore_comments*/ true);
    if (tooDeep)
        return fail(
            fmt::format("{} nests deeper than {} levels; flatten it", what, deepestNesting), ExitCode::Usage);
    return value;
} catch (const Json::exception& e) {
    std::string_view finding
        = e.what(); // "[json.exception.parse_error.101] parse error at line 1, column 2: …"
    if (const auto end = finding.find("] "); finding.starts_with('[') && end != std::string_view::npos)
        finding.remove_prefix(end + 2);
    return fail(fmt::format("{} is not valid JSON: {}; correct it there", what, finding), ExitCode::Usage);
}

Result<std::string> readFile(const std::filesystem::path& file)
{
    std::error_code error;
    if (std::filesystem::is_directory(file, error))
        return fail(fmt::format("{} is a folder; name a file in it", file.string()), ExitCode::Usage);
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fail(fmt::format("cannot open {}: {}; check the path", file.string(), std::strerror(errno)),
            ExitCode::Usage);
    auto text = readAll(descriptor, file.string());
    ::close(descriptor);
    return text;
}

Result<Json> readJsonFile(const std::filesystem::path& file)
{
    const auto text = readFile(file);
    if (!text)
        return fail(text.error());
    return parseJson(*text, file.string());
}

Status writeFileAtomically(const std::filesystem::path& file, std::string_view text)
{
    const std::string temporary = file.string() + ".tmp";
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return fail(fmt::format(
            "cannot write {}: {}; choose a folder you may write to", file.string(), std::strerror(errno)));
    auto status = writeAll(descriptor, text, file.string());
    if (status && ::fsync(descriptor) != 0)
        status
            = fail(fmt::format("cannot write {}: {}; free some space", file.string(), std::strerror(errno)));
    ::close(descriptor);
    if (status && ::rename(temporary.c_str(), file.c_str()) != 0)
        status = fail(fmt::format("cannot replace {}: {}", file.string(), std::strerror(errno)));
    if (!status)
        ::unlink(temporary.c_str());
    return status;
}

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
            refuse(fmt::format("{} is {}; expected true or false", keyPath(key), found->dump()));
    }
}

void ObjectReader::read(std::string_view key, double& value, double least, double most)
{
    if (const Json* found = find(key)) {
        const double number = found->is_number() ? found->get<double>() : NAN;
        if (number >= least && number <= most)
            value = number;
        else
            refuse(fmt::format("{} is {}; expected a number from {} to {}", keyPath(key), found->dump(),
                formatNumber(least), formatNumber(most)));
    }
}

void ObjectReader::read(std::string_view key, std::int64_t& value, std::int64_t least, std::int64_t most)
{
    if (const Json* found = find(key)) {
        const bool tooBig = found->is_number_unsigned()
            && found->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
        if (found->is_number_integer() && !tooBig && found->get<std::int64_t>() >= least
            && found->get<std::int64_t>() <= most)
            value = found->get<std::int64_t>();
        else
            refuse(fmt::format("{} is {}; expected a whole number of at least {}{}", keyPath(key),
                found->dump(), least, most == INT64_MAX ? "" : fmt::format(" and at most {}", most)));
    }
}

void ObjectReader::read(std::string_view key, std::string& value)
{
    if (const Json* found = find(key)) {
        if (found->is_string() && !found->get_ref<const std::string&>().empty())
            value = found->get<std::string>();
        else
            refuse(fmt::format("{} is {}; expected text in quotes", keyPath(key), found->dump()));
    }
}

void ObjectReader::readBytes(std::string_view key, std::int64_t& value)
{
    const Json* found = find(key);
    if (!found)
        return;
    if (found->is_number_integer() && found->get<std::int64_t>() >= 0) {
        value = found->get<std::int64_t>();
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
    refuse(fmt::format("{} is {}; expected a size such as \"4GiB\" or null", keyPath(key), found->dump()));
}

const Json* ObjectReader::object(std::string_view key)
{
    const Json* found = find(key);
    if (found && !found->is_object()) {
        refuse(fmt::format("{} is {}; expected an object {{…}}", keyPath(key), found->dump()));
        return nullptr;
    }
    return found;
}

const Json* ObjectReader::array(std::string_view key)
{
    const Json* found = find(key);
    if (found && !found->is_array()) {
        refuse(fmt::format("{} is {}; expected a list […]", keyPath(key), found->dump()));
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
