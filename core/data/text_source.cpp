// SPDX-License-Identifier: Apache-2.0
#include "core/data/text_source.h"

#include "core/base/digest.h"
#include "core/base/machine_room.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

using Interrupted = std::function<bool()>;

constexpr std::size_t headBytes = 8192; // that judge how a file looks

/// What a folder holds beside its texts: names by the reason they were left out.
class LeftOut {
public:
    void add(const std::string& reason, const fs::path& file)
    {
        m_names[reason].push_back(shown(file.filename().string()));
    }
    std::vector<std::string> sentences() const
    {
        std::vector<std::string> all;
        for (const auto& [reason, names] : m_names) {
            constexpr std::size_t shown = 3;
            const auto end = names.begin() + static_cast<std::ptrdiff_t>(std::min(shown, names.size()));
            all.push_back(
                fmt::format("left out {} {}: {}{}", formatCount(static_cast<std::int64_t>(names.size())),
                    reason, fmt::join(names.begin(), end, ", "), names.size() > shown ? ", …" : ""));
        }
        return all;
    }

private:
    std::map<std::string, std::vector<std::string>> m_names{};
};

Result<std::vector<fs::path>> textsBelow(const fs::path& folder, LeftOut& leftOut)
{
    std::vector<fs::path> files;
    fs::path last = folder; // a folder that cannot be entered is the one that was seen last
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        last = at->path();
        std::error_code odd; // a link to nowhere is no file
        const bool isText = last.extension() == ".txt" || last.extension() == ".md";
        if (at->is_symlink(odd) && fs::is_directory(last, odd))
            leftOut.add("links to folders", last);
        else if (at->is_directory(odd))
            continue;
        else if (!at->is_regular_file(odd))
            leftOut.add("entries that are no files", last);
        else if (!isText)
            leftOut.add("files that end in neither .txt nor .md", last);
        else
            files.push_back(last);
    }
    if (error)
        return fail(fmt::format("cannot read the folder {}: {}; give leave to read it, or move it out of {}",
                        last.string(), error.message(), folder.string()),
            ExitCode::Usage);
    std::sort(files.begin(), files.end());
    return files;
}

Status checkRoom(const fs::path& file)
{
    std::error_code error;
    const auto size = fs::file_size(file, error);
    const std::int64_t room = availableMemoryBytes();
    if (error || static_cast<std::int64_t>(size) <= room)
        return {};
    return fail(
        fmt::format("{} is {} and there is memory for {}, where texts are held while they are learned "
                    "from; give a smaller text",
            file.string(), formatBytes(static_cast<std::int64_t>(size)), formatBytes(room)),
        ExitCode::OutOfMemory);
}

/// Adds a file to a text, part by part; `take` sees each and says whether to go on. What cannot be read, or
/// held, is an error: half a file is none.
Status appendFile(const fs::path& file, std::string& text, const Interrupted& isInterrupted,
    const std::function<bool(std::string_view part)>& take)
try {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(
        std::fopen(file.c_str(), "rbe"), std::fclose);
    if (!stream)
        return fail(
            fmt::format("cannot open {}: {}; give leave to read it", file.string(), std::strerror(errno)),
            ExitCode::Usage);
    std::setvbuf(stream.get(), nullptr, _IONBF, 0); // straight into the text
    std::error_code error; // all at once: growing by halves would hold it twice
    if (const auto size = fs::file_size(file, error); !error)
        text.reserve(text.size() + size + readPortion);
    for (std::size_t got = 1; got > 0;) {
        if (isInterrupted && isInterrupted())
            return fail(fmt::format("interrupted while {} was read", file.string()), ExitCode::Interrupted);
        const std::size_t before = text.size();
        text.resize(before + readPortion);
        got = std::fread(text.data() + before, 1, readPortion, stream.get());
        text.resize(before + got);
        if (std::ferror(stream.get()) != 0)
            return fail(fmt::format("cannot read {} beyond byte {}: {}; check the disk, or copy it elsewhere",
                file.string(), std::ftell(stream.get()), std::strerror(errno)));
        if (got > 0 && !take(std::string_view(text).substr(before)))
            return {};
    }
    return {};
} catch (const std::exception&) { // bad_alloc, length_error
    return fail(fmt::format("{} is larger than there is memory for; give a smaller text", file.string()),
        ExitCode::OutOfMemory);
}

Result<TextRead> readFolder(const std::string& source, Sha256& digest, const Interrupted& isInterrupted)
{
    LeftOut leftOut;
    const auto files = textsBelow(source, leftOut);
    if (!files)
        return fail(files.error());
    TextRead result;
    for (const fs::path& file : *files) {
        TRY(checkRoom(file));
        const std::size_t before = result.text.size();
        std::string look;
        TRY(appendFile(file, result.text, isInterrupted, [&](std::string_view part) {
            if (result.text.size() - part.size() == before)
                look = oddLookOf(part);
            if (look.empty())
                digest.add(part);
            return look.empty();
        }));
        if (!look.empty()) {
            leftOut.add(fmt::format("files that look like {}", look), file);
            result.text.resize(before);
            continue;
        }
        ++result.read.files;
    }
    result.read.remarks = leftOut.sentences();
    if (result.read.files == 0)
        return fail(
            fmt::format("the folder {} has no .txt or .md files of text in it{}{}; name one that has", source,
                result.read.remarks.empty() ? "" : ", ", fmt::join(result.read.remarks, ", ")),
            ExitCode::Usage);
    return result;
}

Result<TextRead> readOneFile(const std::string& source, Sha256& digest, const Interrupted& isInterrupted)
{
    TRY(checkIsFile(source));
    TRY(checkRoom(source));
    TextRead result{.read = {.files = 1}};
    TRY(appendFile(source, result.text, isInterrupted, [&](std::string_view part) {
        digest.add(part);
        return true;
    }));
    if (const auto look = oddLookOf(result.text); !look.empty())
        result.read.remarks.push_back(fmt::format(
            "{} looks like {}, and its bytes are learned as they are; {} first if the text in it was meant",
            shown(source), look, look == "gzip" ? "unpack it" : "convert it to UTF-8"));
    return result;
}

/// The King James Bible through Debian's own program; the command is fixed, nothing of the user's goes into
/// it.
Result<TextRead> kingJames(Sha256& digest)
{
    std::FILE* pipe = ::popen("bible -f gen1:1-rev22:21 </dev/null 2>/dev/null", "re");
    TextRead result{.read = {.files = 1}};
    char buffer[1 << 16];
    for (std::size_t got = 1; pipe && got > 0; result.text.append(buffer, got))
        got = std::fread(buffer, 1, sizeof buffer, pipe);
    const bool isWhole = pipe && std::ferror(pipe) == 0;
    const bool ended = pipe && ::pclose(pipe) == 0;
    if (!isWhole || !ended || result.text.size() < static_cast<std::size_t>(mebibyte))
        return fail("sample:kjv needs Debian's packages bible-kjv and bible-kjv-text; install them (./run "
                    "does), or name a text file "
                    "in data.source");
    digest.add(result.text);
    return result;
}

Result<TextRead> readSource(const std::string& source, Sha256& digest, const Interrupted& isInterrupted)
{
    if (source == "sample:kjv")
        return kingJames(digest);
    if (source.starts_with("sample:"))
        return fail(
            fmt::format(
                "data.source is '{}'; the samples for text are sample:kjv, or name a file or folder", source),
            ExitCode::Usage);
    std::error_code error;
    if (!fs::exists(source, error))
        return fail(
            fmt::format(
                "data.source {} is not there; check the path (relative ones count from the config's folder)",
                source),
            ExitCode::Usage);
    return fs::is_directory(source, error) ? readFolder(source, digest, isInterrupted)
                                           : readOneFile(source, digest, isInterrupted);
}

} // namespace

std::string_view oddLookOf(std::string_view text)
{
    const std::string_view head = text.substr(0, headBytes);
    if (head.starts_with("\x1f\x8b"))
        return "gzip";
    if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff"))
        return "UTF-16";
    return head.find('\0') == std::string_view::npos ? "" : "binary";
}

Status checkIsFile(const fs::path& file)
{
    std::error_code error;
    if (const auto status = fs::status(file, error); fs::is_regular_file(status) || fs::is_directory(status))
        return {};
    return fail(
        fmt::format("{} is no file but a pipe or a device, whose bytes can be read once or never end; "
                    "write them into a file and name that",
            file.string()),
        ExitCode::Usage);
}

Result<TextRead> readText(const std::string& source, const std::function<bool()>& isInterrupted)
{
    Sha256 digest;
    auto result = readSource(source, digest, isInterrupted);
    if (!result)
        return result;
    result->read.bytes = static_cast<std::int64_t>(result->text.size());
    result->read.sha256 = digest.hex();
    return result;
}

} // namespace mantissa
