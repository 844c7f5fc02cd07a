// SPDX-License-Identifier: Apache-2.0
#include "core/base/local_socket.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace mantissa {

namespace {

std::error_code lastError() { return {errno, std::generic_category()}; }

sockaddr_un addressIn(const Descriptor& folder, const std::string& name)
{
    const std::string path = "/proc/self/fd/" + std::to_string(folder.number()) + "/" + name;
    sockaddr_un address{};
    assert(path.size() < sizeof address.sun_path); // our own short names
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, path.size());
    return address;
}

/// The type that the calls below take any address by.
template <class Call> int withAddress(const sockaddr_un& address, Call call)
{
    return call(reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(sizeof address));
}

Descriptor newSocket()
{
    return Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

} // namespace

Descriptor openFolder(const std::filesystem::path& folder, std::error_code& error)
{
    Descriptor opened(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    error = opened.isOpen() ? std::error_code() : lastError();
    return opened;
}

Descriptor listenIn(const Descriptor& folder, const std::string& name, std::error_code& error)
{
    constexpr int mostWaiting = 16; // connections that nobody has looked at yet
    Descriptor socket = newSocket();
    // before it has a name: nobody else finds it open for a moment, and the process's umask is left alone
    if (!socket.isOpen() || ::fchmod(socket.number(), S_IRUSR | S_IWUSR) != 0
        || (::unlinkat(folder.number(), name.c_str(), 0) != 0 && errno != ENOENT)
        || withAddress(addressIn(folder, name),
               [&](const sockaddr* at, socklen_t size) { return ::bind(socket.number(), at, size); })
            != 0
        || ::listen(socket.number(), mostWaiting) != 0) {
        error = lastError();
        return {};
    }
    error.clear();
    return socket;
}

Descriptor connectIn(const Descriptor& folder, const std::string& name, std::error_code& error)
{
    Descriptor socket = newSocket();
    if (!socket.isOpen() || withAddress(addressIn(folder, name), [&](const sockaddr* at, socklen_t size) {
            return ::connect(socket.number(), at, size);
        }) != 0) {
        error = lastError();
        return {};
    }
    error.clear();
    return socket;
}

std::optional<uid_t> userAtTheOtherEnd(const Descriptor& socket)
{
    ucred other{};
    socklen_t size = sizeof other;
    if (::getsockopt(socket.number(), SOL_SOCKET, SO_PEERCRED, &other, &size) != 0)
        return std::nullopt;
    return other.uid;
}

std::vector<std::string> LineSocket::readLines()
{
    std::vector<std::string> lines;
    std::array<char, 4096> piece{};
    std::size_t read = 0; // who sends without an end does not keep us here
    while (!m_isClosed && read <= mostLineBytes) {
        const ssize_t got = ::recv(m_socket.number(), piece.data(), piece.size(), 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            m_isClosed = got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
            break;
        }
        read += static_cast<std::size_t>(got);
        m_partOfLine.append(piece.data(), static_cast<std::size_t>(got));
        std::size_t begin = 0;
        for (auto end = m_partOfLine.find('\n'); end != std::string::npos;
             end = m_partOfLine.find('\n', begin)) {
            lines.push_back(m_partOfLine.substr(begin, end - begin));
            begin = end + 1;
        }
        m_partOfLine.erase(0, begin);
        m_hadTooLongLine = m_partOfLine.size() > mostLineBytes;
        m_isClosed = m_hadTooLongLine;
    }
    return lines;
}

bool LineSocket::writeLine(std::string_view line)
{
    const std::string whole = std::string(line) + "\n";
    const ssize_t sent = ::send(m_socket.number(), whole.data(), whole.size(), MSG_NOSIGNAL);
    return sent == static_cast<ssize_t>(whole.size());
}

} // namespace mantissa
