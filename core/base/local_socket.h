// SPDX-License-Identifier: Apache-2.0
#pragma once

// A Unix socket that lies in a folder, and lines over it. Its path would end at 108 bytes, so the folder is
// opened and the socket named by that descriptor: any depth will do, and it goes along where the folder is
// moved to. Nothing here waits.

#include "core/base/descriptor.h"
#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <sys/types.h>

namespace mantissa {

/// A folder, held open to name things in it.
Descriptor openFolder(const std::filesystem::path& folder, std::error_code& error);
/// Listens as `name` in a folder, for its owner alone (mode 0600). Takes the place of a socket that somebody
/// left there, so only who has the folder for himself (RunLock) may ask.
Descriptor listenIn(const Descriptor& folder, const std::string& name, std::error_code& error);
/// Connects to what listens there. No socket: no_such_file_or_directory; one that nobody listens at any more:
/// connection_refused.
Descriptor connectIn(const Descriptor& folder, const std::string& name, std::error_code& error);
/// The user at the other end, as the system knows it; nothing where it does not.
std::optional<uid_t> userAtTheOtherEnd(const Descriptor& socket);

/// A connection that carries lines both ways.
class LineSocket {
public:
    explicit LineSocket(Descriptor socket)
        : m_socket(std::move(socket))
    {
    }

    /// Whole lines that have arrived, without their ends. One longer than `mostLineBytes` is not kept:
    /// nothing more is read then.
    std::vector<std::string> readLines();
    /// False where nobody is there, or the other side has left so much unread that it does not fit.
    bool writeLine(std::string_view line);
    /// What comes is not read any more.
    void close() { m_isClosed = true; }
    /// Nothing comes any more.
    bool isClosed() const { return m_isClosed; }
    bool hadTooLongLine() const { return m_hadTooLongLine; }
    int descriptor() const { return m_socket.number(); }

    static constexpr std::size_t mostLineBytes = 64U << 10U; // a table is two thousand

private:
    Descriptor m_socket;
    std::string m_partOfLine{};
    bool m_isClosed = false;
    bool m_hadTooLongLine = false;
};

} // namespace mantissa
