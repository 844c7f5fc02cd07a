// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/row_length.h"

#include "core/record/config_data.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace mantissa::ui {

RowLength::RowLength(QObject* parent)
    : QObject(parent)
{
    connect(&m_wait, &QTimer::timeout, this, [this] {
        if (!m_reading->isDone())
            return;
        m_wait.stop();
        m_context = m_reading->take();
        m_reading.reset();
        Q_EMIT known();
    });
}

RunConfig RowLength::fitted(const RunConfig& config)
{
    if (!config.data.hasRows())
        return config;
    std::string now = jsonLine(toJson(config)["data"]) + std::to_string(config.model.context) + " "
        + std::to_string(config.model.vocab);
    if (now != m_of) {
        m_of = std::move(now);
        m_context.reset();
        m_reading = std::make_unique<Background<std::optional<std::int64_t>>>(
            [config](const std::stop_token& stop) -> std::optional<std::int64_t> {
                const auto read = asLongAsItsRows(config, [&stop] { return stop.stop_requested(); });
                return read ? std::optional(read->model.context) : std::nullopt;
            });
        m_wait.start(backgroundMilliseconds);
    }
    RunConfig fitted = config;
    fitted.model.context = std::min(config.model.context, m_context.value_or(config.model.context));
    return fitted;
}

} // namespace mantissa::ui
