// SPDX-License-Identifier: Apache-2.0
#pragma once

// Lets other processes of the same user reach the mailbox of a run that trains here. A thread of its own, so
// that they are answered while a step takes its time; it knows the mailbox and nothing else.

#include "core/base/local_socket.h"
#include "core/base/result.h"
#include "core/training/mailbox.h"

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace mantissa {

class ControlDoor {
public:
    /// The socket's name in the folder of a run.
    static constexpr const char* name = "control";

    /// Opens it in a run's folder; the caller holds that folder's RunLock. `mailbox` outlives the door. The
    /// error says why nobody can get in, as on a file system without sockets.
    static Result<std::unique_ptr<ControlDoor>> open(
        const std::filesystem::path& runFolder, Mailbox& mailbox);
    /// Nothing comes through any more, and the socket is gone.
    ~ControlDoor();
    ControlDoor(const ControlDoor&) = delete;
    ControlDoor& operator=(const ControlDoor&) = delete;

private:
    ControlDoor(Descriptor folder, Descriptor listener, Descriptor wake, Mailbox& mailbox);
    void serve(const std::stop_token& stop);
    void letIn();
    void answer(LineSocket& visitor);
    /// The answer to one line.
    std::string take(const std::string& line);

    Descriptor m_folder; ///< wherever it is moved to
    Descriptor m_listener;
    Descriptor m_wake; ///< readable once the thread is to end
    Mailbox& m_mailbox;
    std::vector<LineSocket> m_visitors{}; ///< of the thread
    std::jthread m_thread{}; // last: ended before what it uses goes away
};

} // namespace mantissa
