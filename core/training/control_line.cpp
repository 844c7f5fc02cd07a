// SPDX-License-Identifier: Apache-2.0
#include "core/training/control_line.h"

#include "core/base/shell_word.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/record/run_store.h"
#include "core/training/control_door.h"

#include <fmt/format.h>

#include <algorithm>

#include <poll.h>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

Error notTheOwner(const std::string& folder)
{
    return {fmt::format("{} is trained by another user, who alone may control it", folder)};
}

/// Nobody trains it: where it stands, and how it goes on.
Error whatBecameOf(const fs::path& folder)
{
    const RunListing run = listRun(folder);
    std::string state(nameOf(run.state));
    std::ranges::replace(state, '_', ' ');
    return {fmt::format("nothing trains {} ({} at step {}); go on with: mantissa-cli resume {}{}",
        shown(folder.string()), state, formatProgress(run.steps, run.maxSteps), shellWord(folder.string()),
        run.state == RunState::Completed ? " --set training.max_steps=…" : "")};
}

Error whyNoDoor(const fs::path& folder, const std::error_code& error)
{
    if (const auto config = readRunConfig(folder); !config)
        return config.error();
    const std::string name = shown(folder.string());
    if (error == std::errc::permission_denied)
        return notTheOwner(name);
    switch (writerOf(folder)) {
    case RunWriter::ThisMachine:
        return {
            fmt::format("{} is trained by a process that cannot be reached ({}); press Ctrl+C where it was "
                        "started",
                name, error.message())};
    case RunWriter::AnotherMachine:
        return {fmt::format("{} is trained on another machine; stop it there", name)};
    case RunWriter::Nobody:
        break;
    }
    return whatBecameOf(folder);
}

bool isReadable(int descriptor, std::chrono::milliseconds most)
{
    pollfd wait{descriptor, POLLIN, 0};
    return ::poll(&wait, 1, static_cast<int>(most.count())) > 0;
}

} // namespace

Result<ControlLine> ControlLine::open(const fs::path& given)
{
    const fs::path folder = placeOf(given);
    std::error_code error;
    const Descriptor opened = openFolder(folder, error);
    Descriptor socket = error ? Descriptor() : connectIn(opened, ControlDoor::name, error);
    if (error)
        return fail(whyNoDoor(folder, error));
    if (userAtTheOtherEnd(socket) != ::geteuid()) // whoever may write there can leave a socket there
        return fail(notTheOwner(shown(folder.string())));
    return ControlLine(LineSocket(std::move(socket)));
}

Result<TrainerState> ControlLine::ask(const ControlRequest& request, std::chrono::milliseconds most)
{
    const auto until = std::chrono::steady_clock::now() + most;
    send(request); // where it does not get there, what was refused before it is read all the same
    while (true) {
        for (const auto& answer : answers())
            return answer ? Result<TrainerState>(answer->state) : fail(answer.error());
        const auto left
            = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        if (isClosed() || left.count() <= 0)
            break;
        isReadable(descriptor(), left);
    }
    return fail(isClosed()
            ? "the training ended before it answered; `runs` says how"
            : "the process that trains the run does not answer; was it held with Ctrl+Z? Then `fg` "
              "lets it go on");
}

bool ControlLine::waitUntilClosed(std::chrono::milliseconds most)
{
    if (!isClosed() && isReadable(descriptor(), most))
        answers(); // nobody asked: the end
    return isClosed();
}

std::vector<Result<ControlAnswer>> ControlLine::answers()
{
    std::vector<Result<ControlAnswer>> answers;
    for (const std::string& line : m_socket.readLines())
        answers.push_back(controlAnswerFrom(line));
    return answers;
}

} // namespace mantissa
