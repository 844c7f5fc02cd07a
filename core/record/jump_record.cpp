// SPDX-License-Identifier: Apache-2.0
#include "core/record/jump_record.h"

#include <algorithm>

namespace mantissa {

std::vector<JumpRecord> jumpRecordsOf(const Run& run)
{
    std::vector<JumpRecord> records;
    for (const JumpMade& made : run.jumpsMade()) {
        JumpRecord record{.made = made, .seconds = made.seconds};
        // a replay can jump at the same step again: the verdict is the first one after it
        const auto judged = std::ranges::find_if(
            run.jumps(), [&](const JumpJudged& j) { return j.fromStep == made.step && j.tick >= made.tick; });
        if (judged != run.jumps().end()) {
            record.judged = *judged;
            record.costSteps = judged->costSteps;
            if (judged->verdict == JumpVerdict::Rejected) {
                record.seconds = judged->trialSeconds;
                record.costSteps += static_cast<double>(judged->step - judged->fromStep);
            }
        }
        records.push_back(std::move(record));
    }
    return records;
}

JumpCosts jumpCostsOf(const Run& run)
{
    JumpCosts costs;
    for (const JumpRecord& record : jumpRecordsOf(run)) {
        costs.kept += record.isKept() ? 1 : 0;
        costs.takenBack += record.judged && !record.isKept() ? 1 : 0;
        costs.seconds += record.seconds;
    }
    costs.shareOfTime = run.seconds() > 0 ? costs.seconds / run.seconds() : 0;
    return costs;
}

} // namespace mantissa
