// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/precision_table_model.h"

#include "core/output/titles.h"
#include "core/precision/table_edit.h"
#include "ui/models/plan_cell.h"
#include "ui/theme/format.h"

#include <QUndoStack>

#include <utility>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

class TableEdit : public QUndoCommand {
public:
    TableEdit(PrecisionTableModel* model, PrecisionTable before, PrecisionTable after, const QString& what)
        : QUndoCommand(what)
        , m_model(model)
        , m_before(std::move(before))
        , m_after(std::move(after))
    {
    }
    void undo() override { show(m_after, m_before); }
    void redo() override { show(m_before, m_after); }

private:
    /// Only what this edit changed: the trainer may have changed other cells since.
    void show(const PrecisionTable& from, const PrecisionTable& to)
    {
        m_model->showTable(applied({.table = to, .from = from}, m_model->table()));
        Q_EMIT m_model->edited();
    }
    PrecisionTableModel* m_model;
    PrecisionTable m_before;
    PrecisionTable m_after;
};

} // namespace

PrecisionTableModel::PrecisionTableModel(QUndoStack* undo, QObject* parent)
    : QAbstractTableModel(parent)
    , m_undo(undo)
{
}

void PrecisionTableModel::setOnCpu(bool onCpu)
{
    if (std::exchange(m_onCpu, onCpu) != onCpu)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

void PrecisionTableModel::showTable(const PrecisionTable& table)
{
    m_table = table;
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

void PrecisionTableModel::editTable(const PrecisionTable& table, const QString& what)
{
    if (table != m_table)
        m_undo->push(new TableEdit(this, m_table, table, what));
}

void PrecisionTableModel::setConfirmed(std::optional<PrecisionTable> table)
{
    m_confirmed = std::move(table);
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int PrecisionTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(allPhases.size());
}
int PrecisionTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString PrecisionTableModel::titleOfChoice(const QString& choice)
{
    if (choice == u"same")
        return tr("Same as compute");
    if (const auto precision = parsePrecision(choice.toStdString()))
        return text(titleOf(*precision));
    return choice.left(1).toUpper() % choice.mid(1);
}

QVariant PrecisionTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const QString choice = choiceAt(m_table, index.row(), index.column());
    const ResolvedPlan resolved = m_table.resolve(allPhases[static_cast<std::size_t>(index.row())]);
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == Compute)
            return text(titleOf(resolved.compute));
        if (index.column() == Gradients)
            return text(titleOf(resolved.gradients));
        if (index.column() == Remainder && resolved.compute == Precision::Fp32)
            return u"–"_s;
        return titleOfChoice(choice);
    case Qt::ToolTipRole:
        return QString(whatItMeans(index.column()) % u"\n"_s
            % (choice == u"auto" ? tr("Chosen: auto, marked *.")
                                 : tr("Chosen: %1.").arg(titleOfChoice(choice)))
            % (data(index, EmulatedRole).toBool() ? tr(" This processor emulates it, marked †.") : QString())
            % (data(index, PendingRole).toBool() ? tr(" Pending until the next tick.") : QString()));
    case Qt::EditRole:
    case ChoiceRole:
        return choice;
    case ChoicesRole:
        return choicesOf(index.column());
    case PendingRole:
        return m_confirmed && choiceAt(*m_confirmed, index.row(), index.column()) != choice;
    case FormatRole:
        return index.column() == Compute  ? QVariant(static_cast<int>(resolved.compute))
            : index.column() == Gradients ? QVariant(static_cast<int>(resolved.gradients))
                                          : QVariant();
    case EmulatedRole:
        return m_onCpu && index.column() == Compute && emulatedOnThisCpu(resolved.compute);
    default:
        return {};
    }
}

bool PrecisionTableModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || role != Qt::EditRole)
        return false;
    const Phase phase = allPhases[static_cast<std::size_t>(index.row())];
    return editCells({{index.row(), index.column(), value.toString()}},
        tr("%1: %2").arg(text(titleOf(phase)), value.toString()))
        .isEmpty();
}

Result<PrecisionTable> PrecisionTableModel::withChoice(const PrecisionTable& table, const CellChoice& cell)
{
    if (cell.row < 0 || cell.row >= static_cast<int>(allPhases.size()) || cell.column < 0
        || cell.column >= ColumnCount)
        return fail(tr("the cells do not fit here: the table has %1 rows and %2 columns")
                        .arg(allPhases.size())
                        .arg(int{ColumnCount})
                        .toStdString());
    const QString choice = cell.choice.trimmed().toLower();
    if (choice.isEmpty() || choice == choiceAt(table, cell.row, cell.column))
        return table; // a gap in what was copied, or no change
    const Phase phase = allPhases[static_cast<std::size_t>(cell.row)];
    PhasePlan plan = table.at(phase);
    if (!choicesOf(cell.column).contains(choice) || !applyChoice(plan, cell.column, choice))
        return fail(tr("'%1' is no choice for %2 in %3; expected %4")
                        .arg(choice, columnTitles().value(cell.column), text(titleOf(phase)),
                            choicesOf(cell.column).join(u", "_s))
                        .toStdString());
    return table.with(phase, plan).withEnabled(true);
}

QString PrecisionTableModel::settingText(const std::string& setting)
{
    const QStringList columns{
        u"compute"_s, u"gradients"_s, u"activations"_s, u"weights"_s, u"remainder"_s, u"moments"_s};
    const QString given = text(setting);
    const QStringList key = given.section(u'=', 0, 0).split(u'.');
    const qsizetype column = columns.indexOf(key.value(3));
    const auto phase = parsePhase(key.value(2).toStdString());
    if (!given.startsWith(u"precision.phases."_s) || column < 0 || !phase)
        return given;
    return u"%1 · %2: %3"_s.arg(text(titleOf(*phase)), columnTitles().value(column), given.section(u'=', 1));
}

QString PrecisionTableModel::editCells(const std::vector<CellChoice>& cells, const QString& what)
{
    PrecisionTable table = m_table;
    for (const CellChoice& cell : cells) {
        auto changed = withChoice(table, cell);
        if (!changed)
            return messageText(changed.error().message);
        table = std::move(*changed);
    }
    editTable(table, what);
    return {};
}

QVariant PrecisionTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::ToolTipRole)
        return orientation == Qt::Horizontal ? whatItMeans(section)
                                             : whatItIs(allPhases[static_cast<std::size_t>(section)]);
    if (role != Qt::DisplayRole)
        return {};
    if (orientation == Qt::Vertical)
        return text(titleOf(allPhases[static_cast<std::size_t>(section)]));
    return columnTitles().value(section);
}

Qt::ItemFlags PrecisionTableModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && choicesOf(index.column()).size() > 1 ? flags | Qt::ItemIsEditable : flags;
}

} // namespace mantissa::ui
