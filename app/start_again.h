// SPDX-License-Identifier: Apache-2.0
#pragma once

// Variables that a library reads when it is mapped are too late in main() where the loader has mapped it
// before: Qt's own libraries bring libgomp on some systems. A program that starts itself again has them in
// time.

namespace mantissa {

/// Whether a library of this name is in the process already.
bool isMapped(const char* library);

/// Whether this is such a start; asked first thing in main, and once: programs that this one starts are told
/// nothing of it.
bool takeStartedAgain();

/// Puts this program in its own place, with the same arguments and the variables as they are now. Returns
/// where it cannot or must not (under a debugger, by a loader of one's own); then the program goes on as it
/// is. Before any thread: what runs or is known is lost.
void startAgain(char** argv);

} // namespace mantissa
