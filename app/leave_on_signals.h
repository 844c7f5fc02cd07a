// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// SIGTERM, SIGHUP and SIGINT reach a window as a call on its own thread, so that it can end as if it were
// closed.

#include <functional>

class QObject;

namespace mantissa {

/// Calls `leave` at the first of them; a second SIGTERM or SIGINT ends the program at once. SIGHUP stays
/// ignored where it was (nohup). Once in a program.
void leaveOnSignals(QObject* context, const std::function<void()>& leave);

} // namespace mantissa
