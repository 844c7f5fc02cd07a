// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs_page.h"

#include "ui/models/run_list_model.h"
#include "ui/theme/format.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

RunsPage::RunsPage(std::filesystem::path runsFolder, QWidget* parent)
    : QWidget(parent)
    , m_runsFolder(std::move(runsFolder))
    , m_model(new RunListModel(this))
    , m_sorted(new QSortFilterProxyModel(this))
    , m_table(new QTableView(this))
    , m_open(new QPushButton(tr("Open"), this))
    , m_resume(new QPushButton(tr("Continue"), this))
    , m_compare(new QPushButton(tr("Compare selected"), this))
    , m_where(new QLabel(this))
{
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(RunListModel::sortRole);
    m_table->setObjectName(u"runs"_s);
    m_table->setModel(m_sorted);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(RunListModel::Name, Qt::DescendingOrder); // names begin with the time
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(28);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(RunListModel::Name, QHeaderView::Stretch);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 8);
    auto* row = new QHBoxLayout;
    m_where->setObjectName(u"muted"_s);
    row->addWidget(m_where, 1);
    for (QPushButton* button : {m_open, m_resume, m_compare})
        row->addWidget(button);
    column->addLayout(row);
    auto* card = new QFrame(this);
    card->setObjectName(u"card"_s);
    auto* inner = new QVBoxLayout(card);
    inner->setContentsMargins(4, 4, 4, 4);
    inner->addWidget(m_table);
    column->addWidget(card, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunsPage::showButtons);
    connect(m_table, &QTableView::doubleClicked, this, [this] { Q_EMIT openRequested(selected().front()); });
    connect(m_open, &QPushButton::clicked, this, [this] { Q_EMIT openRequested(selected().front()); });
    connect(m_resume, &QPushButton::clicked, this, [this] { Q_EMIT resumeRequested(selected().front()); });
    connect(m_compare, &QPushButton::clicked, this, [this] { Q_EMIT compareRequested(selected()); });
    refresh();
}

void RunsPage::refresh()
{
    m_model->setRuns(listRuns(m_runsFolder));
    std::error_code error;
    m_where->setText(m_model->rowCount() > 0 ? text(std::filesystem::absolute(m_runsFolder, error).string())
                                             : tr("no runs in %1 yet; Start makes one").arg(text(m_runsFolder.string())));
    showButtons();
}

std::vector<std::filesystem::path> RunsPage::selected() const
{
    std::vector<std::filesystem::path> folders;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        folders.push_back(m_model->at(m_sorted->mapToSource(index).row()).folder);
    return folders;
}

void RunsPage::showButtons()
{
    const auto rows = m_table->selectionModel()->selectedRows();
    const bool one = rows.size() == 1;
    m_open->setEnabled(one);
    m_compare->setEnabled(rows.size() >= 2);
    const RunState state = one ? m_model->at(m_sorted->mapToSource(rows.first()).row()).state : RunState::Completed;
    m_resume->setEnabled(one && state != RunState::Completed && state != RunState::Running);
}

} // namespace mantissa::ui
