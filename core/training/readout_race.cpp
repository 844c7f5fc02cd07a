// SPDX-License-Identifier: Apache-2.0
#include "core/training/readout_race.h"

#include "core/base/statistics.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

const std::vector<double> allLeads{0, 0.25, 0.5, 1, 2};
constexpr std::int64_t leastRetests = 3; // an interval of fewer says little
constexpr std::int64_t leastToChoose = 2 * leastRetests;

} // namespace

std::int64_t windowLength(const PhasesConfig& phases) { return std::min(phases.fullSteps, longestWindow); }

ReadoutRace::ReadoutRace(std::int64_t probes, std::int64_t batchRows, bool hasBefore)
    : m_probes(probes)
    , m_batchRows(batchRows)
    , m_hasBefore(hasBefore)
{
    const bool chooses = hasBefore && probes >= leastToChoose;
    m_selecting = chooses ? probes / 2 : 0;
    m_leads = chooses ? allLeads : std::vector<double>{0};
}

std::int64_t ReadoutRace::rows() const
{
    const auto passes = static_cast<std::int64_t>(m_leads.size()) + 1;
    return std::clamp<std::int64_t>(m_batchRows / passes, 1, m_batchRows);
}

void ReadoutRace::probed(double loss, const std::vector<double>& readoutLosses)
{
    m_done.push_back({loss, m_leads, readoutLosses});
    halve();
}

double ReadoutRace::meanGain(double lead) const
{
    double sum = 0;
    std::int64_t n = 0;
    for (const Probe& probe : m_done)
        for (std::size_t i = 0; i < probe.leads.size() && i < probe.readoutLosses.size(); ++i)
            if (probe.leads[i] == lead && std::isfinite(probe.loss - probe.readoutLosses[i])) {
                sum += probe.loss - probe.readoutLosses[i];
                ++n;
            }
    return n > 0 ? sum / static_cast<double>(n) : -INFINITY;
}

/// After half of the choosing two are left, after all of it one.
void ReadoutRace::halve()
{
    const std::size_t left = ahead() >= m_selecting ? 1 : 2 * ahead() >= m_selecting ? 2 : m_leads.size();
    if (m_leads.size() <= left)
        return;
    std::stable_sort(
        m_leads.begin(), m_leads.end(), [&](double a, double b) { return meanGain(a) > meanGain(b); });
    m_leads.resize(left);
}

double ReadoutRace::winner() const
{
    return *std::max_element(
        m_leads.begin(), m_leads.end(), [&](double a, double b) { return meanGain(a) < meanGain(b); });
}

double ReadoutRace::winnersLoss(
    const std::vector<double>& readoutLosses, const std::vector<double>& leads) const
{
    const auto found = std::find(leads.begin(), leads.end(), winner());
    const auto at = static_cast<std::size_t>(found - leads.begin());
    return at < readoutLosses.size() ? readoutLosses[at] : NAN;
}

ReadoutRace::Verdict ReadoutRace::verdict(double threshold) const
{
    std::vector<double> gains;
    for (std::size_t i = static_cast<std::size_t>(m_selecting); i < m_done.size(); ++i)
        if (!m_done[i].readoutLosses.empty() && std::isfinite(m_done[i].loss - m_done[i].readoutLosses[0]))
            gains.push_back(m_done[i].loss - m_done[i].readoutLosses[0]);
    Verdict verdict{.lead = winner(), .retests = static_cast<std::int64_t>(gains.size()), .wanted = m_probes};
    const auto interval = meanInterval(gains);
    if (!interval)
        return verdict;
    const auto n = static_cast<double>(interval->n);
    verdict.meanGain = interval->mean;
    verdict.gainSpread = interval->standardError;
    verdict.confidence = interval->standardError > 0
        ? studentCdf(interval->mean / interval->standardError, n - 1)
        : interval->mean > 0 ? 1.0
                             : 0.0;
    if (interval->mean <= 0)
        return verdict;
    // twice the threshold's quantile: so sure that noise seldom refuses a gain of this size
    const double quantile = 2 * studentQuantile(std::clamp(threshold, 0.5, 0.999), n - 1);
    const double ratio = quantile * interval->standardError * std::sqrt(n) / interval->mean;
    const double wanted = std::ceil(std::min(1e9, ratio * ratio));
    verdict.wanted = 2 * std::max(leastRetests, static_cast<std::int64_t>(wanted)); // half of a block chooses
    return verdict;
}

Json ReadoutRace::state() const
{
    Json done = Json::array();
    for (const Probe& probe : m_done) {
        Json losses = Json::array({jsonNumber(probe.loss)});
        for (const double loss : probe.readoutLosses)
            losses.push_back(jsonNumber(loss));
        done.push_back(losses);
    }
    return {{"probes", m_probes}, {"batch_rows", m_batchRows}, {"has_before", m_hasBefore}, {"done", done}};
}

Result<ReadoutRace> ReadoutRace::from(const Json& state)
try {
    ReadoutRace race(state.at("probes").get<std::int64_t>(), state.at("batch_rows").get<std::int64_t>(),
        state.at("has_before").get<bool>());
    for (const Json& probe : state.at("done")) {
        std::vector<double> losses;
        for (std::size_t i = 1; i < probe.size(); ++i)
            losses.push_back(numberFrom(probe[i]));
        race.probed(numberFrom(probe.at(0)), losses);
    }
    return race;
} catch (const Json::exception& e) {
    return fail(std::string("the checkpoint's Predict cannot be read: ") + e.what());
}

} // namespace mantissa
