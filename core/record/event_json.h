// SPDX-License-Identifier: Apache-2.0
#pragma once

// How lines of events.jsonl are read and written: for the sources in this folder that know a kind of event.

#include "core/base/json.h"
#include "core/memory/memory_reading.h"
#include "core/record/card_record.h"
#include "core/record/numbers_measured.h"
#include "core/record/predict_events.h"
#include "core/record/text_record.h"

#include <string>

namespace mantissa {

/// Lenient reading of a line: a missing or odd key leaves the default.
class LineReader {
public:
    explicit LineReader(const Json& json)
        : m_json(json)
    {
    }
    void operator()(const char* key, std::int64_t& value) const;
    void operator()(const char* key, double& value) const;
    void operator()(const char* key, bool& value) const;
    void operator()(const char* key, std::string& value) const;
    void operator()(const char* key, MemoryReading& value) const;
    void operator()(const char* key, std::vector<double>& value) const;
    template <class T, class Parse> void named(const char* key, T& value, Parse parse) const
    {
        std::string text;
        (*this)(key, text);
        if (const auto parsed = parse(text))
            value = *parsed;
    }
    /// Null when the key is missing.
    const Json* find(const char* key) const;

private:
    const Json& m_json;
};

/// Bytes by the names of their classes; zeros are left out.
Json classesToJson(const MemoryComposition& composition);
MemoryComposition classesFrom(const Json& classes);
Json toJson(const MemoryReading& reading);
Json jsonNumbers(const std::vector<double>& values);

Json write(const ProbeDone& e);
Json write(const PredictJudged& e);
Json write(const AnnealedEstimated& e);
Json write(const JumpMade& e);
Json write(const JumpJudged& e);
Json write(const NumbersMeasured& e);
Json write(const CardMeasured& e);
Json write(const TextWritten& e);
void read(const LineReader& r, ProbeDone& e);
void read(const LineReader& r, PredictJudged& e);
void read(const LineReader& r, AnnealedEstimated& e);
void read(const LineReader& r, JumpMade& e);
void read(const LineReader& r, JumpJudged& e);
void read(const LineReader& r, NumbersMeasured& e);
void read(const LineReader& r, CardMeasured& e);
void read(const LineReader& r, TextWritten& e);

} // namespace mantissa
