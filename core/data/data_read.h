// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run read to learn from: its size and digest are the identity of the data, whatever the path.

#include "core/base/json.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mantissa {

struct DataRead {
    std::int64_t files = 0;
    std::int64_t bytes = 0; ///< as they are learned from: images unpacked
    std::string sha256{}; ///< of those bytes in the order they are read; empty: not known (an older run)
    std::int64_t trainingSamples = 0; ///< windows that do not overlap, rows, or images
    std::int64_t evaluationSamples = 0;
    std::int64_t trainingTokens = 0; ///< images count as one
    std::int64_t evaluationTokens = 0;
    std::int64_t trainedTokens = 0; ///< of trainingTokens, those that are learned; 0: all of them are
    std::vector<std::string> remarks{}; ///< what was left out, and what looks odd: sentences
    friend bool operator==(const DataRead&, const DataRead&) = default;

    bool isKnown() const { return !sha256.empty(); }
    double evaluationShare() const; ///< of the tokens, 0–1
    std::int64_t tokensPerSample() const; ///< to learn from, in the mean, rounded; at least 1
};

/// Both are known, and it was not the same that was read.
bool isOtherData(const DataRead& a, const DataRead& b);

/// "3 files, 1.2 MiB: 1,110,000 tokens to learn from …", for people.
std::string sentenceOf(const DataRead& read);
/// "1,234 bytes, SHA-256 0f3a…".
std::string shortIdentity(const DataRead& read);
/// Refuses what was found in place of what a run has learned from; `source` is where it was found.
Status checkSameData(const DataRead& expected, const DataRead& found, const std::string& source);

/// Null for what is not known.
Json toJson(const DataRead& read);
/// Lenient: what is missing or odd is not known.
DataRead dataReadFrom(const Json& json);

} // namespace mantissa
