// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Blocks, their kinds of tensors, and of each the weights, low halves and moments: the format and tier really
// in memory when they were measured, beside what the table says. What differs is red and carries a mark.

#include "core/record/held_plan.h"
#include "core/record/run.h"

#include <QAbstractItemModel>

#include <vector>

namespace mantissa::ui {

class NumbersTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Name, Format, Where, Bytes, Table, ColumnCount };
    using QAbstractItemModel::QAbstractItemModel;

    /// Shows one measurement of a run, or nothing. Branches stay open while the groups are the same.
    void show(const Run* run, const NumbersMeasured* measured);
    /// The group that a row is, or belongs to; empty for a branch of several.
    QString groupOf(const QModelIndex& index) const;
    /// The row of a group.
    QModelIndex indexOf(const QString& group) const;
    /// Parts that are not as the table says.
    int differences() const { return m_differences; }

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node {
        QString name{};
        QString group{}; ///< of a group and its parts
        bool isPart = false;
        TensorsHeld held{}; ///< of one part; for other rows only its bytes, the sum of all rows below
        TensorsHeld planned{};
        int differences = 0; ///< how many rows below it differ from the table
        std::size_t parent = 0;
        std::vector<std::size_t> children{};
    };
    std::vector<Node> nodesOf(const NumbersMeasured& measured, const HeldPlan& plan) const;
    const Node& at(const QModelIndex& index) const
    {
        return m_nodes[index.isValid() ? index.internalId() : 0];
    }
    QString tipOf(const Node& node) const;

    std::vector<Node> m_nodes{Node{}}; ///< the first is the root
    QString m_inForce{}; ///< the segment it was measured in, for people
    int m_differences = 0;
};

} // namespace mantissa::ui
