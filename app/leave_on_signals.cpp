// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/leave_on_signals.h"

#include <QSocketNotifier>

#include <cerrno>
#include <csignal>
#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

namespace mantissa {

namespace {

int wake = -1; // written by the signal handler, which may do little more

void onSignal(int signal)
{
    const int before = errno;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake, &one, sizeof one);
    if (signal != SIGHUP) // a logout sends it beside SIGTERM
        std::signal(signal, SIG_DFL);
    errno = before;
}

} // namespace

void leaveOnSignals(QObject* context, const std::function<void()>& leave)
{
    wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    auto* notifier = new QSocketNotifier(wake, QSocketNotifier::Read, context);
    QObject::connect(notifier, &QSocketNotifier::activated, context, [leave, notifier] {
        notifier->setEnabled(false);
        leave();
    });
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        if (std::signal(signal, onSignal) == SIG_IGN)
            std::signal(signal, SIG_IGN);
}

} // namespace mantissa
