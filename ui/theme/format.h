// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Numbers as the window shows them: core's formats as QString.

#include <QString>

#include <string_view>

namespace mantissa::ui {

QString text(std::string_view utf8);
QString bytesText(double bytes);
QString countText(std::int64_t count);
QString secondsText(double seconds);
/// "+0.12 %", "–" for NaN.
QString percentText(double percent, int digits = 2, bool withSign = true);

} // namespace mantissa::ui
