// SPDX-License-Identifier: Apache-2.0
// fetch-libtorch: downloads LibTorch for this user, after saying from where and how much.

#include "app/commands.h"
#include "app/libtorch_download.h"
#include "app/say.h"
#include "core/base/child_process.h"
#include "core/base/installation.h"
#include "core/base/machine_room.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/files/libtorch_folder.h"
#include "core/files/wheel_index.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <memory>
#include <numeric>
#include <unistd.h>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

struct LibtorchOptions {
    std::string index = "https://pypi.org/simple";
    bool withCuda = false;
    bool isAgreed = false;
    bool removes = false;
    std::string used; ///< a folder that has one already
};

Status checkPrograms()
{
    if (!isProgramThere("curl"))
        return fail("curl is not here, which does the downloading; install it (apt install curl)");
    if (!isProgramThere("unzip") && !isProgramThere("python3"))
        return fail(
            "neither unzip nor python3 is here, one of which unpacks; install one (apt install unzip)");
    return {};
}

/// What is pinned and not unpacked yet.
Result<std::vector<PinnedWheel>> missingWheels(const LibtorchOptions& options, const fs::path& folder)
{
    std::vector<PinnedWheel> missing;
    for (const char* list : {"wheels-cpu.txt", "wheels-cuda.txt"}) {
        if (list == std::string_view("wheels-cuda.txt") && !options.withCuda)
            continue;
        auto wheels = readWheelList(shareFolder() / list);
        if (!wheels)
            return fail(wheels.error());
        for (PinnedWheel& wheel : *wheels) {
            std::error_code error;
            if (!fs::exists(folder / wheel.marker(), error))
                missing.push_back(std::move(wheel));
        }
    }
    return missing;
}

Result<std::vector<WheelFile>> askIndex(const std::string& index, const std::vector<PinnedWheel>& wheels)
{
    std::vector<WheelFile> files;
    for (const PinnedWheel& wheel : wheels) {
        const std::string url = pageOf(index, wheel);
        const auto page
            = outputOf({"curl", "-fsSL", "-H", "Accept: application/vnd.pypi.simple.v1+json", "--", url});
        if (!page)
            return fail(
                fmt::format("{} cannot be read: {}; check the network, or name another index with --index",
                    url, page.error().message));
        auto file = fileOnPage(*page, url, wheel);
        if (!file)
            return fail(file.error());
        files.push_back(std::move(*file));
    }
    return files;
}

/// Wheels and what comes out of them, until the last is unpacked. A wheel of libraries is about half of them.
constexpr std::int64_t roomForEachByte = 4;

std::int64_t bytesOf(const std::vector<WheelFile>& files)
{
    return std::accumulate(files.begin(), files.end(), std::int64_t{0},
        [](std::int64_t sum, const WheelFile& file) { return sum + file.bytes; });
}

/// Says what would be done and asks whether to.
Status agree(const LibtorchOptions& options, const std::vector<WheelFile>& files, const fs::path& folder)
{
    const std::int64_t bytes = bytesOf(files);
    const std::int64_t room = bytes * roomForEachByte;
    say("LibTorch is PyTorch's, the other libraries are NVIDIA's, each under its own licence:\n");
    for (const WheelFile& file : files)
        say("  {:<24} {:<10} {:>10}  {}\n", file.wheel.package, file.wheel.version, formatBytes(file.bytes),
            file.url);
    say("{} to download into {}, which needs {} while unpacking\n", formatBytes(bytes),
        shown(folder.string()), formatBytes(room));
    if (const auto free = freeDiskBytes(folder); free && *free < room)
        return fail(fmt::format("{} has {} free; make room, or set XDG_DATA_HOME to a folder that has some",
            folder.string(), formatBytes(*free)));
    if (options.isAgreed)
        return {};
    if (::isatty(STDIN_FILENO) != 1)
        return fail("nothing was downloaded; say --yes to agree", ExitCode::Usage);
    say("Download? [y/N] ");
    std::array<char, 16> answer{};
    if (std::fgets(answer.data(), answer.size(), stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
        return {};
    return fail("nothing was downloaded", ExitCode::Interrupted);
}

Status fetchMissing(const LibtorchOptions& options, const fs::path& folder)
{
    const auto wheels = missingWheels(options, folder);
    if (!wheels)
        return fail(wheels.error());
    if (wheels->empty())
        return {};
    std::error_code error;
    if (fs::is_symlink(folder, error)) // what --use made is not added to: it is somebody else's
        return fail(fmt::format("{} leads to {}; remove it first, with --remove", folder.string(),
            fs::read_symlink(folder, error).string()));
    TRY(checkPrograms());
    const auto files = askIndex(options.index, *wheels);
    if (!files)
        return fail(files.error());
    TRY(agree(options, *files, folder));
    return downloadWheels(*files, folder);
}

ExitCode removeFetched(const fs::path& folder)
{
    std::error_code error;
    fs::remove_all(folder.string() + ".part", error);
    const auto count = fs::remove_all(folder, error);
    if (error)
        return complain({fmt::format("cannot remove {}: {}", folder.string(), error.message())});
    fmt::print("{} {}\n", shown(folder.string()), count > 0 ? "removed" : "is not there");
    return ExitCode::Done;
}

/// A link where a download would be; what a download or an earlier link left there goes.
Status useFolder(const fs::path& said, const fs::path& folder)
{
    const auto there = openLibTorchFolder(placeOf(said));
    if (!there)
        return fail(there.error());
    std::error_code error;
    if (fs::equivalent(there->folder, folder / "torch", error))
        return {};
    fs::create_directories(folder.parent_path(), error);
    fs::remove_all(folder, error);
    fs::create_directory_symlink(there->folder, folder, error);
    if (error)
        return fail(fmt::format("cannot make {}: {}; set XDG_DATA_HOME to a place that can be written to",
            folder.string(), error.message()));
    return {};
}

ExitCode fetchLibTorch(const LibtorchOptions& options)
{
    const fs::path folder = fetchedLibTorchFolder();
    if (folder.empty())
        return complain(
            {"there is no place for LibTorch: neither XDG_DATA_HOME nor HOME names a folder; set one"});
    if (options.removes)
        return removeFetched(folder);
    const auto got = options.used.empty() ? fetchMissing(options, folder) : useFolder(options.used, folder);
    if (!got)
        return complain(got.error());
    const auto there = openLibTorchFolder(folder);
    if (!there)
        return complain(there.error());
    fmt::print("LibTorch {} in {}\n", there->version, shown(there->folder.string()));
    return ExitCode::Done;
}

} // namespace

void addFetchLibTorch(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<LibtorchOptions>();
    CLI::App* command = app.add_subcommand(
        "fetch-libtorch", "Download LibTorch for this user, after saying how much and from where");
    command->add_flag("--yes", options->isAgreed, "Do not ask");
    command->add_flag("--cuda", options->withCuda, "With NVIDIA's libraries for a card, 2.1 GB more");
    command->add_option("--index", options->index, "Index of packages, by its simple API")
        ->capture_default_str();
    command->add_option("--use", options->used, "Take the one in FOLDER instead, by a link")
        ->type_name("FOLDER");
    command->add_flag("--remove", options->removes, "Remove what was fetched");
    command->callback([options, &chosen] { chosen = [options] { return fetchLibTorch(*options); }; });
}

} // namespace mantissa
