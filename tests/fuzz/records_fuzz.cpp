// SPDX-License-Identifier: Apache-2.0
// Files of rows, and all that is made of a row up to its text. The first byte chooses format and template.

#include "core/data/rows/row_shape.h"
#include "core/data/templates/chat_template.h"
#include "core/files/records.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

using namespace mantissa;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const ChatTemplate& chatTemplate = chatTemplates()[data[0] % chatTemplates().size()];
    const auto take = [&](const Json& record, const std::string&) -> Status {
        if (const auto shape = shapeOf(record, "text"))
            if (const auto conversation = conversationOf(record, *shape, "text"))
                if (const auto row = render(*conversation, chatTemplate, {"<s>", "</s>"}))
                    for (const TextSpan& span : row->trained)
                        if (span.end > row->text.size() || span.begin >= span.end)
                            __builtin_trap();
        return {};
    };
    [[maybe_unused]] const Status read = readRecords(text, static_cast<RecordFormat>(data[0] % 3), "f", take);
    return 0;
}
