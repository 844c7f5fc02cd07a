// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/states_file.h"

#include "core/torch/weights/unit_layout.h"

namespace mantissa {

std::vector<std::span<const ParameterSpec>> specsByBlock(const Model& model)
{
    std::vector<std::span<const ParameterSpec>> blocks;
    for (std::size_t first = 0; first < model.parameters.size();) {
        std::size_t count = 1;
        while (first + count < model.parameters.size()
            && model.parameters[first + count].block == model.parameters[first].block)
            ++count;
        blocks.push_back(std::span(model.parameters).subspan(first, count));
        first += count;
    }
    return blocks;
}

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
    const Model model = makeModel(setup.config.model);
    std::vector<UnitLayout> units;
    for (const auto& specs : specsByBlock(model))
        units.push_back(layoutOf(specs, setup.config.choices.moments).unit);
    auto file = setup.goesOn ? UnitFile::reopen(setup.statesFile, std::move(units))
                             : UnitFile::make(setup.statesFile, std::move(units));
    if (!file)
        return fail(file.error());
    return std::make_unique<DiskStorage>(std::move(*file));
}

} // namespace mantissa
