// SPDX-License-Identifier: Apache-2.0
#include "core/precision/table_edit.h"

namespace mantissa {

namespace {

template <class T> T merged(const T& wanted, const T& seen, const T& inForce)
{
    return wanted == seen ? inForce : wanted;
}

} // namespace

PrecisionTable applied(const TableEdit& edit, const PrecisionTable& inForce)
{
    const auto& [table, from] = edit;
    PrecisionTable result
        = inForce.withEnabled(merged(table.isEnabled(), from.isEnabled(), inForce.isEnabled()))
              .withAuto(merged(table.isAuto(), from.isAuto(), inForce.isAuto()))
              .withDefault(
                  merged(table.defaultPrecision(), from.defaultPrecision(), inForce.defaultPrecision()));
    for (const Phase phase : allPhases) {
        const PhasePlan& wanted = table.at(phase);
        const PhasePlan& seen = from.at(phase);
        const PhasePlan& now = inForce.at(phase);
        result = result.with(phase,
            {.compute = merged(wanted.compute, seen.compute, now.compute),
                .gradients = merged(wanted.gradients, seen.gradients, now.gradients),
                .activations = merged(wanted.activations, seen.activations, now.activations),
                .weights = merged(wanted.weights, seen.weights, now.weights),
                .remainder = merged(wanted.remainder, seen.remainder, now.remainder),
                .moments = merged(wanted.moments, seen.moments, now.moments)});
    }
    return result;
}

} // namespace mantissa
