// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The precision table as rows (phases) and columns (choices). Edits are undoable; during a run they are
// pending until the trainer's event confirms them.

#include "core/precision/precision_table.h"

#include <QAbstractTableModel>

#include <vector>

class QUndoStack;

namespace mantissa::ui {

/// A choice for one cell, by the name it has in files.
struct CellChoice {
    int row = 0;
    int column = 0;
    QString choice;
};

class PrecisionTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Compute, Gradients, Activations, Weights, Remainder, Moments, ColumnCount };
    enum Role {
        ChoicesRole = Qt::UserRole, ///< QStringList: names as in files
        ChoiceRole, ///< the present one of them
        PendingRole, ///< bool: asked for, not yet confirmed
        FormatRole, ///< int: the resolved Precision, for columns that have one
        EmulatedRole ///< bool: this processor has no products of the format
    };

    PrecisionTableModel(QUndoStack* undo, QObject* parent);

    const PrecisionTable& table() const { return m_table; }
    /// Whether the processor computes: it has to emulate formats that it has no products of.
    void setOnCpu(bool onCpu);
    /// Shows a table without an undo step.
    void showTable(const PrecisionTable& table);
    /// As a user's edit, undoable, under a name.
    void editTable(const PrecisionTable& table, const QString& what);
    /// All of them as one undo step, or none. The problem in words; empty when they were taken.
    QString editCells(const std::vector<CellChoice>& cells, const QString& what);
    /// A table with one more choice; an error in words where the choice or its cell is none.
    static Result<PrecisionTable> withChoice(const PrecisionTable& table, const CellChoice& cell);
    /// "Full · Activations: recompute" for precision.phases.full.activations=recompute; a setting of
    /// something else as it is.
    static QString settingText(const std::string& setting);
    /// "BF16" of "bf16": as the window calls a choice.
    static QString titleOfChoice(const QString& choice);
    /// What the run works with now; cells that differ from it are pending. Nothing: no run.
    void setConfirmed(std::optional<PrecisionTable> table);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void edited(); ///< the user changed the table, also by undo

private:
    PrecisionTable m_table{};
    std::optional<PrecisionTable> m_confirmed{};
    bool m_onCpu = true;
    QUndoStack* m_undo;
};

} // namespace mantissa::ui
