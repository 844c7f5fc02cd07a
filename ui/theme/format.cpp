// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/format.h"

#include "core/base/shown_text.h"
#include "core/base/units.h"

#include <QRegularExpression>

#include <cmath>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

QString text(std::string_view utf8)
{
    const std::string whole = isUtf8(utf8) ? std::string() : asUtf8(utf8);
    const std::string_view shown = whole.empty() ? utf8 : std::string_view(whole);
    return QString::fromUtf8(shown.data(), static_cast<qsizetype>(shown.size()));
}
QString messageText(std::string_view message)
{
    static const QRegularExpression ofTheCommandLine(u" \\(--[a-z][^)]*\\)"_s);
    return text(message).remove(ofTheCommandLine);
}
QString strongHtml(const QString& words)
{
    return u"<span style=\"font-weight:600\">"_s % words.toHtmlEscaped() % u"</span>"_s;
}
QString pathText(const std::filesystem::path& path) { return text(escapedPath(path.string())); }
std::filesystem::path pathFrom(const QString& text) { return bytesOf(text.toStdString()); }
QString bytesText(double bytes) { return text(formatBytes(static_cast<std::int64_t>(bytes))); }
QString measuredBytesText(double bytes) { return text(formatMeasuredBytes(bytes)); }
QString countText(std::int64_t count) { return text(formatCount(count)); }
QString secondsText(double seconds) { return text(formatSeconds(seconds)); }

QString percentText(double percent, int digits, bool withSign)
{
    if (std::isnan(percent))
        return u"–"_s;
    const QString number = QString::number(std::abs(percent), 'f', digits);
    const bool isZero = number.toDouble() == 0;
    const QString sign = isZero ? QString() : percent < 0 ? u"−"_s : withSign ? u"+"_s : QString();
    return sign % number % u" %"_s;
}

} // namespace mantissa::ui
