// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/rung_prices.h"

#include "core/base/json.h"
#include "ui/theme/format.h"

#include <QProcess>

#include <nlohmann/json.hpp>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

/// What the seconds of a step depend on: not the budget, and not how long the run is.
RunConfig pricedConfig(RunConfig config)
{
    config.memory.budgetBytes.reset();
    config.training.maxSteps = 1;
    config.name.clear();
    return config;
}

std::string keyOf(const RunConfig& config) { return jsonLine(toJson(pricedConfig(config))); }

StepPrice priceFrom(const QByteArray& output)
{
    const auto json = parseJson(output.toStdString(), "plan");
    if (!json || !json->contains("rungs") || json->at("rungs").empty()
        || !json->at("rungs").front().at("step_seconds").is_number())
        return {0, QObject::tr("mantissa-cli plan answered without a time")};
    return {json->at("rungs").front().at("step_seconds").get<double>(), {}};
}

} // namespace

RungPrices::RungPrices(QObject* parent)
    : QObject(parent)
{
}

RungPrices::~RungPrices() { cancel(); }

void RungPrices::measure(const std::vector<RunConfig>& configs)
{
    m_waiting.clear();
    bool isWanted = false;
    for (const RunConfig& config : configs) {
        const std::string key = keyOf(config);
        isWanted = isWanted || key == m_measured;
        if (!m_known.contains(key) && key != m_measured)
            m_waiting.emplace_back(key, config);
    }
    if (m_process && !isWanted)
        m_process->kill(); // `finished` begins the next
    if (!m_process)
        next();
    Q_EMIT changed();
}

void RungPrices::cancel()
{
    m_waiting.clear();
    if (!m_process)
        return;
    QProcess* process = std::exchange(m_process, nullptr);
    m_measured.clear();
    process->disconnect(this);
    process->kill();
    process->waitForFinished(1000); // it was killed: no time at all
    process->deleteLater();
}

bool RungPrices::isMeasuring(const RunConfig& config) const
{
    return m_process && keyOf(config) == m_measured;
}

const StepPrice* RungPrices::of(const RunConfig& config) const
{
    const auto known = m_known.find(keyOf(config));
    return known == m_known.end() ? nullptr : &known->second;
}

void RungPrices::next()
{
    if (m_waiting.empty() || m_program.isEmpty())
        return;
    const auto [key, config] = m_waiting.front();
    m_waiting.pop_front();
    const QString file = m_folder.filePath(u"config.json"_s);
    if (const auto written = writeFileAtomically(file.toStdString(), jsonLine(toJson(config))); !written) {
        m_known[key] = {0, messageText(written.error().message)};
        Q_EMIT changed();
        return next();
    }
    m_measured = key;
    m_process = new QProcess(this);
    connect(m_process, &QProcess::finished, this, [this, key] { take(key); });
    connect(m_process, &QProcess::errorOccurred, this, [this, key](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            take(key);
    });
    m_process->start(m_program, {u"plan"_s, file, u"--as-configured"_s, u"--json"_s});
}

void RungPrices::take(const std::string& key)
{
    QProcess* process = std::exchange(m_process, nullptr);
    m_measured.clear();
    if (process->error() == QProcess::FailedToStart)
        m_known[key] = {0, tr("%1 could not be started").arg(m_program)};
    else if (process->exitStatus() == QProcess::NormalExit && process->exitCode() == 0)
        m_known[key] = priceFrom(process->readAllStandardOutput());
    else if (process->exitStatus() == QProcess::NormalExit)
        m_known[key] = {0, QString::fromUtf8(process->readAllStandardError()).trimmed()};
    // else killed: somebody asked for others
    process->deleteLater();
    next();
    Q_EMIT changed();
}

} // namespace mantissa::ui
