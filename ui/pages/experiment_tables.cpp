// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/experiment_tables.h"

#include "core/output/experiment_report.h"
#include "ui/models/text_table_model.h"
#include "ui/plot/experiment_plot.h"
#include "ui/theme/format.h"

#include <QHeaderView>
#include <QTabBar>
#include <QTableView>
#include <QVBoxLayout>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

enum Table { Arms, Seeds, Changes };

QStringList headerOf(int table)
{
    switch (table) {
    case Arms:
        return {QObject::tr("Arm"), QObject::tr("Pairs"), QObject::tr("Quality delta"),
            QObject::tr("95 % interval"), QObject::tr("Batch error"), QObject::tr("Peak"),
            QObject::tr("of baseline"), QObject::tr("Tokens/s"), QObject::tr("of baseline"),
            QObject::tr("Below %1").arg(percentText(claimedDeltaPercent, 1, false))};
    case Seeds:
        return {QObject::tr("Arm"), QObject::tr("Seed"), QObject::tr("Outcome"), QObject::tr("Steps"),
            QObject::tr("Evaluation loss"), QObject::tr("Quality delta"), QObject::tr("Batch error"),
            QObject::tr("Peak"), QObject::tr("of baseline"), QObject::tr("Tokens/s"),
            QObject::tr("of baseline")};
    default:
        return {QObject::tr("Arm"), QObject::tr("Key"), QObject::tr("Baseline"), QObject::tr("Arm's")};
    }
}

} // namespace

ExperimentTables::ExperimentTables(ExperimentPlot* plot, QWidget* parent)
    : QWidget(parent)
    , m_plot(plot)
    , m_rows(new TextTableModel(this))
    , m_tabs(new QTabBar(this))
    , m_table(new QTableView(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    m_tabs->setObjectName(u"experimentTables"_s);
    for (const QString& title : {tr("Arms"), tr("Seeds"), tr("What the arms change")})
        m_tabs->addTab(title);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    connect(m_tabs, &QTabBar::currentChanged, this, &ExperimentTables::showTable);
    column->addWidget(m_tabs);
    m_table->setObjectName(u"experimentTable"_s);
    m_table->setModel(m_rows);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(24);
    m_table->horizontalHeader()->setHighlightSections(false);
    connect(
        m_table, &QTableView::activated, this, [this](const QModelIndex& index) { openRow(index.row()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex& current) {
            if (m_tabs->currentIndex() == Arms && current.isValid())
                m_plot->setCurrentArm(current.row());
        });
    connect(m_plot, &ExperimentPlot::currentArmChanged, this, [this](int arm) {
        if (m_tabs->currentIndex() == Arms && m_table->currentIndex().row() != arm)
            m_table->selectRow(arm);
    });
    column->addWidget(m_table, 1);
}

void ExperimentTables::showResult(const ExperimentResult& result)
{
    m_result = result;
    showTable();
}

void ExperimentTables::showTable()
{
    const int tab = m_tabs->currentIndex();
    if (m_result.arms.empty())
        return;
    const ReportTable table = tab == Arms ? armsTable(m_result)
        : tab == Seeds                    ? seedsTable(m_result)
                                          : choicesTable(m_result);
    std::vector<QStringList> rows;
    for (const auto& cells : table.rows) {
        rows.emplace_back();
        for (const std::string& cell : cells)
            rows.back() << text(cell);
    }
    if (tab == Arms)
        for (std::size_t i = 0; i < m_result.arms.size(); ++i)
            rows[i].back() = verdictMark(m_result.arms[i]);
    m_table->setAccessibleName(m_tabs->tabText(tab));
    m_rows->setTable(headerOf(tab), std::move(rows));
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    if (tab == Arms && m_plot->currentArm() >= 0)
        m_table->selectRow(m_plot->currentArm());
}

void ExperimentTables::openRow(int row)
{
    if (m_tabs->currentIndex() != Seeds || row < 0)
        return;
    for (const ArmResult& arm : m_result.arms) {
        if (row < static_cast<int>(arm.seeds.size())) {
            const SeedResult& seed = arm.seeds[static_cast<std::size_t>(row)];
            if (!seed.folder.empty() && seed.outcome)
                Q_EMIT openRequested(text(seed.folder));
            return;
        }
        row -= static_cast<int>(arm.seeds.size());
    }
}

} // namespace mantissa::ui
