// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/number_matrix_card.h"

#include "core/output/titles.h"
#include "ui/models/number_matrix_model.h"
#include "ui/pages/card_head.h"
#include "ui/theme/format.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

void dressNumberTable(QTableView* table)
{
    table->setFrameShape(QFrame::NoFrame);
    table->setShowGrid(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(24);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
}

NumberMatrixCard::NumberMatrixCard(QWidget* parent)
    : QWidget(parent)
    , m_model(new NumberMatrixModel(this))
{
    auto* choices = new QWidget(this);
    auto* row = new QHBoxLayout(choices);
    row->setContentsMargins({});
    m_statistic = new QComboBox(choices);
    m_statistic->setObjectName(u"numbersStatistic"_s);
    m_statistic->setAccessibleName(tr("Statistic"));
    for (const NumberStatistic statistic : allNumberStatistics) {
        m_statistic->addItem(titleOf(statistic), static_cast<int>(statistic));
        m_statistic->setItemData(m_statistic->count() - 1, tipOf(statistic), Qt::ToolTipRole);
    }
    m_precision = new QComboBox(choices);
    m_precision->setObjectName(u"numbersPrecision"_s);
    m_precision->setAccessibleName(tr("Format it is asked for"));
    for (const Precision precision : {Precision::Bf16, Precision::Fp16})
        m_precision->addItem(tr("as %1").arg(text(titleOf(precision))), static_cast<int>(precision));
    row->addWidget(m_statistic);
    row->addWidget(m_precision);
    for (QComboBox* box : {m_statistic, m_precision})
        connect(box, &QComboBox::currentIndexChanged, this, &NumberMatrixCard::showMatrix);
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins({});
    m_words = new QLabel(content);
    m_words->setObjectName(u"caption"_s);
    m_words->setWordWrap(true);
    m_words->setContentsMargins(12, 0, 12, 2);
    m_table = new QTableView(content);
    m_table->setObjectName(u"numbersMatrix"_s);
    m_table->setAccessibleName(tr("By layer and phase"));
    m_table->setModel(m_model);
    column->addWidget(m_words);
    column->addWidget(m_table, 1);
    dressNumberTable(m_table);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this,
        [this](const QModelIndex& current) {
            if (current.isValid())
                Q_EMIT groupChosen(m_model->groupAt(current.row()));
        });
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins({});
    whole->addWidget(
        cardOf(new CardHead(tr("What a 16-bit format does to them, by layer and phase"), {}, choices, this),
            content, this));
}

void NumberMatrixCard::showRun(const Run& run, std::size_t upTo)
{
    m_run = &run;
    m_upTo = upTo;
    showMatrix();
}

void NumberMatrixCard::showMatrix()
{
    const auto statistic = static_cast<NumberStatistic>(m_statistic->currentData().toInt());
    m_words->setText(tipOf(statistic));
    m_precision->setEnabled(statistic != NumberStatistic::UpdateRatio);
    if (m_run)
        m_model->show(m_run, m_upTo, statistic, static_cast<Precision>(m_precision->currentData().toInt()));
}

} // namespace mantissa::ui
