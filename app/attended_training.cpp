// SPDX-License-Identifier: Apache-2.0
#include "app/attended_training.h"

#include "app/engine_loader.h"
#include "app/progress.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>
#include <unistd.h>
#include <utility>

namespace mantissa {

namespace {

std::atomic<int> interrupts = 0; // written by the signal handler only
std::atomic<bool> hasHungUp = false; // the same: a closed terminal, a logout

void onSignal(int signal)
{
    if (signal == SIGHUP) // comes more than once, and beside SIGTERM
        hasHungUp = true;
    else if (++interrupts > 1)
        ::_exit(static_cast<int>(ExitCode::Interrupted)); // the second one: at once
}

} // namespace

/// Drains the channel until the trainer has returned; this thread owns the Run that people see.
Result<RunEnded> trainAttended(const TrainerSetup& setup, Run& run)
{
    std::signal(SIGINT, onSignal);
    std::signal(SIGTERM, onSignal);
    if (std::signal(SIGHUP, onSignal) == SIG_IGN)
        std::signal(SIGHUP, SIG_IGN); // nohup
    EventChannel channel;
    Mailbox mailbox;
    Trainer trainer(setup, engineFactory(setup.spans), channel, mailbox);
    Progress progress;
    std::atomic<bool> done = false;
    bool isTold = false;
    Result<RunEnded> ended = fail("the trainer did not start");
    std::jthread thread([&] {
        ended = trainer.train();
        done = true;
    });
    while (true) {
        const bool last = done; // asked before the drain, so nothing is left behind
        if (interrupts > 0 || hasHungUp) {
            mailbox.requestStop(StopRequest::Interrupt);
            if (!std::exchange(isTold, true))
                std::fputs("interrupted: the step in hand ends and a checkpoint is written; once more ends "
                           "at once\n",
                    stderr);
        }
        for (const RunEvent& event : channel.drain()) {
            run.apply(event);
            progress.tell(event);
        }
        progress.show(run);
        if (last)
            break;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    thread.join();
    progress.finish();
    return ended;
}

} // namespace mantissa
