// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Numbers as the window shows them: core's formats as QString.

#include <QString>

#include <filesystem>
#include <string_view>

namespace mantissa::ui {

/// Bytes that are no UTF-8 show as \xNN.
QString text(std::string_view utf8);
/// A message of core for somebody at the window: what it says of the command line, in parentheses, is left
/// out.
QString messageText(std::string_view message);
/// Plain words as HTML, in the weight that the shipped font has instead of bold.
QString strongHtml(const QString& words);
/// A path as it can be kept in settings, and back.
QString pathText(const std::filesystem::path& path);
std::filesystem::path pathFrom(const QString& text);
QString bytesText(double bytes);
/// Of a measurement: "–" for 0, which means that nothing is known.
QString measuredBytesText(double bytes);
QString countText(std::int64_t count);
QString secondsText(double seconds);
/// "+0.12 %", "–" for NaN.
QString percentText(double percent, int digits = 2, bool withSign = true);

} // namespace mantissa::ui
