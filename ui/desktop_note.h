// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A line of the window's on the desktop, for somebody who works in another program: by
// org.freedesktop.Notifications on the user's bus. Without a bus, or without a service on it, nothing
// happens.

#include <QString>

namespace mantissa::ui {

/// Does not wait for an answer.
void showDesktopNote(const QString& words);

} // namespace mantissa::ui
