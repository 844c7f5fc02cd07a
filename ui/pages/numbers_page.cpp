// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/numbers_page.h"

#include "core/output/titles.h"
#include "ui/models/numbers_tree_model.h"
#include "ui/models/text_table_model.h"
#include "ui/pages/card_head.h"
#include "ui/pages/number_matrix_card.h"
#include "ui/plot/exponent_plot.h"
#include "ui/run_session.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QTreeView>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

NumbersPage::NumbersPage(RunSession* session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_treeModel(new NumbersTreeModel(this))
    , m_histogramRows(new TextTableModel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 8);
    column->setSpacing(8);
    auto* head = new QHBoxLayout;
    buildHead(head);
    column->addLayout(head);
    auto* sides = new QSplitter(Qt::Horizontal, this);
    auto* right = new QSplitter(Qt::Vertical, this);
    for (QSplitter* splitter : {sides, right}) {
        splitter->setChildrenCollapsible(false);
        splitter->setHandleWidth(8);
    }
    sides->addWidget(treeCard());
    right->addWidget(histogramCard());
    m_matrix = new NumberMatrixCard(this);
    connect(m_matrix, &NumberMatrixCard::groupChosen, this, [this](const QString& group) {
        if (const QModelIndex there = m_treeModel->indexOf(group); there.isValid())
            m_tree->setCurrentIndex(there);
    });
    right->addWidget(m_matrix);
    sides->addWidget(right);
    sides->setStretchFactor(0, 5);
    sides->setStretchFactor(1, 6);
    sides->setSizes({500, 600}); // else the tree gets what it asks for while it is empty
    column->addWidget(sides, 1);
    connect(session, &RunSession::runChanged, this, &NumbersPage::showRun);
    connect(session, &RunSession::rowsAppended, this, &NumbersPage::showNewRows);
    connect(session, &RunSession::ended, this, &NumbersPage::showNewRows);
    showRun();
}

void NumbersPage::buildHead(QHBoxLayout* head)
{
    m_what = new QLabel(this);
    m_what->setObjectName(u"numbersWhat"_s);
    m_what->setWordWrap(true);
    m_when = new QSlider(Qt::Horizontal, this);
    m_when->setObjectName(u"numbersWhen"_s);
    m_when->setAccessibleName(tr("Measurement shown"));
    m_when->setToolTip(
        tr("Which measurement is shown, from the first to the newest; at the right end it follows"));
    m_when->setFixedWidth(220);
    m_when->setPageStep(10);
    connect(m_when, &QSlider::valueChanged, this, [this](int value) {
        m_follows = value == m_when->maximum();
        showMeasurement();
    });
    m_all = new QPushButton(tr("Look at every element"), this);
    m_all->setObjectName(u"numbersAll"_s);
    m_all->setToolTip(
        tr("The next step of the run looks at every element instead of one in 64; it takes longer once"));
    connect(m_all, &QPushButton::clicked, this, &NumbersPage::askForAll);
    head->addWidget(m_what, 1);
    head->addWidget(m_when);
    head->addWidget(m_all);
}

QWidget* NumbersPage::treeCard()
{
    m_tree = new QTreeView(this);
    m_tree->setObjectName(u"numbersTree"_s);
    m_tree->setAccessibleName(tr("Tensors as they are held"));
    m_tree->setModel(m_treeModel);
    m_tree->setUniformRowHeights(true);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_tree->header()->setStretchLastSection(true);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
        [this](const QModelIndex& current) {
            const QString group = m_treeModel->groupOf(current);
            if (group.isEmpty() || group == m_group)
                return;
            m_group = group;
            showGroup();
        });
    m_treeHead = new CardHead(tr("What is in memory"), {}, nullptr, this);
    return cardOf(m_treeHead, m_tree, this);
}

QWidget* NumbersPage::histogramCard()
{
    m_histogram = new ExponentPlot(this);
    m_histogram->setObjectName(u"exponents"_s);
    m_histogramTable = new QTableView(this);
    m_histogramTable->setObjectName(u"exponentTable"_s);
    m_histogramTable->setModel(m_histogramRows);
    dressNumberTable(m_histogramTable);
    auto* views = new QStackedWidget(this);
    views->addWidget(m_histogram);
    views->addWidget(m_histogramTable);
    auto* tabs = new QTabBar(this);
    tabs->setObjectName(u"exponentViews"_s);
    tabs->addTab(tr("Chart"));
    tabs->addTab(tr("Table"));
    tabs->setDrawBase(false);
    tabs->setExpanding(false);
    connect(tabs, &QTabBar::currentChanged, views, &QStackedWidget::setCurrentIndex);
    m_histogramHead = new CardHead(tr("How large the numbers are"), {}, tabs, this);
    return cardOf(m_histogramHead, views, this);
}

void NumbersPage::showRun()
{
    m_follows = true;
    m_asked = false;
    m_seen = 0;
    m_group.clear();
    showNewRows();
    showMeasurement();
}

void NumbersPage::showNewRows()
{
    m_all->setEnabled(m_session->isControlled() && !m_asked);
    if (!isVisible() || m_seen == m_session->run().numbers().size())
        return; // a hidden page costs nothing
    const auto& numbers = m_session->run().numbers();
    if (m_asked && !numbers.empty() && numbers.back().isExact)
        m_asked = false;
    m_all->setEnabled(m_session->isControlled() && !m_asked);
    m_seen = numbers.size();
    const QSignalBlocker blocker(m_when);
    const bool follows = m_follows;
    m_when->setRange(0, std::max(0, static_cast<int>(numbers.size()) - 1));
    if (follows)
        m_when->setValue(m_when->maximum());
    m_follows = follows;
    showMeasurement();
}

void NumbersPage::showEvent(QShowEvent* event)
{
    m_seen = static_cast<std::size_t>(-1);
    showNewRows();
    QWidget::showEvent(event);
}

const NumbersMeasured* NumbersPage::measured() const
{
    const auto& numbers = m_session->run().numbers();
    return numbers.empty()
        ? nullptr
        : &numbers[std::min(numbers.size() - 1, static_cast<std::size_t>(m_when->value()))];
}

void NumbersPage::showMeasurement()
{
    const NumbersMeasured* now = measured();
    const Run& run = m_session->run();
    m_when->setEnabled(run.numbers().size() > 1);
    if (now) {
        const Segment* segment = run.segmentAt(now->tick);
        m_what->setText(
            tr("Measured at tick %1%2 · %3 · took %4")
                .arg(countText(now->tick),
                    segment ? tr(" in %1, %2")
                                  .arg(text(titleOf(segment->start->phase)),
                                      text(titleOf(segment->start->plan.compute)))
                            : QString(),
                    now->isExact ? tr("every element") : tr("one element in 64"), secondsText(now->seconds)));
    } else {
        m_what->setText(run.config().training.numbersInterval > 0
                ? tr("Numbers are measured every %1 steps of a run; this one has none yet.")
                      .arg(run.config().training.numbersInterval)
                : tr("This run measures its numbers only when asked (training.numbers_interval is 0)."));
    }
    const bool wasEmpty = m_treeModel->rowCount() == 0;
    m_treeModel->show(&run, now);
    if (wasEmpty && now) {
        m_tree->expandToDepth(0);
        if (m_group.isEmpty() && !now->groups.empty())
            m_group = text(now->groups.front().name);
        m_tree->setCurrentIndex(m_treeModel->indexOf(m_group));
    }
    m_treeHead->setCaption(!now ? tr("format and tier of each tensor appear here")
            : m_treeModel->differences() == 0
            ? tr("✓ everything is held as the table says")
            : tr("≠ %1 parts are not as the table says: red").arg(m_treeModel->differences()));
    showGroup();
    m_matrix->showRun(m_session->run(), static_cast<std::size_t>(m_when->value()));
}

void NumbersPage::showGroup()
{
    const NumbersMeasured* now = measured();
    std::optional<NumberGroup> shown;
    if (now)
        for (const NumberGroup& group : now->groups)
            if (text(group.name) == m_group)
                shown = group;
    m_histogram->showGroup(shown);
    m_histogramRows->setTable(ExponentPlot::header(), m_histogram->rows());
    m_histogramTable->setAccessibleName(tr("Sizes of %1").arg(m_group));
    m_histogramHead->setCaption(shown
            ? tr("%1: %2 of %3 elements, by power of two")
                  .arg(m_group, countText(shown->sampled), countText(shown->elements))
            : QString());
}

void NumbersPage::askForAll()
{
    m_session->requestNumbers();
    m_asked = true;
    m_all->setEnabled(false);
}

void NumbersPage::redraw()
{
    showMeasurement();
    m_histogram->update();
}

} // namespace mantissa::ui
