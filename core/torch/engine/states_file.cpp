// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/states_file.h"

#include "core/model/family.h"
#include "core/torch/state/unit_layout.h"

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
    auto file = setup.goesOn ? UnitFile::reopen(setup.statesFile, std::move(units))
                             : UnitFile::make(setup.statesFile, std::move(units));
    if (!file)
        return fail(file.error());
    return std::make_unique<DiskStorage>(std::move(*file));
}

} // namespace mantissa
