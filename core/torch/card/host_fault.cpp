// SPDX-License-Identifier: Apache-2.0
#include "core/torch/card/host_fault.h"

#include <csignal>
#include <execinfo.h>
#include <unistd.h>

namespace mantissa::card {

namespace {

const void* first = nullptr;
const void* last = nullptr;
struct sigaction before { };

/// The program's own handler, or death, comes next.
void onFault(int signal, siginfo_t* info, void* context)
{
    if (info->si_addr >= first && info->si_addr < last) {
        constexpr char text[] = "simulated card: the host touched device memory; from:\n";
        [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text, sizeof text - 1);
        void* frames[40];
        ::backtrace_symbols_fd(frames, ::backtrace(frames, 40), STDERR_FILENO);
    }
    if (before.sa_flags & SA_SIGINFO) {
        before.sa_sigaction(signal, info, context);
        return;
    }
    ::signal(signal, SIG_DFL); // the instruction runs again and ends the program
}

} // namespace

void tellHostFaults(const void* begin, const void* end)
{
    first = begin;
    last = end;
    void* warm[1];
    ::backtrace(warm, 1); // loads what it needs now, not in the handler
    struct sigaction action { };
    action.sa_sigaction = &onFault;
    action.sa_flags = SA_SIGINFO;
    ::sigaction(SIGSEGV, &action, &before);
}

} // namespace mantissa::card
