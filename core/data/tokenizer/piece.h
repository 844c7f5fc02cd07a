// SPDX-License-Identifier: Apache-2.0
#pragma once

// A stretch of text on its way from what the user wrote to the model, and where each of its bytes came from.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

/// Views: whoever made the text keeps it.
struct Piece {
    std::string_view text{};
    std::size_t begin = 0; ///< in the original, where the text is a part of it
    const std::size_t* origins
        = nullptr; ///< in the original, for each byte and the end, where it was changed
    bool isFirst = false; ///< nothing stands before it in the original
    bool isTraced = true; ///< somebody asks what stands where; otherwise eight bytes a byte are saved

    std::size_t originAt(std::size_t at) const { return origins ? origins[at] : begin + at; }
    Piece part(std::size_t from, std::size_t to) const
    {
        return {text.substr(from, to - from), begin + from, origins ? origins + from : nullptr,
            isFirst && from == 0, isTraced};
    }
};

using TakePiece = std::function<void(const Piece&)>;

/// Writes what becomes of a piece, from left to right. A text that is kept as it was is not copied.
class PieceWriter {
public:
    explicit PieceWriter(const Piece& source)
        : m_source(source)
    {
    }
    PieceWriter(const PieceWriter&) = delete;
    PieceWriter& operator=(const PieceWriter&) = delete;

    /// The bytes from `from` to `to` as they are; what was not told is left out.
    void keep(std::size_t from, std::size_t to);
    /// `text` in place of the bytes from `from` to `to`.
    void put(std::string_view text, std::size_t from, std::size_t to);
    /// What was written; lives as long as the writer and its source.
    Piece finish();

private:
    void diverge();

    Piece m_source;
    bool m_isSame = true;
    std::size_t m_done = 0; ///< of the source
    std::string m_text;
    std::vector<std::size_t> m_origins;
};

} // namespace mantissa
