// SPDX-License-Identifier: Apache-2.0
#include "core/training/loss_scale.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace mantissa {

namespace {

constexpr std::int64_t growthInterval = 2000;
constexpr double highest = 16777216; // 2^24
constexpr double lowest = 1;
constexpr std::size_t watched = 100;
constexpr std::ptrdiff_t hopelessSkips = 20;

} // namespace

void LossScale::stepDone(bool overflow)
{
    m_recent.push_back(overflow);
    if (m_recent.size() > watched)
        m_recent.pop_front();
    if (overflow) {
        m_value = std::max(lowest, m_value / 2);
        m_cleanSteps = 0;
    } else if (++m_cleanSteps == growthInterval) {
        m_value = std::min(highest, m_value * 2);
        m_cleanSteps = 0;
    }
}

bool LossScale::isHopeless() const
{
    return std::count(m_recent.begin(), m_recent.end(), true) >= hopelessSkips;
}

Json LossScale::state() const
{
    return {{"value", m_value}, {"clean_steps", m_cleanSteps},
        {"recent", std::vector<bool>(m_recent.begin(), m_recent.end())}};
}

Status LossScale::restore(const Json& state)
try {
    m_value = std::clamp(state.at("value").get<double>(), lowest, highest);
    m_cleanSteps = state.at("clean_steps").get<std::int64_t>();
    const auto recent = state.at("recent").get<std::vector<bool>>();
    m_recent.assign(recent.begin(), recent.end());
    return {};
} catch (const Json::exception& e) {
    return fail(std::string("the checkpoint's loss scale cannot be read: ") + e.what());
}

} // namespace mantissa
