// SPDX-License-Identifier: Apache-2.0
#pragma once

// What encoding works in: lent to one thread at a time, and kept with the words that it knows already.

#include "core/data/tokenizer/bpe.h"
#include "core/data/tokenizer/pattern.h"
#include "core/data/tokenizer/word_cache.h"

#include <memory>
#include <mutex>
#include <vector>

namespace mantissa {

struct EncodeRoom {
    MatchRoom match;
    BpeRoom bpe;
    WordCache known;
    std::vector<WordToken> tokens; ///< of the word in hand
};

class EncodeRooms {
public:
    /// Gives the room back when it goes.
    class Lent {
    public:
        Lent(EncodeRooms& rooms, std::unique_ptr<EncodeRoom> room)
            : m_rooms(rooms)
            , m_room(std::move(room))
        {
        }
        ~Lent() { m_rooms.giveBack(std::move(m_room)); }
        Lent(const Lent&) = delete;
        Lent& operator=(const Lent&) = delete;
        EncodeRoom& operator*() { return *m_room; }

    private:
        EncodeRooms& m_rooms;
        std::unique_ptr<EncodeRoom> m_room;
    };

    Lent lend()
    {
        const std::lock_guard lock(m_mutex);
        if (m_free.empty())
            return {*this, std::make_unique<EncodeRoom>()};
        auto room = std::move(m_free.back());
        m_free.pop_back();
        return {*this, std::move(room)};
    }

private:
    void giveBack(std::unique_ptr<EncodeRoom> room)
    {
        const std::lock_guard lock(m_mutex);
        m_free.push_back(std::move(room));
    }

    std::mutex m_mutex;
    std::vector<std::unique_ptr<EncodeRoom>> m_free; // guarded by m_mutex
};

} // namespace mantissa
