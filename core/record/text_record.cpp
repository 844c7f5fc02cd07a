// SPDX-License-Identifier: Apache-2.0
#include "core/record/text_record.h"

#include "core/record/event_json.h"

#include <nlohmann/json.hpp>

namespace mantissa {

Json write(const TextWritten& e)
{
    return {{"event", "text"}, {"tick", e.tick}, {"step", e.step}, {"prompt", e.prompt}, {"text", e.text},
        {"seconds", jsonNumber(e.seconds)}};
}

void read(const LineReader& r, TextWritten& e)
{
    r("tick", e.tick), r("step", e.step), r("prompt", e.prompt), r("text", e.text), r("seconds", e.seconds);
}

} // namespace mantissa
