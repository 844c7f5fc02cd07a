// SPDX-License-Identifier: Apache-2.0
#pragma once

// What of the trainer goes with the run: each part adds its keys to one JSON object and reads them back. A
// position is what a roll-back takes back too; the rest only a later process needs. Trainer thread.

#include "core/base/json.h"

#include <vector>

namespace mantissa {

class SavedPart {
public:
    virtual ~SavedPart() = default;
    virtual void savePosition(Json& /*position*/) const { }
    /// Like takeState(), may throw Json::exception for what is missing or of another kind.
    virtual Status takePosition(const Json& /*position*/) { return {}; }
    virtual void saveState(Json& /*state*/) const { }
    virtual Status takeState(const Json& /*state*/) { return {}; }
};

/// All parts of one trainer.
class SavedParts {
public:
    /// In the order in which they are read; each outlives this.
    void set(std::vector<SavedPart*> parts) { m_parts = std::move(parts); }

    Json position() const;
    Status takePosition(const Json& position);
    /// The position and the rest: trainer_state.json.
    Json state() const;
    Status takeState(const Json& state);

private:
    std::vector<SavedPart*> m_parts{};
};

} // namespace mantissa
