// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run's model wrote while it was trained: the same prompt again and again, to be read side by side.

#include <cstdint>
#include <string>
#include <vector>

namespace mantissa {

struct TextWritten {
    std::int64_t tick = 0; ///< the next row
    std::int64_t step = 0; ///< updates done
    std::string prompt{};
    std::string text{}; ///< without the prompt
    double seconds = 0;
};

/// Part of a Run.
class TextRecord {
public:
    void add(const TextWritten& event) { m_texts.push_back(event); }
    /// A process begins at this row; later ones are void.
    void truncate(std::int64_t tick)
    {
        std::erase_if(m_texts, [tick](const TextWritten& e) { return e.tick > tick; });
    }
    /// Oldest first.
    const std::vector<TextWritten>& all() const { return m_texts; }

private:
    std::vector<TextWritten> m_texts{};
};

} // namespace mantissa
