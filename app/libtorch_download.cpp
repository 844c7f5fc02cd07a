// SPDX-License-Identifier: Apache-2.0
#include "app/libtorch_download.h"

#include "app/say.h"
#include "core/base/child_process.h"
#include "core/base/digest.h"
#include "core/base/units.h"

#include <fmt/format.h>

#include <fstream>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

Result<std::string> digestOf(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::vector<char> buffer(std::size_t{1} << 20);
    Sha256 digest;
    while (stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), stream.gcount() > 0)
        digest.add(buffer.data(), static_cast<std::size_t>(stream.gcount()));
    if (!stream.eof())
        return fail(fmt::format("cannot read {}; check the disk", file.string()));
    return digest.hex();
}

Status runCurl(const WheelFile& file, const fs::path& to, bool goesOn)
{
    constexpr int noRanges = 33; // the server can only begin anew
    std::vector<std::string> command{
        "curl", "-fL", "--progress-bar", "--retry", "3", "-o", to.string(), "--", file.url};
    if (goesOn)
        command.insert(command.begin() + 1, {"-C", "-"});
    const auto code = runProgram(command);
    if (!code)
        return fail(code.error());
    if (*code == noRanges && goesOn) {
        std::error_code error;
        fs::remove(to, error);
        return runCurl(file, to, /*goesOn*/ false);
    }
    if (*code != 0)
        return fail(fmt::format(
            "curl ended with exit code {} at {}; run this again, which goes on there", *code, file.url));
    return {};
}

/// Goes on where an earlier try ended; what is not the pinned file to the last bit is removed.
Status download(const WheelFile& file, const fs::path& to)
{
    std::error_code error;
    const auto has
        = [&] { return fs::exists(to, error) ? static_cast<std::int64_t>(fs::file_size(to, error)) : 0; };
    say("{} {}, {}\n", file.wheel.package, file.wheel.version, formatBytes(file.bytes));
    if (has() > file.bytes)
        fs::remove(to, error);
    if (has() < file.bytes)
        TRY(runCurl(file, to, /*goesOn*/ has() > 0));
    const auto digest = digestOf(to);
    if (!digest)
        return fail(digest.error());
    if (*digest == file.wheel.sha256)
        return {};
    fs::remove(to, error);
    return fail(
        fmt::format("{} has the SHA-256 {} and {} is pinned, so it was removed; try another index with "
                    "--index",
            file.url, *digest, file.wheel.sha256));
}

/// Of torch the libraries alone are needed; the rest of the wheel is for Python and compilers.
Status unpack(const PinnedWheel& wheel, const fs::path& archive, const fs::path& folder)
{
    const char* script
        = "import sys, zipfile\n"
          "z = zipfile.ZipFile(sys.argv[1]); a = sys.argv[3:]\n"
          "n = [m for m in z.namelist() if not a or m.startswith(tuple(x.rstrip('*') for x in a))]\n"
          "z.extractall(sys.argv[2], n)";
    const std::vector<std::string> wanted = wheel.package == "torch"
        ? std::vector<std::string>{"torch/lib/*", "torch/version.py", wheel.marker() + "/*"}
        : std::vector<std::string>{};
    std::vector<std::string> command{"unzip", "-q", "-o", "-d", folder.string(), archive.string()};
    if (!isProgramThere("unzip"))
        command = {"python3", "-c", script, archive.string(), folder.string()};
    command.insert(command.end(), wanted.begin(), wanted.end());
    const auto code = runProgram(command);
    if (!code)
        return fail(code.error());
    if (*code != 0)
        return fail(
            fmt::format("{} could not be unpacked ({} ended with exit code {}); free some space and run "
                        "this again",
                archive.string(), command.front(), *code));
    return {};
}

/// Into a folder that may have a part of it already, file by file.
Status moveInto(const fs::path& from, const fs::path& to)
{
    std::error_code error;
    fs::create_directories(to, error);
    for (const auto& entry : fs::directory_iterator(from, error)) {
        const fs::path target = to / entry.path().filename();
        if (entry.is_directory() && fs::is_directory(target))
            TRY(moveInto(entry.path(), target));
        else
            fs::rename(entry.path(), target, error);
        if (error)
            return fail(fmt::format("cannot move {} to {}: {}; run this again", entry.path().string(),
                target.string(), error.message()));
    }
    return {};
}

} // namespace

Status downloadWheels(const std::vector<WheelFile>& files, const fs::path& folder)
{
    fs::path work = folder;
    work += ".part";
    std::error_code error;
    fs::create_directories(work / "unpacked", error);
    if (error)
        return fail(
            fmt::format("cannot make the folder {}: {}; set XDG_DATA_HOME to a place that can be written to",
                work.string(), error.message()));
    for (const WheelFile& file : files)
        TRY(download(file, work / (file.wheel.package + ".whl")));
    for (const WheelFile& file : files)
        TRY(unpack(file.wheel, work / (file.wheel.package + ".whl"), work / "unpacked"));
    TRY(moveInto(work / "unpacked", folder));
    fs::remove_all(work, error);
    return {};
}

} // namespace mantissa
