// SPDX-License-Identifier: Apache-2.0
#pragma once

// The way to a run that another process trains: finds its door and asks it. A command waits for answers, a
// window looks whether some came. One thread.

#include "core/base/local_socket.h"
#include "core/training/control_request.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <vector>

namespace mantissa {

class ControlLine {
public:
    /// The error says who trains the run instead (another machine, another user, a process without a door),
    /// or that nobody does and what to do.
    static Result<ControlLine> open(const std::filesystem::path& runFolder);

    /// Asks and waits for the answer, which comes at once unless the process over there stands still.
    Result<TrainerState> ask(
        const ControlRequest& request, std::chrono::milliseconds most = std::chrono::seconds(10));
    /// Waits until the training has ended, however it did, or `most` has passed; true when it has.
    bool waitUntilClosed(std::chrono::milliseconds most);

    /// Asks; the answer comes with answers(). False where nobody is there any more.
    bool send(const ControlRequest& request) { return m_socket.writeLine(lineOf(request)); }
    /// In the order in which they were asked for.
    std::vector<Result<ControlAnswer>> answers();
    /// Whoever trained the run has let go of it.
    bool isClosed() const { return m_socket.isClosed(); }
    /// Readable when there are answers, or it is closed.
    int descriptor() const { return m_socket.descriptor(); }

private:
    explicit ControlLine(LineSocket socket)
        : m_socket(std::move(socket))
    {
    }

    LineSocket m_socket;
};

} // namespace mantissa
