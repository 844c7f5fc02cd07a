// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/fit_model.h"

#include "ui/rung_prices.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

FitModel::FitModel(const RunConfig& config, RungPrices* prices, QObject* parent)
    : QAbstractTableModel(parent)
    , m_config(config)
    , m_prices(prices)
    , m_room(roomForSteps(config))
{
    const FittedChoices fitted = fitExactly(config.estimateInput(), budgetBytes());
    for (const PlanLine& line : planLadder(config.estimateInput()))
        if (line.rung)
            m_lines.push_back({*line.rung,
                std::find(fitted.taken.begin(), fitted.taken.end(), *line.rung) != fitted.taken.end()});
    connect(m_prices, &RungPrices::changed, this,
        [this] { Q_EMIT dataChanged(index(0, Time), index(rowCount() - 1, Time)); });
}

void FitModel::measure()
{
    m_isMeasured = true;
    askForPrices();
}

std::string FitModel::whyNotHere(const RunConfig& config) const
{
    return config.memory.allowOvercommit ? std::string() : whyTooLarge(needsOf(config), m_room);
}

RunConfig FitModel::withChoices(const PresetChoices& choices) const
{
    RunConfig config = m_config;
    config.choices = choices;
    return config;
}

void FitModel::askForPrices()
{
    if (!m_isMeasured)
        return;
    std::vector<RunConfig> wanted{m_config, withChoices(choices())};
    for (int row = 0; row < rowCount(); ++row)
        if (RunConfig config = withChoices(climbedTo(row, true)); mantissa::check(config))
            wanted.push_back(std::move(config));
    std::erase_if(wanted, [this](const RunConfig& config) { return !whyNotHere(config).empty(); });
    m_prices->measure(wanted);
}

std::optional<std::pair<double, double>> FitModel::stepSeconds() const
{
    const StepPrice* with = m_prices->of(withChoices(choices()));
    const StepPrice* without = m_prices->of(m_config);
    return with && without && with->seconds > 0 && without->seconds > 0
        ? std::optional(std::pair(with->seconds, without->seconds))
        : std::nullopt;
}

QString FitModel::priceText(const RunConfig& config) const
{
    const StepPrice* price = m_prices->of(config);
    const StepPrice* base = m_prices->of(m_config);
    if (price && price->seconds > 0)
        return base && base->seconds > 0 ? tr("%1 ×").arg(price->seconds / base->seconds, 0, 'f', 2)
                                         : secondsText(price->seconds);
    if (price || !mantissa::check(config))
        return tr("not measured");
    if (!whyNotHere(config).empty())
        return tr("too large here");
    return m_prices->isMeasuring(config) ? tr("measuring…") : m_prices->isBusy() ? tr("waiting") : u"–"_s;
}

QString FitModel::priceTip(const RunConfig& config) const
{
    if (const Status status = mantissa::check(config); !status)
        return messageText(status.error().message);
    const StepPrice* price = m_prices->of(config);
    const StepPrice* base = m_prices->of(m_config);
    if (const std::string why = whyNotHere(config); !price && !why.empty())
        return text(why);
    if (!price)
        return tr("A few real steps are run for it, in a process of its own.");
    if (!price->problem.isEmpty())
        return price->problem;
    return base && base->seconds > 0 ? tr("%1 a step here, against %2 as configured; the fastest of a few")
                                           .arg(secondsText(price->seconds), secondsText(base->seconds))
                                     : tr("%1 a step here; the set-up as configured could not be measured")
                                           .arg(secondsText(price->seconds));
}

bool FitModel::canMeasure() const
{
    for (int row = -1; row < rowCount(); ++row)
        if (whyNotHere(withChoices(row < 0 ? m_config.choices : climbedTo(row, true))).empty())
            return true;
    return false;
}

PresetChoices FitModel::climbedTo(int row, bool withIt) const
{
    PresetChoices choices = m_config.choices;
    for (int i = 0; i <= row && i < rowCount(); ++i) {
        const Line& line = m_lines[static_cast<std::size_t>(i)];
        if (i == row ? withIt : line.isTicked)
            choices = climbed(choices, line.rung).value_or(choices);
    }
    return choices;
}

PresetChoices FitModel::choices() const { return climbedTo(rowCount(), false); }

std::int64_t FitModel::peakOf(const PresetChoices& choices) const
{
    EstimateInput input = m_config.estimateInput();
    input.choices = choices;
    return estimateMemory(input).peakDeviceBytes();
}

std::int64_t FitModel::peakDeviceBytes() const { return peakOf(choices()); }

bool FitModel::keepsBits() const
{
    return std::all_of(m_lines.begin(), m_lines.end(),
        [](const Line& line) { return !line.isTicked || isExact(line.rung); });
}

Status FitModel::check() const
{
    RunConfig config = m_config;
    config.choices = choices();
    return mantissa::check(config);
}

int FitModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}
int FitModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant FitModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Line& line = m_lines[static_cast<std::size_t>(index.row())];
    if (role == Qt::CheckStateRole && index.column() == Title)
        return line.isTicked ? Qt::Checked : Qt::Unchecked;
    if (role == Qt::TextAlignmentRole && index.column() >= Saves && index.column() <= Time)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ForegroundRole && index.column() == Bits && !isExact(line.rung))
        return theme().bad;
    if (role == Qt::ForegroundRole && !line.isTicked && index.column() == Peak)
        return theme().muted;
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    if (index.column() == Time) {
        const RunConfig config = withChoices(climbedTo(index.row(), true));
        return role == Qt::ToolTipRole ? priceTip(config) : priceText(config);
    }
    const std::int64_t without = peakOf(climbedTo(index.row(), false));
    const std::int64_t with = peakOf(climbedTo(index.row(), true));
    switch (index.column()) {
    case Title:
        return text(titleOf(line.rung));
    case Saves:
        return with < without ? bytesText(static_cast<double>(without - with))
            : with > without  ? u"−"_s % bytesText(static_cast<double>(with - without))
                              : tr("nothing");
    case Peak:
        return bytesText(static_cast<double>(with));
    default:
        return isExact(line.rung) ? tr("the same bits") : tr("! other arithmetic");
    }
}

bool FitModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || index.column() != Title || role != Qt::CheckStateRole)
        return false;
    m_lines[static_cast<std::size_t>(index.row())].isTicked = value.toInt() == Qt::Checked;
    Q_EMIT dataChanged(
        this->index(0, 0), this->index(rowCount() - 1, ColumnCount - 1)); // those below stand on it
    askForPrices();
    return true;
}

Qt::ItemFlags FitModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && index.column() == Title ? flags | Qt::ItemIsUserCheckable : flags;
}

QVariant FitModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole && (section == Title || section == Bits))
        return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    return QStringList{tr("Saving"), tr("Saves"), tr("Peak with it"), tr("Step with it"), tr("Result")}.value(
        section);
}

} // namespace mantissa::ui
