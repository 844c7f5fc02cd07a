// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/plan_cell.h"

#include "ui/models/precision_table_model.h"
#include "ui/theme/format.h"

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

QStringList choicesOf(int column)
{
    switch (column) {
    case PrecisionTableModel::Compute:
        return {u"auto"_s, u"fp32"_s, u"bf16"_s, u"fp16"_s};
    case PrecisionTableModel::Gradients:
        return {u"same"_s, u"fp32"_s};
    case PrecisionTableModel::Activations:
        return {u"keep"_s, u"recompute"_s};
    default:
        return {u"device"_s, u"host"_s, u"disk"_s};
    }
}

bool applyChoice(PhasePlan& plan, int column, const QString& choice)
{
    const std::string name = choice.toStdString();
    switch (column) {
    case PrecisionTableModel::Compute:
        if (name == "auto")
            plan.compute.reset();
        else if (const auto precision = parsePrecision(name))
            plan.compute = *precision;
        else
            return false;
        return true;
    case PrecisionTableModel::Gradients:
        if (const auto format = parseGradientFormat(name)) {
            plan.gradients = *format;
            return true;
        }
        return false;
    case PrecisionTableModel::Activations:
        if (const auto policy = parseActivationPolicy(name)) {
            plan.activations = *policy;
            return true;
        }
        return false;
    default:
        if (const auto tier = parseTier(name)) {
            (column == PrecisionTableModel::Weights            ? plan.weights
                    : column == PrecisionTableModel::Remainder ? plan.remainder
                                                               : plan.moments)
                = *tier;
            return true;
        }
        return false;
    }
}

QString choiceAt(const PrecisionTable& table, int row, int column)
{
    const PhasePlan& plan = table.at(allPhases[static_cast<std::size_t>(row)]);
    switch (column) {
    case PrecisionTableModel::Compute:
        return plan.compute ? text(nameOf(*plan.compute)) : u"auto"_s;
    case PrecisionTableModel::Gradients:
        return text(nameOf(plan.gradients));
    case PrecisionTableModel::Activations:
        return text(nameOf(plan.activations));
    case PrecisionTableModel::Weights:
        return text(nameOf(plan.weights));
    case PrecisionTableModel::Remainder:
        return text(nameOf(plan.remainder));
    default:
        return text(nameOf(plan.moments));
    }
}

QStringList columnTitles()
{
    return {PrecisionTableModel::tr("Compute"), PrecisionTableModel::tr("Gradients"),
        PrecisionTableModel::tr("Activations"), PrecisionTableModel::tr("Weights"),
        PrecisionTableModel::tr("Remainder"), PrecisionTableModel::tr("Moments")};
}

QString whatItIs(Phase phase)
{
    switch (phase) {
    case Phase::Warmup:
        return PrecisionTableModel::tr("The first steps of the run, once, while the learning rate rises.");
    case Phase::Full:
        return PrecisionTableModel::tr(
            "Blocks of ordinary training steps; between them come Predict and Correct.");
    case Phase::Predict:
        return PrecisionTableModel::tr("Forward passes only: looks for an average of the last weights that "
                                       "has a lower loss. Training goes on from the exact weights.");
    case Phase::Correct:
        return PrecisionTableModel::tr("A few training steps after Predict, before the next Full block.");
    }
    Q_UNREACHABLE();
}

QString whatItMeans(int column)
{
    switch (column) {
    case PrecisionTableModel::Compute:
        return PrecisionTableModel::tr("Format of the weights as matrix products read them, and of "
                                       "activations.\nThe exact FP32 value of every weight is kept.");
    case PrecisionTableModel::Gradients:
        return PrecisionTableModel::tr(
            "Format gradients accumulate in; sums over micro-batches are FP32 in either case.");
    case PrecisionTableModel::Activations:
        return PrecisionTableModel::tr(
            "What backward keeps of the forward pass; what is recomputed costs time and changes no bit.");
    case PrecisionTableModel::Weights:
        return PrecisionTableModel::tr("Where the weights rest between uses; off Device the execution has to "
                                       "be layerwise, as in the preset Smallest.");
    case PrecisionTableModel::Remainder:
        return PrecisionTableModel::tr(
            "Where the exact low half of 16-bit weights rests; without effect under FP32.");
    default:
        return PrecisionTableModel::tr("Where the optimizer's moments rest in this phase.");
    }
}

} // namespace mantissa::ui
