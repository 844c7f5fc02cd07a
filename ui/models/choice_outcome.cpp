// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/choice_outcome.h"

#include "core/record/device_choice.h"
#include "ui/models/precision_table_model.h"
#include "ui/theme/format.h"

namespace mantissa::ui {

namespace {

QString costOf(const ResolvedPlan& plan, Phase phase, int column, bool isEmulated)
{
    switch (column) {
    case PrecisionTableModel::Compute:
        return isEmulated
            ? QObject::tr("Emulated here: products go through FP32, so it saves memory and costs time.")
            : plan.compute == Precision::Fp16 && phase != Phase::Predict
            ? QObject::tr("A loss scale guards its narrow range; steps that overflow are skipped.")
            : QString();
    case PrecisionTableModel::Activations:
        return plan.activations == ActivationPolicy::Keep
            ? QString()
            : QObject::tr("Each block's forward pass is done twice, with the same bits.");
    case PrecisionTableModel::Weights:
        return plan.weights == Tier::Device
            ? QString()
            : QObject::tr("Each block's weights are fetched before every use.");
    case PrecisionTableModel::Remainder:
        return plan.remainder == Tier::Device
            ? QString()
            : QObject::tr("Fetched where weights are updated or needed in FP32.");
    case PrecisionTableModel::Moments:
        return plan.moments == Tier::Device ? QString()
            : phase == Phase::Predict ? QObject::tr("Moved out once as the phase begins and back at its end.")
                                      : QObject::tr("Fetched and put back by every update.");
    default:
        return {};
    }
}

} // namespace

ChoiceOutcome outcomeOf(const RunConfig& config, int row, int column, const QString& choice)
{
    ChoiceOutcome outcome;
    const auto table = PrecisionTableModel::withChoice(config.choices.table, {row, column, choice});
    if (!table) {
        outcome.refusal = messageText(table.error().message);
        return outcome;
    }
    RunConfig changed = config;
    changed.choices.table = *table;
    if (const Status status = check(changed); !status) {
        outcome.refusal = messageText(status.error().message);
        return outcome;
    }
    const Phase phase = allPhases[static_cast<std::size_t>(row)];
    const ResolvedPlan plan = changed.choices.resolve(phase);
    const Estimate estimate = estimateMemory(changed.estimateInput());
    outcome.phaseBytes = estimate.byPhase[indexOf(phase)] ? estimate.byPhase[indexOf(phase)]->total() : 0;
    outcome.peakBytes = estimate.peakDeviceBytes();
    outcome.compute = plan.compute;
    outcome.isEmulated = column == PrecisionTableModel::Compute && computesOnCpu(config.memory.device)
        && emulatedOnThisCpu(plan.compute);
    outcome.cost = costOf(plan, phase, column, outcome.isEmulated);
    return outcome;
}

} // namespace mantissa::ui
