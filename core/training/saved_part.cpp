// SPDX-License-Identifier: Apache-2.0
#include "core/training/saved_part.h"

#include <nlohmann/json.hpp>

namespace mantissa {

Json SavedParts::position() const
{
    Json position = Json::object();
    for (const SavedPart* part : m_parts)
        part->savePosition(position);
    return position;
}

Status SavedParts::takePosition(const Json& position)
{
    for (SavedPart* part : m_parts)
        TRY(part->takePosition(position));
    return {};
}

Json SavedParts::state() const
{
    Json state = {{"format", 1}};
    for (const SavedPart* part : m_parts)
        part->saveState(state);
    state.update(position());
    return state;
}

Status SavedParts::takeState(const Json& state)
{
    TRY(takePosition(state));
    for (SavedPart* part : m_parts)
        TRY(part->takeState(state));
    return {};
}

} // namespace mantissa
