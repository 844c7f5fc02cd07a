// SPDX-License-Identifier: Apache-2.0
#include "core/training/divergence.h"

#include "core/base/statistics.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace mantissa {

namespace {

constexpr std::size_t trend = 100; // steps that say what is usual
constexpr std::size_t enough = 50; // fewer say nothing
constexpr std::size_t recent = 8; // steps that say what is now
constexpr std::size_t atFirst = 10; // steps that say where training began
constexpr std::int64_t quiet = 50; // steps
constexpr double sigmaFloor
    = 0.01; // of the loss: a trend without noise is no reason to see sigmas in everything
constexpr double sigmasOfMad = 1.4826; // of a normal distribution
constexpr double lostGain = 0.25; // of what training had gained
constexpr double normCaution = 10;
constexpr double normLimit = 100;
constexpr double swingCaution = -0.5; // independent batches: 0 ± 0.1
constexpr double swingLimit = -0.8;
constexpr double swingSize = 0.02; // of the loss

using Values = std::deque<double>;

std::vector<double> first(const Values& values, std::size_t leaveOut)
{
    return {values.begin(), values.end() - static_cast<std::ptrdiff_t>(leaveOut)};
}

std::vector<double> last(const Values& values, std::size_t n)
{
    return {values.end() - static_cast<std::ptrdiff_t>(std::min(n, values.size())), values.end()};
}

void append(Values& values, double value)
{
    values.push_back(value);
    if (values.size() > trend + recent)
        values.pop_front();
}

} // namespace

DivergenceFinding DivergenceMonitor::probeDone(double loss)
{
    if (std::isfinite(loss))
        return {};
    return {.level = DivergenceLevel::Warning, .signal = DivergenceSignal::NotFinite, .value = NAN};
}

DivergenceFinding DivergenceMonitor::stepDone(double loss, double gradNorm)
{
    if (!std::isfinite(loss) || !std::isfinite(gradNorm))
        return {.level = DivergenceLevel::Critical, .signal = DivergenceSignal::NotFinite, .value = NAN};
    ++m_seen;
    append(m_losses, loss);
    append(m_norms, gradNorm);
    if (m_losses.size() == atFirst && m_firstLoss == 0)
        m_firstLoss = m_bestLoss = medianOf(first(m_losses, 0));
    if (m_losses.size() >= enough + recent)
        m_bestLoss = std::min(m_bestLoss, medianOf(first(m_losses, recent)));
    const DivergenceFinding finding = judge();
    if (finding.level == DivergenceLevel::Normal || finding.level == DivergenceLevel::Critical)
        return finding;
    if (m_seen < m_quietUntil && finding.level <= m_told)
        return {};
    m_quietUntil = m_seen + quiet;
    m_told = finding.level;
    return finding;
}

DivergenceFinding DivergenceMonitor::judge() const
{
    if (m_losses.size() < enough + recent)
        return {};
    const DivergenceFinding findings[] = {judgeLoss(), judgeNorm(), judgeSwing()};
    return *std::max_element(std::begin(findings), std::end(findings),
        [](const DivergenceFinding& a, const DivergenceFinding& b) { return a.level < b.level; });
}

double DivergenceMonitor::sigmasAbove(double loss) const
{
    std::vector<double> usual = first(m_losses, recent);
    const double middle = medianOf(usual);
    for (double& value : usual)
        value = std::abs(value - middle);
    return (loss - middle) / std::max(sigmasOfMad * medianOf(usual), sigmaFloor * std::abs(middle));
}

DivergenceFinding DivergenceMonitor::judgeLoss() const
{
    DivergenceFinding finding{.signal = DivergenceSignal::Loss};
    const double now = medianOf(last(m_losses, recent));
    const double usual = medianOf(first(m_losses, recent));
    finding.value = sigmasAbove(now);
    const double gained = m_firstLoss - m_bestLoss;
    if (finding.value > 2 * m_threshold && now - usual > lostGain * gained)
        finding.level = DivergenceLevel::Critical, finding.limit = 2 * m_threshold;
    else if (finding.value > m_threshold)
        finding.level = DivergenceLevel::Warning, finding.limit = m_threshold;
    else if ((finding.value = sigmasAbove(m_losses.back())) > 2 * m_threshold)
        finding.level = DivergenceLevel::Caution, finding.limit = 2 * m_threshold;
    return finding;
}

DivergenceFinding DivergenceMonitor::judgeNorm() const
{
    DivergenceFinding finding{.signal = DivergenceSignal::GradientNorm};
    const double usual = medianOf(first(m_norms, recent));
    if (usual <= 0)
        return finding;
    const double now = medianOf(last(m_norms, recent)) / usual;
    finding.value = m_norms.back() / usual;
    finding.limit = normLimit;
    if (now > normLimit)
        finding.level = DivergenceLevel::Critical, finding.value = now;
    else if (finding.value > normLimit)
        finding.level = DivergenceLevel::Warning;
    else if (finding.value > normCaution)
        finding.level = DivergenceLevel::Caution, finding.limit = normCaution;
    return finding;
}

DivergenceFinding DivergenceMonitor::judgeSwing() const
{
    // neighbours around the straight line through the losses
    const auto n = static_cast<double>(m_losses.size());
    double meanLoss = 0;
    for (const double loss : m_losses)
        meanLoss += loss / n;
    const double meanPlace = (n - 1) / 2;
    double slope = 0;
    double spread = 0;
    for (std::size_t i = 0; i < m_losses.size(); ++i) {
        const double place = static_cast<double>(i) - meanPlace;
        slope += place * (m_losses[i] - meanLoss);
        spread += place * place;
    }
    slope /= spread;
    double variance = 0;
    double neighbours = 0;
    double before = 0;
    for (std::size_t i = 0; i < m_losses.size(); ++i) {
        const double rest = m_losses[i] - meanLoss - slope * (static_cast<double>(i) - meanPlace);
        variance += rest * rest;
        neighbours += i > 0 ? rest * before : 0;
        before = rest;
    }
    DivergenceFinding finding{.signal = DivergenceSignal::Oscillation};
    if (std::sqrt(variance / n) <= swingSize * std::abs(meanLoss))
        return finding;
    finding.value = neighbours / variance;
    if (finding.value < swingLimit)
        finding.level = DivergenceLevel::Warning, finding.limit = swingLimit;
    else if (finding.value < swingCaution)
        finding.level = DivergenceLevel::Caution, finding.limit = swingCaution;
    return finding;
}

bool DivergenceMonitor::isCalm() const
{
    if (m_losses.size() < enough + recent)
        return true;
    return sigmasAbove(medianOf(last(m_losses, recent))) < m_threshold / 2
        && judgeNorm().level == DivergenceLevel::Normal;
}

Json DivergenceMonitor::state() const
{
    return {{"losses", m_losses}, {"grad_norms", m_norms}, {"first_loss", m_firstLoss},
        {"best_loss", m_bestLoss}, {"seen", m_seen}, {"quiet_until", m_quietUntil}, {"told", nameOf(m_told)}};
}

Status DivergenceMonitor::restore(const Json& state)
try {
    DivergenceMonitor read(m_threshold);
    read.m_losses = state.at("losses").get<Values>();
    read.m_norms = state.at("grad_norms").get<Values>();
    read.m_firstLoss = state.at("first_loss").get<double>();
    read.m_bestLoss = state.at("best_loss").get<double>();
    read.m_seen = state.at("seen").get<std::int64_t>();
    read.m_quietUntil = state.at("quiet_until").get<std::int64_t>();
    const auto told = parseDivergenceLevel(state.at("told").get<std::string>());
    if (!told)
        return fail(told.error());
    read.m_told = *told;
    if (read.m_losses.size() != read.m_norms.size() || read.m_losses.size() > trend + recent)
        return fail(
            "the checkpoint's divergence monitor holds other than losses and norms of the last steps");
    *this = std::move(read);
    return {};
} catch (const Json::exception& e) {
    return fail(std::string("the checkpoint's divergence monitor cannot be read: ") + e.what());
}

} // namespace mantissa
