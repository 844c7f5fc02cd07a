// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/numbers_tree_model.h"

#include "core/output/titles.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

QString wordsOf(const TensorsHeld& held)
{
    return held.format.empty() ? QObject::tr("none") : text(held.format) % u" · "_s % text(nameOf(held.tier));
}

} // namespace

std::vector<NumbersTreeModel::Node> NumbersTreeModel::nodesOf(
    const NumbersMeasured& measured, const HeldPlan& plan) const
{
    std::vector<Node> nodes(1);
    const auto child = [&](std::size_t parent, const QString& name) {
        for (const std::size_t known : nodes[parent].children)
            if (nodes[known].name == name && !nodes[known].isPart)
                return known;
        nodes.push_back({.name = name, .parent = parent});
        nodes[parent].children.push_back(nodes.size() - 1);
        return nodes.size() - 1;
    };
    for (const NumberGroup& group : measured.groups) {
        std::size_t at = 0;
        for (const QString& step : text(group.name).split(u'.'))
            at = child(at, step);
        nodes[at].group = text(group.name);
        for (const auto& [name, held, planned] : {std::tuple(tr("weights"), group.weights, plan.weights),
                 std::tuple(tr("low halves"), group.remainder, plan.remainder),
                 std::tuple(tr("moments"), group.moments, plan.moments)}) {
            if (held.format.empty() && planned.format.empty())
                continue;
            nodes.push_back({.name = name,
                .group = nodes[at].group,
                .isPart = true,
                .held = held,
                .planned = planned,
                .differences = isAsPlanned(held, planned) ? 0 : 1,
                .parent = at});
            const std::size_t part = nodes.size() - 1;
            nodes[at].children.push_back(part);
            for (std::size_t up = at;; up = nodes[up].parent) {
                nodes[up].held.bytes += held.bytes;
                nodes[up].differences += nodes[part].differences;
                if (up == 0)
                    break;
            }
        }
    }
    return nodes;
}

void NumbersTreeModel::show(const Run* run, const NumbersMeasured* measured)
{
    std::vector<Node> nodes(1);
    if (run && measured) {
        PresetChoices choices = run->config().choices;
        choices.table = run->tableAt(measured->tick);
        const Segment* segment = run->segmentAt(measured->tick);
        const Phase phase = segment ? segment->start->phase : Phase::Full;
        nodes = nodesOf(*measured, heldPlan(choices, phase));
        m_inForce = segment ? tr("%1 in %2, since tick %3: %4")
                                  .arg(text(titleOf(phase)), text(titleOf(segment->start->plan.compute)),
                                      countText(segment->tick), text(segment->start->reason))
                            : QString();
    }
    const bool isSame = std::equal(
        nodes.begin(), nodes.end(), m_nodes.begin(), m_nodes.end(), [](const Node& a, const Node& b) {
            return a.name == b.name && a.group == b.group && a.children == b.children;
        });
    if (!isSame)
        beginResetModel();
    m_nodes = std::move(nodes);
    m_differences = m_nodes.front().differences;
    if (!isSame)
        return endResetModel();
    for (std::size_t i = 0; i < m_nodes.size(); ++i)
        if (!m_nodes[i].children.empty()) {
            const QModelIndex parent = i == 0 ? QModelIndex() : createIndex(0, 0, i);
            Q_EMIT dataChanged(index(0, 0, parent), index(rowCount(parent) - 1, ColumnCount - 1, parent));
        }
}

QString NumbersTreeModel::groupOf(const QModelIndex& index) const
{
    return index.isValid() ? at(index).group : QString();
}

QModelIndex NumbersTreeModel::indexOf(const QString& group) const
{
    for (std::size_t i = 1; i < m_nodes.size(); ++i)
        if (m_nodes[i].group == group && !m_nodes[i].isPart) {
            const auto& siblings = m_nodes[m_nodes[i].parent].children;
            return createIndex(
                static_cast<int>(std::find(siblings.begin(), siblings.end(), i) - siblings.begin()), 0, i);
        }
    return {};
}

QModelIndex NumbersTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    const auto& children = at(parent).children;
    if (row < 0 || row >= static_cast<int>(children.size()) || column < 0 || column >= ColumnCount
        || (parent.isValid() && parent.column() != 0))
        return {};
    return createIndex(row, column, children[static_cast<std::size_t>(row)]);
}

QModelIndex NumbersTreeModel::parent(const QModelIndex& index) const
{
    const std::size_t up = index.isValid() ? at(index).parent : 0;
    if (up == 0)
        return {};
    const auto& siblings = m_nodes[m_nodes[up].parent].children;
    return createIndex(
        static_cast<int>(std::find(siblings.begin(), siblings.end(), up) - siblings.begin()), 0, up);
}

int NumbersTreeModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() && parent.column() != 0 ? 0 : static_cast<int>(at(parent).children.size());
}
int NumbersTreeModel::columnCount(const QModelIndex&) const { return ColumnCount; }

QString NumbersTreeModel::tipOf(const Node& node) const
{
    if (!node.isPart)
        return node.differences > 0 ? tr("%1 parts below are not as the table says").arg(node.differences)
                                    : tr("all parts below are as the table says");
    const QString words = tr("held: %1, %2\nthe table says: %3\nmeasured in %4")
                              .arg(wordsOf(node.held), bytesText(static_cast<double>(node.held.bytes)),
                                  wordsOf(node.planned), m_inForce);
    return node.differences > 0 ? tr("≠ not as the table says") % u'\n' % words : words;
}

QVariant NumbersTreeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Node& node = at(index);
    if (role == Qt::TextAlignmentRole && index.column() == Bytes)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ForegroundRole && node.differences > 0 && index.column() != Bytes)
        return theme().bad;
    if (role == Qt::ForegroundRole && node.isPart && index.column() == Table)
        return theme().muted;
    if (role == Qt::ToolTipRole)
        return tipOf(node);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name:
        return node.differences > 0 ? QString(u"≠ "_s % node.name) : node.name;
    case Format:
        return node.isPart ? (node.held.format.empty() ? tr("none") : text(node.held.format)) : QString();
    case Where:
        return node.isPart && !node.held.format.empty() ? text(nameOf(node.held.tier)) : QString();
    case Bytes:
        return bytesText(static_cast<double>(node.held.bytes));
    default:
        return node.isPart         ? wordsOf(node.planned)
            : node.differences > 0 ? tr("%1 differ").arg(node.differences)
                                   : tr("✓ as it says");
    }
}

QVariant NumbersTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((section == Bytes ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    return QStringList{tr("Tensors"), tr("Held as"), tr("Tier"), tr("Bytes"), tr("The table says")}.value(
        section);
}

} // namespace mantissa::ui
