// SPDX-License-Identifier: Apache-2.0
#include "core/data/data_read.h"

#include "core/base/units.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace mantissa {

std::int64_t DataRead::tokensPerSample() const
{
    return trainingSamples > 0
        ? std::max<std::int64_t>(1, (trainingTokens + trainingSamples / 2) / trainingSamples)
        : 1;
}

double DataRead::evaluationShare() const
{
    const std::int64_t all = trainingTokens + evaluationTokens;
    return all > 0 ? static_cast<double>(evaluationTokens) / static_cast<double>(all) : 0;
}

bool isOtherData(const DataRead& a, const DataRead& b)
{
    return a.isKnown() && b.isKnown() && (a.bytes != b.bytes || a.sha256 != b.sha256);
}

std::string shortIdentity(const DataRead& read)
{
    if (!read.isKnown())
        return "not known";
    constexpr std::size_t enough = 12; // digits that tell files apart for people
    return fmt::format("{} bytes, SHA-256 {}…", formatCount(read.bytes), read.sha256.substr(0, enough));
}

std::string sentenceOf(const DataRead& read)
{
    return fmt::format(
        "read {} {}, {} ({}): {} samples of {} tokens{} to learn from, {} of {} ({:.1f} %) for "
        "evaluation",
        formatCount(read.files), read.files == 1 ? "file" : "files", formatBytes(read.bytes),
        shortIdentity(read), formatCount(read.trainingSamples), formatCount(read.trainingTokens),
        read.trainedTokens > 0 ? fmt::format(" ({} of them learned)", formatCount(read.trainedTokens)) : "",
        formatCount(read.evaluationSamples), formatCount(read.evaluationTokens),
        100 * read.evaluationShare());
}

Status checkSameData(const DataRead& expected, const DataRead& found, const std::string& source)
{
    if (!isOtherData(expected, found))
        return {};
    return fail(fmt::format("the data in {} are not those that were learned from so far ({} then, {} now): "
                            "put those back, name where they are (--set data.source=…), or train a new "
                            "run on these",
                    source, shortIdentity(expected), shortIdentity(found)),
        ExitCode::Usage);
}

Json toJson(const DataRead& read)
{
    if (!read.isKnown())
        return {};
    Json json{{"files", read.files}, {"bytes", read.bytes}, {"sha256", read.sha256},
        {"samples", read.trainingSamples}, {"evaluation_samples", read.evaluationSamples},
        {"tokens", read.trainingTokens}, {"evaluation_tokens", read.evaluationTokens},
        {"evaluation_share", read.evaluationShare()}, {"remarks", read.remarks}};
    if (read.trainedTokens > 0)
        json["trained_tokens"] = read.trainedTokens;
    return json;
}

DataRead dataReadFrom(const Json& json)
{
    DataRead read;
    if (!json.is_object())
        return read;
    const auto whole = [&](const char* key, std::int64_t& value) {
        if (const auto found = json.find(key); found != json.end() && found->is_number_integer())
            value = found->get<std::int64_t>();
    };
    whole("files", read.files);
    whole("bytes", read.bytes);
    whole("samples", read.trainingSamples);
    whole("evaluation_samples", read.evaluationSamples);
    whole("tokens", read.trainingTokens);
    whole("evaluation_tokens", read.evaluationTokens);
    whole("trained_tokens", read.trainedTokens);
    if (const auto found = json.find("sha256"); found != json.end() && found->is_string())
        read.sha256 = found->get<std::string>();
    if (const auto found = json.find("remarks"); found != json.end() && found->is_array())
        for (const Json& remark : *found)
            if (remark.is_string())
                read.remarks.push_back(remark.get<std::string>());
    return read;
}

} // namespace mantissa
