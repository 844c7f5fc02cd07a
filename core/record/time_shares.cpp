// SPDX-License-Identifier: Apache-2.0
#include "core/record/time_shares.h"

#include "core/base/file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <numeric>

namespace mantissa {

namespace {

constexpr int schema = 1;
constexpr double leastShown = 0.0005; // 0.1 % once rounded

} // namespace

std::string_view nameOf(WorkKind kind)
{
    switch (kind) {
    case WorkKind::Forward:
        return "forward";
    case WorkKind::Backward:
        return "backward";
    case WorkKind::Update:
        return "update";
    case WorkKind::Cast:
        return "cast";
    case WorkKind::Move:
        return "move";
    case WorkKind::Disk:
        return "disk";
    case WorkKind::Data:
        return "data";
    case WorkKind::Evaluation:
        return "evaluation";
    case WorkKind::Log:
        return "log";
    case WorkKind::Other:
        return "other";
    }
    return {};
}

double TimeShares::total() const { return std::accumulate(seconds.begin(), seconds.end(), 0.0); }

double TimeShares::share(WorkKind kind) const
{
    const double all = total();
    return all > 0 ? at(kind) / all : 0;
}

std::string sentenceOf(const TimeShares& shares)
{
    std::string words;
    for (const WorkKind kind : allWorkKinds)
        if (shares.share(kind) >= leastShown)
            words += fmt::format(
                "{}{} {:.1f} %", words.empty() ? "" : ", ", nameOf(kind), 100 * shares.share(kind));
    return words;
}

Json toJson(const TimeShares& shares)
{
    Json byKind = Json::object();
    for (const WorkKind kind : allWorkKinds)
        byKind[std::string(nameOf(kind))] = shares.share(kind);
    return {
        {"schema_version", schema}, {"ticks", shares.ticks}, {"seconds", shares.total()}, {"shares", byKind}};
}

std::filesystem::path timeSharesFile(const std::filesystem::path& runFolder)
{
    return runFolder / "profile_shares.json";
}

Status writeTimeShares(const std::filesystem::path& runFolder, const TimeShares& shares)
{
    return writeFileAtomically(timeSharesFile(runFolder), jsonText(toJson(shares)) + "\n");
}

std::optional<TimeShares> readTimeShares(const std::filesystem::path& runFolder)
try {
    const auto json = readJsonFile(timeSharesFile(runFolder));
    if (!json || json->at("schema_version").get<int>() != schema)
        return std::nullopt;
    TimeShares shares{.ticks = json->at("ticks").get<std::int64_t>()};
    const auto seconds = json->at("seconds").get<double>();
    for (const WorkKind kind : allWorkKinds) {
        shares.at(kind) = seconds * json->at("shares").at(std::string(nameOf(kind))).get<double>();
        if (!std::isfinite(shares.at(kind)) || shares.at(kind) < 0)
            return std::nullopt;
    }
    return shares;
} catch (const Json::exception&) {
    return std::nullopt; // written anew by the next profile
}

} // namespace mantissa
