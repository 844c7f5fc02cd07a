// SPDX-License-Identifier: Apache-2.0
#include "core/base/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

constexpr int mostLinks = 40; // as Linux follows

tl::unexpected<Error> cannotWrite(const fs::path& file, std::string_view wayOut)
{
    return fail(fmt::format("cannot write {}: {}; {}", file.string(), std::strerror(errno), wayOut));
}

Status writeAll(int descriptor, std::string_view text, const fs::path& name)
{
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0) {
            if (errno == EINTR)
                continue;
            return cannotWrite(name, "free some space or choose another folder");
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

/// N where the path names this process' open file N: opening it anew would begin at its first byte, and
/// replacing it would leave whoever holds it with the old one.
std::optional<int> ownDescriptor(const fs::path& file)
{
    const std::string folder = file.parent_path().string();
    const std::string name = file.filename().string();
    const bool isOurs = folder == "/dev/fd" || folder == "/proc/self/fd"
        || folder == fmt::format("/proc/{}/fd", ::getpid());
    constexpr std::size_t mostDigits = 9;
    if (!isOurs || name.empty() || name.size() > mostDigits
        || !std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c) != 0; }))
        return std::nullopt;
    return std::stoi(name);
}

/// Where links lead, whether or not anything is there; stops at this process' open files.
fs::path behindLinks(fs::path file)
{
    std::error_code error;
    for (int followed = 0; followed < mostLinks && !ownDescriptor(file); ++followed) {
        if (!fs::is_symlink(fs::symlink_status(file, error)))
            break;
        const fs::path target = fs::read_symlink(file, error);
        if (error)
            break;
        file = target.is_absolute() ? target : file.parent_path() / target;
    }
    return file;
}

Status writeInto(const fs::path& file, std::string_view text)
{
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0)
        return cannotWrite(file, "choose another place");
    const auto status = writeAll(descriptor, text, file);
    ::close(descriptor);
    return status;
}

/// Owner and mode of the file that is replaced; an owner that may not be kept loses its special bits.
Status takeOver(int descriptor, const struct stat& replaced, const fs::path& file)
{
    constexpr mode_t plain = 0777;
    constexpr mode_t all = 07777;
    const bool isOwned = ::fchown(descriptor, replaced.st_uid, replaced.st_gid) == 0;
    if (::fchmod(descriptor, replaced.st_mode & (isOwned ? all : plain)) != 0)
        return cannotWrite(file, "choose another folder");
    return {};
}

/// An empty file beside `file`, under a name that nobody has.
int makeBeside(const fs::path& file, fs::path& made)
{
    static std::atomic<unsigned> count = 0;
    int descriptor = -1;
    do {
        made = file.parent_path() / fmt::format(".mantissa-{}-{}.tmp", ::getpid(), ++count);
        descriptor = ::open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (descriptor < 0 && errno == EEXIST);
    return descriptor;
}

Status replaceFile(const fs::path& file, std::string_view text)
{
    struct stat replaced { };
    const bool isThere = ::stat(file.c_str(), &replaced) == 0;
    if (isThere && ::access(file.c_str(), W_OK) != 0)
        return cannotWrite(file, "make it writable or choose another file");
    fs::path temporary;
    const int descriptor = makeBeside(file, temporary);
    if (descriptor < 0)
        return cannotWrite(file, "choose a folder you may write to");
    Status status = isThere ? takeOver(descriptor, replaced, file) : Status{};
    if (status)
        status = writeAll(descriptor, text, file);
    if (status && ::fsync(descriptor) != 0)
        status = cannotWrite(file, "free some space");
    ::close(descriptor);
    if (status && ::rename(temporary.c_str(), file.c_str()) != 0)
        status = cannotWrite(file, "choose another file");
    if (!status) {
        ::unlink(temporary.c_str());
        return status;
    }
    return syncFolder(file.has_parent_path() ? file.parent_path() : ".");
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

Result<std::string> readFile(const fs::path& file)
{
    std::error_code error;
    if (fs::is_directory(file, error))
        return fail(fmt::format("{} is a folder; name a file in it", file.string()), ExitCode::Usage);
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fail(fmt::format("cannot open {}: {}; check the path", file.string(), std::strerror(errno)),
            ExitCode::Usage);
    auto text = readAll(descriptor, file.string());
    ::close(descriptor);
    return text;
}

Status writeFileAtomically(const fs::path& file, std::string_view text)
{
    const fs::path target = behindLinks(file);
    if (const auto descriptor = ownDescriptor(target))
        return writeAll(*descriptor, text, file);
    std::error_code error;
    if (fs::is_symlink(fs::symlink_status(target, error)))
        return fail(fmt::format("cannot write {}: its links lead in a circle; name a file", file.string()),
            ExitCode::Usage);
    const fs::file_status there = fs::status(file, error);
    if (fs::is_directory(there))
        return fail(fmt::format("cannot write {}: it is a folder; name a file in it", file.string()),
            ExitCode::Usage);
    const bool isSpecial = fs::exists(there) && !fs::is_regular_file(there);
    return isSpecial ? writeInto(file, text) : replaceFile(target, text);
}

Status writeOutput(const std::string& where, std::string_view text)
{
    if (!isStandardOutput(where))
        return writeFileAtomically(where, text);
    std::fflush(stdout); // what was printed before comes before
    return writeAll(STDOUT_FILENO, text, "to stdout");
}

bool isStandardOutput(const std::string& where)
{
    return where == "-" || ownDescriptor(behindLinks(where)) == STDOUT_FILENO;
}

fs::path placeOf(const fs::path& path)
{
    std::error_code error;
    const fs::path whole = fs::absolute(path, error); // fails where the current folder is gone
    fs::path place = fs::weakly_canonical(error ? path : whole, error);
    if (error) // links without end, folders that may not be entered
        place = whole.lexically_normal();
    return place.has_filename() || !place.has_relative_path() ? place : place.parent_path();
}

bool isPlainName(std::string_view name)
{
    constexpr std::size_t longest = 200; // bytes; 255 with what we add
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    return !name.empty() && name.size() <= longest && name != "." && name != ".."
        && name.find('/') == std::string_view::npos && std::ranges::none_of(name, isControl);
}

Status syncFolder(const fs::path& folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return {}; // one may write in a folder that one may not read
    const bool isSynced = ::fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS;
    const int problem = errno;
    ::close(descriptor);
    errno = problem;
    return isSynced ? Status{} : cannotWrite(folder, "free some space");
}

} // namespace mantissa
