// SPDX-License-Identifier: Apache-2.0
// Numbers of fields are those of tensorboard's event.proto, summary.proto, tensor.proto, and of the plugin
// for hyper-parameters.

#include "core/files/event_file.h"

#include "core/files/crc32c.h"
#include "core/files/proto_wire.h"

#include <fmt/format.h>

#include <cmath>

namespace mantissa {

namespace {

ProtoMessage eventAt(EventFile::Moment at)
{
    ProtoMessage event;
    event.real(1, at.unixSeconds);
    if (at.step != 0) // as protobuf's own writers leave zero out
        event.number(2, at.step);
    return event;
}

ProtoMessage pluginMetadata(std::string_view plugin, std::string_view content)
{
    return ProtoMessage().message(1, ProtoMessage().bytes(1, plugin).bytes(2, content));
}

/// A google.protobuf.Value.
ProtoMessage protoValue(const EventFile::Setting& setting)
{
    if (const auto* number = std::get_if<double>(&setting))
        return ProtoMessage().real(2, *number);
    if (const auto* choice = std::get_if<bool>(&setting))
        return ProtoMessage().number(4, *choice ? 1 : 0);
    return ProtoMessage().bytes(3, std::get<std::string>(setting));
}

} // namespace

EventFile::EventFile(double unixSeconds)
{
    record(eventAt({.unixSeconds = unixSeconds}).bytes(3, "brain.Event:2").wire());
}

void EventFile::record(std::string_view data)
{
    std::string length;
    appendLittleEndian(length, data.size(), 8);
    m_bytes += length;
    appendLittleEndian(m_bytes, maskedCrc32c(length), 4);
    m_bytes += data;
    appendLittleEndian(m_bytes, maskedCrc32c(data), 4);
}

void EventFile::addScalars(Moment at, const std::vector<std::pair<std::string, double>>& values)
{
    ProtoMessage summary;
    for (const auto& [tag, value] : values)
        summary.message(1, ProtoMessage().bytes(1, tag).real32(2, static_cast<float>(value)));
    record(eventAt(at).message(5, summary).wire());
}

void EventFile::addText(Moment at, std::string_view tag, std::string_view text)
{
    constexpr std::int64_t stringType = 7;
    const ProtoMessage shape = ProtoMessage().message(2, ProtoMessage().number(1, 1)); // one text
    const ProtoMessage tensor = ProtoMessage().number(1, stringType).message(2, shape).bytes(8, text);
    const ProtoMessage value
        = ProtoMessage().bytes(1, tag).message(8, tensor).message(9, pluginMetadata("text", {}));
    record(eventAt(at).message(5, ProtoMessage().message(1, value)).wire());
}

void EventFile::addSettings(double unixSeconds, const std::vector<std::pair<std::string, Setting>>& settings)
{
    ProtoMessage session;
    for (const auto& [name, setting] : settings)
        session.message(1, ProtoMessage().bytes(1, name).message(2, protoValue(setting)));
    session.real(5, unixSeconds);
    const ProtoMessage value
        = ProtoMessage()
              .bytes(1, "_hparams_/session_start_info")
              .message(9, pluginMetadata("hparams", ProtoMessage().message(3, session).wire()));
    record(eventAt({.unixSeconds = unixSeconds}).message(5, ProtoMessage().message(1, value)).wire());
}

void EventFile::addRestart(Moment at)
{
    constexpr std::int64_t start = 1; // SessionLog.SessionStatus
    record(eventAt(at).message(7, ProtoMessage().number(1, start)).wire());
}

std::string EventFile::take() { return std::exchange(m_bytes, {}); }

std::string eventFileName(double unixSeconds, std::string_view name)
{
    return fmt::format("events.out.tfevents.{:.0f}.mantissa.{}", std::floor(unixSeconds), name);
}

} // namespace mantissa
