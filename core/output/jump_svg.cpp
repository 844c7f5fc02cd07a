// SPDX-License-Identifier: Apache-2.0
// What jumps were worth, in steps of the course before them.

#include "core/output/svg.h"
#include "core/output/svg_canvas.h"
#include "core/record/jump_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

std::string jumpSvg(const Run& run, SvgSize size)
{
    const auto records = jumpRecordsOf(run);
    SvgCanvas canvas(size, "Lead of jumps",
        fmt::format("{} jumps: steps ahead of the course before each, and what each cost", records.size()));
    double least = 0, most = 1;
    for (const JumpRecord& record : records) {
        most = std::max(most, record.costSteps);
        if (record.judged && std::isfinite(record.judged->leadSteps)) {
            most = std::max(most, record.judged->leadSteps);
            least = std::min({least, record.judged->leadSteps, record.judged->leadLow});
        }
    }
    const double pad = 0.08 * (most - least);
    const auto steps = static_cast<double>(std::max<std::int64_t>(1, run.steps()));
    canvas.setX(0, steps);
    canvas.setY(least - pad, most + pad);
    canvas.yAxis(niceTicks(least - pad, most + pad, 5));
    canvas.line(canvas.left(), canvas.y(0), canvas.right(), canvas.y(0), "whisker");
    for (const JumpRecord& record : records) {
        const double x = canvas.x(static_cast<double>(record.made.step));
        canvas.line(x - 6, canvas.y(record.costSteps), x + 6, canvas.y(record.costSteps), "series2");
        if (!record.judged)
            continue;
        if (!std::isfinite(record.judged->leadSteps)) {
            canvas.text(x, canvas.y(record.costSteps) - 6,
                record.isKept() ? "kept unasked" : "no lead measured", "tick", "middle");
            continue;
        }
        canvas.line(x, canvas.y(record.judged->leadLow), x, canvas.y(record.judged->leadSteps), "whisker");
        canvas.dot(x, canvas.y(record.judged->leadSteps), record.isKept() ? "f-series0" : "f-series1");
    }
    canvas.legend({{"f-series0", "kept"}, {"f-series1", "taken back"}, {"f-series2", "cost"}});
    canvas.xAxis(niceTicks(0, steps, 8),
        "step; lead in steps, line down to the lower end of its one-sided 90 % interval");
    return canvas.finish();
}

} // namespace mantissa
