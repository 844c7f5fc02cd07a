// SPDX-License-Identifier: Apache-2.0
#include "core/training/control_request.h"

#include "core/base/json.h"
#include "core/precision/preset.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>

namespace mantissa {

namespace {

constexpr std::array everyAsk{ControlAsk::State, ControlAsk::Stop, ControlAsk::Interrupt, ControlAsk::Pause,
    ControlAsk::GoOn, ControlAsk::Save, ControlAsk::Numbers, ControlAsk::Edit};

Result<ControlAsk> parseAsk(std::string_view name)
{
    std::string known;
    for (const ControlAsk ask : everyAsk) {
        if (nameOf(ask) == name)
            return ask;
        known += (known.empty() ? "" : ", ") + std::string(nameOf(ask));
    }
    return fail(fmt::format("'{}' is nothing that a trainer is asked; expected one of {}", name, known));
}

Result<PrecisionTable> tableUnder(ObjectReader& reader, std::string_view key)
{
    const Json* table = reader.object(key);
    return table ? tableFromJson(*table) : fail(fmt::format("an edit has a table under '{}'", key));
}

} // namespace

std::string_view nameOf(ControlAsk ask)
{
    switch (ask) {
    case ControlAsk::State:
        return "state";
    case ControlAsk::Stop:
        return "stop";
    case ControlAsk::Interrupt:
        return "interrupt";
    case ControlAsk::Pause:
        return "pause";
    case ControlAsk::GoOn:
        return "go_on";
    case ControlAsk::Save:
        return "save";
    case ControlAsk::Numbers:
        return "numbers";
    case ControlAsk::Edit:
        return "edit";
    }
    return {};
}

std::string lineOf(const ControlRequest& request)
{
    Json json = {{"ask", nameOf(request.ask)}};
    if (request.ask == ControlAsk::Edit) {
        json["table"] = tableToJson(request.edit.table);
        json["from"] = tableToJson(request.edit.from);
    }
    return jsonLine(json);
}

Result<ControlRequest> controlRequestFrom(std::string_view line)
{
    const auto json = parseJson(line, "the request");
    if (!json)
        return fail(json.error());
    if (!json->is_object())
        return fail(R"(a request is an object, for example {"ask": "state"})");
    ObjectReader reader(*json, "");
    ControlRequest request;
    std::string word;
    if (!reader.has("ask"))
        return fail(R"(a request has the key 'ask', for example {"ask": "state"})");
    reader.read("ask", word);
    if (const auto ask = parseAsk(word))
        request.ask = *ask;
    else
        reader.refuse(ask.error().message);
    if (request.ask == ControlAsk::Edit) {
        const auto table = tableUnder(reader, "table");
        if (!table)
            return fail(table.error());
        const auto from = tableUnder(reader, "from");
        if (!from)
            return fail(from.error());
        request.edit = {*table, *from};
    }
    TRY(reader.finish());
    return request;
}

std::string lineOf(const Result<ControlAnswer>& answer)
{
    return jsonLine(
        answer ? Json{{"state", nameOf(answer->state)}} : Json{{"error", answer.error().message}});
}

Result<ControlAnswer> controlAnswerFrom(std::string_view line)
{
    const auto json = parseJson(line, "the answer");
    if (!json)
        return fail(json.error());
    const auto textAt = [&](const char* key) {
        const auto found = json->is_object() ? json->find(key) : json->end();
        return found != json->end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    if (const std::string refusal = textAt("error"); !refusal.empty())
        return fail(refusal);
    const auto state = parseTrainerState(textAt("state"));
    if (!state)
        return fail(
            "what trains the run answers in another way than this version does; is one of them older?");
    return ControlAnswer{*state};
}

} // namespace mantissa
