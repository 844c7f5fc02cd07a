// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/states_file.h"

#include "core/model/family.h"
#include "core/torch/state/unit_layout.h"

#include <fmt/format.h>

namespace mantissa {

ResolvedPlan firstPlan(const RunConfig& config)
{
    const bool isFixed = config.phases.schedule == PhaseSchedule::Fixed;
    const Phase phase = isFixed         ? config.phases.segments.front().phase
        : config.phases.warmupSteps > 0 ? Phase::Warmup
                                        : Phase::Full;
    return config.choices.resolve(phase);
}

ResolvedPlan startingPlan(const EngineSetup& setup)
{
    for (const Phase phase : allPhases)
        if (const ResolvedPlan plan = setup.config.choices.resolve(phase); setup.goesOn && restsOnDisk(plan))
            return plan;
    return firstPlan(setup.config);
}

bool usesDisk(const ResolvedPlan& plan)
{
    return plan.weights == Tier::Disk || plan.remainder == Tier::Disk || plan.moments == Tier::Disk;
}

namespace {

/// Units are of the update before, of the one in hand, or were written between updates.
Status checkSteps(const UnitFile& file, const EngineSetup& setup)
{
    const auto& entries = file.opened().entries;
    for (std::size_t unit = 0; unit < entries.size(); ++unit) {
        const std::int64_t step = entries[unit].step;
        if (step == 0 || step == setup.nextStep || step == setup.nextStep + 1)
            continue;
        return fail(fmt::format(
            "block {} of {} is {}, and states.json says that the run had {} updates: they are of two times. "
            "Put "
            "the file of that time back, or remove states.json to go on from the newest checkpoint",
            unit, file.path().string(), step < 0 ? "empty" : fmt::format("the result of update {}", step),
            setup.nextStep));
    }
    return {};
}

} // namespace

Result<std::unique_ptr<DiskStorage>> openStates(const EngineSetup& setup)
{
    for (const Phase phase : allPhases)
        if (usesDisk(setup.config.choices.resolve(phase)))
            return openStatesFile(setup);
    return std::unique_ptr<DiskStorage>();
}

Result<std::unique_ptr<DiskStorage>> openStatesFile(const EngineSetup& setup)
{
    const ModelDescription model = describe(setup.config.model);
    std::vector<UnitLayout> units;
    for (const BlockDescription& block : model.blocks)
        units.push_back(layoutOf(model.tensorsOf(block), setup.config.choices.moments).unit);
    auto file = setup.goesOn ? UnitFile::reopen(setup.statesFile, std::move(units), setup.owner)
                             : UnitFile::make(setup.statesFile, std::move(units), setup.owner);
    if (!file)
        return fail(file.error());
    if (setup.goesOn)
        TRY(checkSteps(*file, setup));
    return std::make_unique<DiskStorage>(std::move(*file));
}

} // namespace mantissa
