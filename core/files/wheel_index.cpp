// SPDX-License-Identifier: Apache-2.0
#include "core/files/wheel_index.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <sstream>

namespace mantissa {

namespace {

constexpr std::size_t digestDigits = 64;

bool isDigest(std::string_view text)
{
    return text.size() == digestDigits
        && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Names come into addresses and file names.
bool isPackageWord(std::string_view text)
{
    return isPlainName(text) && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '+';
    });
}

Status readWheel(const std::string& line, const std::string& where, PinnedWheel& wheel)
{
    constexpr std::string_view hash = " --hash=sha256:";
    const auto equals = line.find("==");
    const auto digest = line.find(hash);
    if (equals == std::string::npos || digest == std::string::npos || digest < equals)
        return fail(fmt::format("{}: '{}' is not PACKAGE==VERSION --hash=sha256:DIGEST", where, line));
    wheel.package = line.substr(0, equals);
    wheel.version = line.substr(equals + 2, digest - equals - 2);
    wheel.sha256 = line.substr(digest + hash.size());
    if (!isPackageWord(wheel.package) || !isPackageWord(wheel.version) || !isDigest(wheel.sha256))
        return fail(fmt::format("{}: '{}' has a name, version or digest that cannot be", where, line));
    return {};
}

/// An address on a page may leave out the server, or be relative to the page.
std::string resolved(const std::string& url, const std::string& pageUrl)
{
    if (url.find("://") != std::string::npos)
        return url;
    const auto server = pageUrl.find("://");
    const auto path = server == std::string::npos ? server : pageUrl.find('/', server + 3);
    if (url.starts_with('/'))
        return pageUrl.substr(0, path) + url;
    return pageUrl + (pageUrl.ends_with('/') ? "" : "/") + url;
}

} // namespace

std::string PinnedWheel::marker() const
{
    std::string name = package;
    std::ranges::replace(name, '-', '_');
    return fmt::format("{}-{}.dist-info", name, version);
}

Result<std::vector<PinnedWheel>> readWheelList(const std::filesystem::path& file)
{
    const auto text = readFile(file);
    if (!text)
        return fail(text.error());
    std::vector<PinnedWheel> wheels;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.starts_with('#'))
            continue;
        TRY(readWheel(line, file.string(), wheels.emplace_back()));
    }
    return wheels;
}

std::string pageOf(const std::string& index, const PinnedWheel& wheel)
{
    return fmt::format("{}{}{}/", index, index.ends_with('/') ? "" : "/", wheel.package);
}

Result<WheelFile> fileOnPage(std::string_view page, const std::string& pageUrl, const PinnedWheel& wheel)
{
    const auto json = parseJson(page, pageUrl, RepeatedKeys::LastCounts);
    const Json files = json && json->is_object() ? json->value("files", Json()) : Json();
    if (!files.is_array())
        return fail(fmt::format(
            "{} is no page of an index in JSON (PEP 691); name another index (--index)", pageUrl));
    for (const Json& file : files) {
        const Json hashes = file.is_object() ? file.value("hashes", Json()) : Json();
        if (!hashes.is_object() || hashes.value("sha256", Json()) != wheel.sha256)
            continue;
        const Json url = file.value("url", Json());
        const Json size = file.value("size", Json());
        if (!url.is_string() || !size.is_number_integer() || size.get<std::int64_t>() <= 0)
            return fail(fmt::format("{} has {} {} without address or size; name another index (--index)",
                pageUrl, wheel.package, wheel.version));
        return WheelFile{wheel, resolved(url.get<std::string>(), pageUrl), size.get<std::int64_t>()};
    }
    return fail(fmt::format("{} has no file of {} {} with the SHA-256 {}…; name another index (--index)",
        pageUrl, wheel.package, wheel.version, wheel.sha256.substr(0, 12)));
}

} // namespace mantissa
