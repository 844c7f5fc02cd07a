// SPDX-License-Identifier: Apache-2.0
#include "core/files/libtorch_folder.h"

#include "core/base/child_process.h"
#include "core/base/file.h"
#include "core/base/installation.h"
#include "core/base/trimmed.h"

#include <fmt/format.h>

#include <cstdlib>
#include <functional>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

bool isThere(const fs::path& file)
{
    std::error_code error;
    return fs::exists(file, error);
}

/// A wheel says it in version.py, a zip in build-version.
std::string versionOf(const fs::path& folder)
{
    if (const auto text = readFile(folder / "version.py")) {
        const auto key = text->find("__version__ ="); // it also stands in the list of names before
        const auto open = text->find_first_of("'\"", key);
        const auto close = text->find_first_of("'\"", open == std::string::npos ? open : open + 1);
        if (key != std::string::npos && close != std::string::npos)
            return text->substr(open + 1, close - open - 1);
    }
    const auto text = readFile(folder / "build-version");
    return std::string(text ? trimmed(*text) : std::string_view());
}

bool fits(std::string_view version)
{
    const std::string_view series = libtorchSeries();
    return version.starts_with(series) && (version.size() == series.size() || version[series.size()] == '.');
}

Result<LibTorchFolder> named(const fs::path& folder)
{
    if (folder.empty())
        return fail("MANTISSA_LIBTORCH is not set");
    return openLibTorchFolder(folder);
}

Result<LibTorchFolder> built(const fs::path& folder)
{
    if (folder.empty())
        return fail("no folder was given when the program was built");
    return openLibTorchFolder(folder);
}

Result<LibTorchFolder> fetched(const fs::path& folder)
{
    if (folder.empty() || !isThere(folder))
        return fail("nothing was fetched by mantissa-cli fetch-libtorch");
    return openLibTorchFolder(folder);
}

Result<LibTorchFolder> ofPython(const std::vector<std::string>& command)
{
    if (command.empty())
        return fail("no Python is asked");
    const auto folder = outputOf(command);
    if (!folder)
        return fail(folder.error());
    if (trimmed(*folder).empty())
        return fail(command.front() + " has no package torch");
    return openLibTorchFolder(trimmed(*folder));
}

struct Look {
    const char* name;
    std::function<Result<LibTorchFolder>()> look;
};

std::vector<Look> looksAt(const LibTorchPlaces& places)
{
    return {{"MANTISSA_LIBTORCH", [&] { return named(places.named); }},
        {"the build's own folder", [&] { return built(places.built); }},
        {"what was fetched", [&] { return fetched(places.fetched); }},
        {"Python's torch", [&] { return ofPython(places.python); }}};
}

} // namespace

std::string_view libtorchSeries() { return MANTISSA_LIBTORCH_SERIES; }

Result<LibTorchFolder> openLibTorchFolder(const fs::path& folder)
{
    if (!isThere(folder))
        return fail(fmt::format("{} is not there", folder.string()));
    const fs::path inside = isThere(folder / "lib/libtorch_cpu.so") ? folder : folder / "torch";
    for (const char* library : {"libtorch_cpu.so", "libc10.so"})
        if (!isThere(inside / "lib" / library))
            return fail(fmt::format("{} has no lib/{}", folder.string(), library));
    LibTorchFolder found{.folder = inside, .version = versionOf(inside)};
    if (found.version.empty())
        return fail(fmt::format(
            "{} has neither version.py nor build-version, so its version is not known", inside.string()));
    if (!fits(found.version))
        return fail(fmt::format(
            "{} is version {}; {}.x is needed", inside.string(), found.version, libtorchSeries()));
    return found;
}

fs::path fetchedLibTorchFolder()
{
    const fs::path data = userDataFolder();
    return data.empty() ? data : data / "libtorch";
}

LibTorchPlaces LibTorchPlaces::ofThisProcess()
{
    const char* named = std::getenv("MANTISSA_LIBTORCH"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    const auto built = readFile(engineFolder() / "libtorch-folder.txt");
    // not imported, which would take seconds; the folder that one stands in is no place of packages
    const char* question = "import sys, importlib.util as u; sys.path = [p for p in sys.path if p]; "
                           "s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')";
    return {.named = named ? named : "",
        .built = built ? trimmed(*built) : std::string_view(),
        .fetched = fetchedLibTorchFolder(),
        .python = {"python3", "-c", question}};
}

std::vector<LibTorchPlace> lookAtAll(const LibTorchPlaces& places)
{
    std::vector<LibTorchPlace> all;
    bool isOpen = true; // who names a folder wants that one and no other
    for (const auto& [name, look] : looksAt(places)) {
        auto found = look();
        const bool isUsed = isOpen && found;
        isOpen = isOpen && !found && places.named.empty();
        all.push_back({name, std::move(found), isUsed});
    }
    return all;
}

Result<LibTorchPlace> findLibTorch(const LibTorchPlaces& places)
{
    std::string lacks;
    for (const auto& [name, look] : looksAt(places)) {
        auto found = look();
        if (found)
            return LibTorchPlace{name, std::move(found), /*isUsed*/ true};
        if (!places.named.empty())
            return fail(fmt::format("MANTISSA_LIBTORCH: {}; name a folder with LibTorch {}.x, such as "
                                    "…/site-packages/torch, or unset it",
                found.error().message, libtorchSeries()));
        lacks += (lacks.empty() ? "" : "; ") + found.error().message;
    }
    return fail(fmt::format("the engine needs LibTorch {}.x, and no place has it ({}); mantissa-cli "
                            "fetch-libtorch downloads it, or set MANTISSA_LIBTORCH to the folder of a torch "
                            "that is here",
        libtorchSeries(), lacks));
}

} // namespace mantissa
