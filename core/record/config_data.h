// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the data section of a config names, opened: its tokenizer, its rows.

#include "core/data/data_preview.h"
#include "core/data/rows/row_source.h"
#include "core/data/tokenizer.h"
#include "core/record/run_config.h"

#include <functional>
#include <memory>

namespace mantissa {

/// data.tokenizer, or bytes. Errors: it cannot be read, or has more tokens than the model's vocabulary.
Result<std::unique_ptr<Tokenizer>> openTokenizer(const RunConfig& config);

/// Of a config that hasRows(). Rows are cut to one token more than model.context: the last is only a target.
/// Errors: as readRows().
Result<RowsRead> readConfigRows(
    const RunConfig& config, const Tokenizer& tokenizer, const std::function<bool()>& isInterrupted = {});

/// The config with the context of its longest row, which no batch is longer than: what an estimate is of. The
/// same one where it has no rows. Errors: as readConfigRows().
Result<RunConfig> asLongAsItsRows(const RunConfig& config, const std::function<bool()>& isInterrupted = {});

/// What of the data would be learned, before anything is: rows, or the beginning of a text as one row.
Result<DataPreview> previewOf(
    const RunConfig& config, std::int64_t rows, const std::function<bool()>& isInterrupted = {});

} // namespace mantissa
