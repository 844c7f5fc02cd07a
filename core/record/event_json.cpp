// SPDX-License-Identifier: Apache-2.0
#include "core/record/event_json.h"

#include <nlohmann/json.hpp>

namespace mantissa {

Json classesToJson(const MemoryComposition& composition)
{
    Json classes = Json::object();
    for (const MemoryClass memoryClass : allMemoryClasses)
        if (const std::int64_t bytes = composition.at(memoryClass))
            classes[std::string(nameOf(memoryClass))] = bytes;
    if (composition.other != 0)
        classes["other"] = composition.other;
    return classes;
}

MemoryComposition classesFrom(const Json& classes)
{
    MemoryComposition composition;
    if (!classes.is_object())
        return composition;
    for (const auto& [name, bytes] : classes.items()) {
        if (!bytes.is_number_integer())
            continue;
        if (name == "other")
            composition.other = bytes.get<std::int64_t>();
        else if (const auto memoryClass = parseMemoryClass(name))
            composition.at(*memoryClass) = bytes.get<std::int64_t>();
    }
    return composition;
}

Json toJson(const MemoryReading& reading)
{
    Json json = {{"device", classesToJson(reading.devicePeak)}, {"reserved", reading.deviceReservedPeak}};
    if (reading.hostPeak.total() != 0)
        json["host"] = classesToJson(reading.hostPeak);
    if (reading.hostReservedPeak != 0)
        json["host_reserved"] = reading.hostReservedPeak;
    if (reading.diskPeak.total() != 0)
        json["disk"] = classesToJson(reading.diskPeak);
    return json;
}

namespace {

MemoryReading memoryFrom(const Json& json)
{
    MemoryReading reading;
    if (!json.is_object())
        return reading;
    const auto number = [&](const char* key) {
        const auto found = json.find(key);
        return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
    };
    const auto classes = [&](const char* key) { // a number alone: before Host and disk were told by class
        const auto found = json.find(key);
        return found != json.end() && found->is_object() ? classesFrom(*found)
                                                         : MemoryComposition{.other = number(key)};
    };
    reading.devicePeak = classes("device");
    reading.deviceReservedPeak = number("reserved");
    reading.hostPeak = classes("host");
    reading.hostReservedPeak = number("host_reserved");
    reading.diskPeak = classes("disk");
    return reading;
}

} // namespace

Json jsonNumbers(const std::vector<double>& values)
{
    Json list = Json::array();
    for (const double value : values)
        list.push_back(jsonNumber(value));
    return list;
}

const Json* LineReader::find(const char* key) const
{
    const auto found = m_json.find(key);
    return found == m_json.end() ? nullptr : &*found;
}

void LineReader::operator()(const char* key, std::int64_t& value) const
{
    if (const Json* found = find(key); found && found->is_number_integer())
        value = found->get<std::int64_t>();
}

void LineReader::operator()(const char* key, double& value) const
{
    if (const Json* found = find(key))
        value = numberFrom(*found);
}

void LineReader::operator()(const char* key, bool& value) const
{
    if (const Json* found = find(key); found && found->is_boolean())
        value = found->get<bool>();
}

void LineReader::operator()(const char* key, std::string& value) const
{
    if (const Json* found = find(key); found && found->is_string())
        value = found->get<std::string>();
}

void LineReader::operator()(const char* key, MemoryReading& value) const
{
    if (const Json* found = find(key))
        value = memoryFrom(*found);
}

void LineReader::operator()(const char* key, std::vector<double>& value) const
{
    if (const Json* found = find(key); found && found->is_array())
        for (const Json& number : *found)
            value.push_back(numberFrom(number));
}

} // namespace mantissa
