// SPDX-License-Identifier: Apache-2.0
#include "core/training/control_door.h"

#include "core/training/control_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace mantissa {

namespace {

constexpr std::size_t mostVisitors = 16; // a window and a few commands; more is a mistake of somebody
constexpr int shortOfDescriptorsMilliseconds = 200; // until one may be free again

} // namespace

Result<std::unique_ptr<ControlDoor>> ControlDoor::open(
    const std::filesystem::path& runFolder, Mailbox& mailbox)
try {
    std::error_code error;
    Descriptor folder = openFolder(runFolder, error);
    Descriptor listener = error ? Descriptor() : listenIn(folder, name, error);
    Descriptor wake(error ? -1 : ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!error && !wake.isOpen())
        error = {errno, std::generic_category()};
    if (error)
        return fail(fmt::format("this run cannot be paused or stopped by other processes, since {} takes no "
                                "socket ({}); Ctrl+C stops it where it was started",
            runFolder.string(), error.message()));
    return std::unique_ptr<ControlDoor>(
        new ControlDoor(std::move(folder), std::move(listener), std::move(wake), mailbox));
} catch (const std::system_error& e) { // no thread
    return fail(fmt::format("this run cannot be paused or stopped by other processes ({}); Ctrl+C stops it "
                            "where it was started",
        e.what()));
}

ControlDoor::ControlDoor(Descriptor folder, Descriptor listener, Descriptor wake, Mailbox& mailbox)
    : m_folder(std::move(folder))
    , m_listener(std::move(listener))
    , m_wake(std::move(wake))
    , m_mailbox(mailbox)
    , m_thread([this](const std::stop_token& stop) { serve(stop); })
{
}

ControlDoor::~ControlDoor()
{
    m_thread.request_stop();
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(m_wake.number(), &one, sizeof one); // it has room for more
    m_thread.join();
    ::unlinkat(m_folder.number(), name, 0);
}

void ControlDoor::serve(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        std::vector<pollfd> waits{{m_wake.number(), POLLIN, 0}, {m_listener.number(), POLLIN, 0}};
        for (const LineSocket& visitor : m_visitors)
            waits.push_back({visitor.descriptor(), POLLIN, 0});
        if (::poll(waits.data(), waits.size(), -1) < 0)
            continue; // a signal
        for (std::size_t i = 0; i < m_visitors.size(); ++i)
            if (waits[i + 2].revents != 0)
                answer(m_visitors[i]);
        std::erase_if(m_visitors, [](const LineSocket& visitor) { return visitor.isClosed(); });
        if (waits[1].revents != 0)
            letIn();
    }
}

void ControlDoor::letIn()
{
    Descriptor socket(::accept4(m_listener.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket.isOpen()) {
        pollfd wake{m_wake.number(), POLLIN, 0};
        if (errno == EMFILE || errno == ENFILE)
            ::poll(&wake, 1, shortOfDescriptorsMilliseconds);
        return;
    }
    const auto user = userAtTheOtherEnd(socket);
    LineSocket visitor(std::move(socket));
    if (user != ::geteuid())
        visitor.writeLine(lineOf(fail("only the user who trains this run may control it")));
    else if (m_visitors.size() == mostVisitors)
        visitor.writeLine(lineOf(fail("too many processes control this run already; end one of them")));
    else
        m_visitors.push_back(std::move(visitor));
}

void ControlDoor::answer(LineSocket& visitor)
{
    for (const std::string& line : visitor.readLines())
        if (!visitor.writeLine(take(line)))
            return visitor.close();
    if (visitor.hadTooLongLine())
        visitor.writeLine(
            lineOf(fail(fmt::format("a request is at most {} bytes long", LineSocket::mostLineBytes))));
}

std::string ControlDoor::take(const std::string& line)
{
    const auto request = controlRequestFrom(line);
    if (!request)
        return lineOf(fail(request.error()));
    switch (request->ask) {
    case ControlAsk::State:
        break;
    case ControlAsk::Stop:
        m_mailbox.requestStop(StopRequest::Stop);
        break;
    case ControlAsk::Interrupt:
        m_mailbox.requestStop(StopRequest::Interrupt);
        break;
    case ControlAsk::Pause:
        m_mailbox.setPaused(true);
        break;
    case ControlAsk::GoOn:
        m_mailbox.setPaused(false);
        break;
    case ControlAsk::Save:
        m_mailbox.requestSnapshot();
        break;
    case ControlAsk::Numbers:
        m_mailbox.requestNumbers();
        break;
    case ControlAsk::Edit:
        m_mailbox.setTable(request->edit.table, request->edit.from);
        break;
    }
    return lineOf(ControlAnswer{m_mailbox.state()});
}

} // namespace mantissa
