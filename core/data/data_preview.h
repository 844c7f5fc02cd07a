// SPDX-License-Identifier: Apache-2.0
#pragma once

// What rows look like before anything is trained on them: numbers, and the first rows token by token with
// what of them is learned. A value; a page or the command line shows it.

#include "core/data/rows/row_source.h"

#include <string>
#include <vector>

namespace mantissa {

/// One token, or several where a character takes more than one; texts of a row joined are the row.
struct PreviewToken {
    std::string text{}; ///< UTF-8
    bool isTrained = false;
    std::int64_t tokens = 1;
    friend bool operator==(const PreviewToken&, const PreviewToken&) = default;
};

struct PreviewRow {
    std::int64_t number = 0; ///< in its file, from 1
    std::int64_t length = 0; ///< tokens of the whole row; fewer may stand here
    std::vector<PreviewToken> tokens{};
    bool isWhole() const;
};

struct DataPreview {
    std::string shape{};
    std::string templateName{}; ///< empty for texts
    RowSetFacts training{};
    RowSetFacts evaluation{};
    DataRead read{};
    std::vector<PreviewRow> rows{}; ///< the first to learn from
};

/// Of the first `rows` rows to learn from, at most `tokens` tokens each.
DataPreview previewOf(
    const RowsRead& read, const Tokenizer& tokenizer, std::int64_t rows, std::int64_t tokens = 400);

/// For people, in lines: numbers, remarks.
std::vector<std::string> sentencesOf(const DataPreview& preview);

} // namespace mantissa
