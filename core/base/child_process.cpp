// SPDX-License-Identifier: Apache-2.0
#include "core/base/child_process.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ; // NOLINT(readability-redundant-declaration): POSIX asks for it

namespace mantissa {

namespace {

/// What happens to the descriptors of a child.
class Descriptors {
public:
    Descriptors() { ::posix_spawn_file_actions_init(&m_actions); }
    ~Descriptors() { ::posix_spawn_file_actions_destroy(&m_actions); }
    Descriptors(const Descriptors&) = delete;
    Descriptors& operator=(const Descriptors&) = delete;

    void openNothing(int descriptor, int mode)
    {
        ::posix_spawn_file_actions_addopen(&m_actions, descriptor, "/dev/null", mode, 0);
    }
    void copy(int from, int to) { ::posix_spawn_file_actions_adddup2(&m_actions, from, to); }
    const posix_spawn_file_actions_t* actions() const { return &m_actions; }

private:
    posix_spawn_file_actions_t m_actions{};
};

Result<pid_t> start(const std::vector<std::string>& command, const Descriptors& descriptors)
{
    std::vector<char*> words;
    for (const std::string& word : command)
        words.push_back(const_cast<char*>(word.c_str())); // posix_spawn changes none
    words.push_back(nullptr);
    pid_t child = 0;
    const int problem
        = ::posix_spawnp(&child, words.front(), descriptors.actions(), nullptr, words.data(), environ);
    if (problem != 0)
        return fail(fmt::format("{} cannot be started: {}", command.front(), std::strerror(problem)));
    return child;
}

int exitCodeOf(pid_t child)
{
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) { }
    constexpr int signalled = 128; // as shells say it
    return WIFEXITED(status) ? WEXITSTATUS(status) : signalled + WTERMSIG(status);
}

std::string readAll(int descriptor)
{
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

} // namespace

bool isProgramThere(const std::string& name)
{
    const char* path = std::getenv("PATH"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    std::istringstream folders(path ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (::access((std::filesystem::path(folder) / name).c_str(), X_OK) == 0)
            return true;
    return false;
}

Result<std::string> outputOf(const std::vector<std::string>& command)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return fail(fmt::format("{} cannot be started: {}", command.front(), std::strerror(errno)));
    Descriptors descriptors;
    descriptors.openNothing(STDIN_FILENO, O_RDONLY);
    descriptors.copy(ends[1], STDOUT_FILENO);
    descriptors.openNothing(STDERR_FILENO, O_WRONLY);
    const auto child = start(command, descriptors);
    ::close(ends[1]);
    std::string text = child ? readAll(ends[0]) : std::string();
    ::close(ends[0]);
    if (!child)
        return fail(child.error());
    if (const int code = exitCodeOf(*child); code != 0)
        return fail(fmt::format("{} ended with exit code {}", command.front(), code));
    return text;
}

Result<int> runProgram(const std::vector<std::string>& command)
{
    const auto child = start(command, Descriptors());
    if (!child)
        return fail(child.error());
    return exitCodeOf(*child);
}

} // namespace mantissa
