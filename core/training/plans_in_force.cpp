// SPDX-License-Identifier: Apache-2.0
#include "core/training/plans_in_force.h"

#include <nlohmann/json.hpp>

namespace mantissa {

void PlansInForce::setChoices(const PresetChoices& choices)
{
    m_choices = choices;
    m_offload.forget();
    m_predict.reset();
}

ResolvedPlan PlansInForce::of(Phase phase) const
{
    ResolvedPlan plan = phase == Phase::Predict && m_predict ? *m_predict : m_choices.resolve(phase);
    if (m_raised && m_raised->phase == phase)
        plan.compute = plan.gradients = Precision::Fp32;
    if (m_isJumpOnTrial && phase == Phase::Correct
        && m_choices.resolve(Phase::Full).compute == Precision::Fp32)
        plan.compute = plan.gradients = Precision::Fp32;
    return plan;
}

RunConfig PlansInForce::config() const
{
    RunConfig config = m_config;
    config.choices = m_choices;
    return config;
}

EstimateInput PlansInForce::estimateInput() const
{
    EstimateInput input = m_config.estimateInput();
    input.choices = m_choices;
    return input;
}

void PlansInForce::saveState(Json& state) const
{
    state["table"] = tableToJson(m_choices.table);
    state["execution"] = nameOf(m_choices.execution);
    state["release_gradients"] = m_choices.releaseGradients;
    if (m_raised)
        state["raised"] = {{"phase", nameOf(m_raised->phase)}, {"until_step", m_raised->untilStep}};
}

Status PlansInForce::takeState(const Json& state)
{
    if (const auto raised = state.find("raised"); raised != state.end())
        if (const auto phase = parsePhase(raised->at("phase").get<std::string>()))
            m_raised = Raised{*phase, raised->at("until_step").get<std::int64_t>()};
    const auto table = tableFromJson(state.at("table"));
    if (!table)
        return fail(table.error());
    m_choices.table = *table;
    if (const auto execution
        = parseExecution(state.value("execution", std::string(nameOf(m_choices.execution)))))
        m_choices.execution = *execution;
    m_choices.releaseGradients = state.value("release_gradients", m_choices.releaseGradients);
    return {};
}

Status tellChoices(RunInHand& run, const PlansInForce& plans)
{
    TRY(run.emit(TableChanged{run.tick(), run.step(), plans.choices().table}));
    return run.tellSettings(plans.config());
}

} // namespace mantissa
