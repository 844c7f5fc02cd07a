// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/compare_page.h"

#include "core/evidence/comparison.h"
#include "core/record/run_store.h"
#include "ui/models/comparison_model.h"
#include "ui/models/run_labels.h"
#include "ui/plot/static_charts.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QFrame>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

ComparePage::ComparePage(QWidget* parent)
    : QWidget(parent)
    , m_model(new ComparisonModel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 8);
    column->setSpacing(8);
    m_head = new QWidget(this);
    auto* head = new QHBoxLayout(m_head);
    head->setContentsMargins({});
    auto* label = new QLabel(tr("Baseline"), this);
    label->setObjectName(u"muted"_s);
    m_baselineBox = new QComboBox(this);
    m_baselineBox->setObjectName(u"baseline"_s);
    m_baselineBox->setMinimumWidth(320);
    connect(m_baselineBox, &QComboBox::activated, this, &ComparePage::chooseBaseline);
    m_message = new QLabel(this);
    m_message->setObjectName(u"muted"_s);
    m_message->setWordWrap(true);
    head->addWidget(label);
    head->addWidget(m_baselineBox);
    head->addSpacing(12);
    head->addWidget(m_message, 1);
    column->addWidget(m_head);
    m_empty = emptyState();
    column->addWidget(m_empty, 1);
    m_grid = new QGridLayout;
    m_grid->setSpacing(8);
    m_grid->setColumnStretch(0, 2);
    m_grid->setColumnStretch(1, 1);
    column->addLayout(m_grid, 1);
    m_table = new QTableView(this);
    m_table->setModel(m_model);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(26);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->setMaximumHeight(150);
    column->addWidget(m_table);
    redraw();
}

QWidget* ComparePage::emptyState()
{
    auto* frame = new QFrame(this);
    frame->setObjectName(u"card"_s);
    auto* column = new QVBoxLayout(frame);
    column->setSpacing(10);
    auto* title = new QLabel(tr("No runs to compare yet"), frame);
    title->setFont(figureFont());
    title->setStyleSheet(u"font-size: 22px; font-weight: 600;"_s);
    auto* words = new QLabel(tr("Select two or more runs on the Runs page (Ctrl or Shift with a click, or with the arrow keys) and press Compare selected.\n"
                                "Or drop run folders on this window. The FP32 run among them becomes the baseline."), frame);
    words->setObjectName(u"muted"_s);
    m_emptyProblem = new QLabel(frame);
    m_emptyProblem->setObjectName(u"problem"_s);
    auto* choose = new QPushButton(tr("Choose runs"), frame);
    choose->setObjectName(u"chooseRuns"_s);
    connect(choose, &QPushButton::clicked, this, &ComparePage::runsRequested);
    column->addStretch(2);
    for (QLabel* label : {title, words, m_emptyProblem}) {
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignCenter);
        column->addWidget(label);
    }
    column->addWidget(choose, 0, Qt::AlignCenter);
    column->addStretch(3);
    return frame;
}

QWidget* ComparePage::card(const QString& title, QWidget* chart)
{
    auto* frame = new QFrame(this);
    frame->setObjectName(u"card"_s);
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(6, 8, 6, 4);
    column->setSpacing(2);
    auto* heading = new QLabel(title, frame);
    heading->setStyleSheet(u"font-weight: 600; padding-left: 8px;"_s);
    column->addWidget(heading);
    column->addWidget(chart, 1);
    return frame;
}

void ComparePage::showRuns(const std::vector<std::filesystem::path>& folders)
{
    m_runs.clear();
    m_problems.clear();
    for (const auto& folder : folders) {
        if (auto run = openRun(folder))
            m_runs.push_back(std::make_unique<Run>(std::move(*run)));
        else
            m_problems << text(run.error().message);
    }
    std::vector<const Run*> pointers;
    m_baselineBox->clear();
    m_baselineBox->addItem(tr("none"));
    for (const auto& run : m_runs) {
        pointers.push_back(run.get());
        m_baselineBox->addItem(shownTitle(run->folder()));
    }
    m_baseline = guessBaseline(pointers);
    m_baselineBox->setCurrentIndex(m_baseline ? static_cast<int>(*m_baseline) + 1 : 0);
    redraw();
}

void ComparePage::chooseBaseline(int index)
{
    m_baseline = index > 0 ? std::optional(static_cast<std::size_t>(index - 1)) : std::nullopt;
    redraw();
}

void ComparePage::redraw()
{
    for (QWidget* old : m_cards)
        delete old;
    m_cards.clear();
    std::vector<const Run*> runs;
    for (const auto& run : m_runs)
        runs.push_back(run.get());
    Comparison comparison = compareRuns(runs, m_baseline);
    std::vector<ChartRun> charted;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        charted.push_back({runs[i], shownTitle(runs[i]->folder())});
        comparison.rows[i].title = charted.back().title.toStdString();
    }
    QStringList words = m_problems;
    for (const std::string& warning : comparison.warnings)
        words << text(warning);
    if (runs.size() == 1)
        words << tr("one run alone: select another beside it on the Runs page");
    else if (words.isEmpty())
        words << tr("n = 1 pair of runs each, no interval over seeds; ± is 95 % over the evaluation windows of a pair");
    m_message->setText(words.join(u"; "_s));
    m_emptyProblem->setText(m_problems.join(u"\n"_s));
    m_emptyProblem->setVisible(!m_problems.isEmpty());
    m_empty->setVisible(runs.empty());
    m_head->setVisible(!runs.empty());
    m_table->setVisible(!runs.empty());
    m_model->setComparison(std::move(comparison));
    m_table->setFixedHeight(std::min(190, 34 + 26 * static_cast<int>(runs.size())));
    if (runs.empty())
        return;
    m_cards = {card(tr("Device memory (measured)"), memoryLinesChart(charted, this)), card(tr("Peak by class (measured)"), peakBarsChart(charted, this)),
        card(tr("Quality delta against the baseline; dashed: the claim of 0.5 %"), qualityLinesChart(charted, m_baseline, this)),
        card(tr("Memory against quality"), memoryQualityChart(charted, m_baseline, this))};
    for (int i = 0; i < 4; ++i)
        m_grid->addWidget(m_cards[static_cast<std::size_t>(i)], i / 2, i % 2);
}

} // namespace mantissa::ui
