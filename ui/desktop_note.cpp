// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/desktop_note.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QFileInfo>
#include <QStringList>
#include <QVariantMap>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Asking for a bus where none runs would start one.
bool hasBus()
{
    return !qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS")
        || QFileInfo::exists(qEnvironmentVariable("XDG_RUNTIME_DIR") + u"/bus"_s);
}

} // namespace

void showDesktopNote(const QString& words)
{
    if (!hasBus())
        return;
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    QDBusMessage call = QDBusMessage::createMethodCall(u"org.freedesktop.Notifications"_s,
        u"/org/freedesktop/Notifications"_s, u"org.freedesktop.Notifications"_s, u"Notify"_s);
    constexpr int asTheDesktopDoes = -1; // how long it stays
    const QVariantMap hints{{u"desktop-entry"_s, u"mantissa"_s}};
    call << u"Mantissa"_s << 0U << u"mantissa"_s << u"Mantissa"_s
         << words.toHtmlEscaped() // many services read markup
         << QStringList() << hints << asTheDesktopDoes;
    bus.send(call);
}

} // namespace mantissa::ui
