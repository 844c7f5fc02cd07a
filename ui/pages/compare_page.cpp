// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/compare_page.h"

#include "core/evidence/comparison.h"
#include "core/output/titles.h"
#include "core/record/device_choice.h"
#include "core/record/foreign_run.h"
#include "core/record/run_store.h"
#include "ui/example_run.h"
#include "ui/models/comparison_model.h"
#include "ui/models/text_table_model.h"
#include "ui/pages/axis_choice.h"
#include "ui/pages/empty_state.h"
#include "ui/pages/run_picker.h"
#include "ui/plot/static_charts.h"
#include "ui/settings.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFrame>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTabBar>
#include <QTableView>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString pinnedKey = u"compare/baseline"_s;

} // namespace

ComparePage::ComparePage(QWidget* parent)
    : QWidget(parent)
    , m_model(new ComparisonModel(this))
    , m_differences(new TextTableModel(this))
    , m_peaks(new TextTableModel(this))
{
    connect(&m_logs.wait, &QTimer::timeout, this, [this] {
        if (!m_logs.reading->isDone())
            return;
        m_logs.wait.stop();
        Opened read = m_logs.reading->take();
        m_logs.reading.reset();
        take(std::move(read));
    });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 8);
    column->setSpacing(8);
    m_head = new QWidget(this);
    auto* above = new QVBoxLayout(m_head);
    above->setContentsMargins({});
    above->setSpacing(4);
    auto* head = new QHBoxLayout;
    above->addLayout(head);
    buildHead(head);
    above->addWidget(m_message); // below: beside the choices it would be a column of single words
    column->addWidget(m_head);
    m_empty = buildEmptyState();
    column->addWidget(m_empty, 1);
    m_grid = new QGridLayout;
    m_grid->setSpacing(8);
    m_grid->setColumnStretch(0, 2);
    m_grid->setColumnStretch(1, 1);
    column->addLayout(m_grid, 1);
    buildTables(column);
    redraw();
}

void ComparePage::buildHead(QHBoxLayout* head)
{
    m_picker = new RunPicker(this);
    connect(m_picker, &RunPicker::ticked, this, &ComparePage::tick);
    auto* label = new QLabel(tr("Baseline"), this);
    label->setObjectName(u"muted"_s);
    m_baselineBox = new QComboBox(this);
    m_baselineBox->setObjectName(u"baseline"_s);
    m_baselineBox->setAccessibleName(tr("Baseline"));
    m_baselineBox->setMinimumWidth(150);
    m_baselineBox->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(m_baselineBox, &QComboBox::activated, this, &ComparePage::chooseBaseline);
    m_pin = new QToolButton(this);
    m_pin->setObjectName(u"pin"_s);
    m_pin->setText(tr("Pin"));
    m_pin->setCheckable(true);
    m_pin->setToolTip(tr("Keeps this baseline for whatever is compared next"));
    connect(m_pin, &QToolButton::clicked, this, &ComparePage::pinBaseline);
    m_axis = new QComboBox(this);
    m_axis->setObjectName(u"compareAxis"_s);
    m_axis->setAccessibleName(tr("Unit of the x axis"));
    for (const auto& [title, unit] :
        {std::pair(tr("over steps"), AxisUnit::Step), std::pair(tr("over tokens"), AxisUnit::Tokens),
            std::pair(tr("over time"), AxisUnit::Seconds), std::pair(tr("over ticks"), AxisUnit::Tick)})
        m_axis->addItem(title, static_cast<int>(unit));
    m_since = new QComboBox(this);
    m_since->setObjectName(u"compareSince"_s);
    m_since->setAccessibleName(tr("Where the x axis begins"));
    m_since->setToolTip(tr("Lays the runs over each other where each came to a phase for the first time"));
    m_since->addItem(tr("from the start"), -1);
    for (const Phase phase : {Phase::Full, Phase::Predict, Phase::Correct})
        m_since->addItem(tr("since the first %1").arg(text(titleOf(phase))), static_cast<int>(phase));
    m_lines = new QComboBox(this);
    m_lines->setObjectName(u"compareLines"_s);
    m_lines->setAccessibleName(tr("Lines of the large chart"));
    m_lines->addItem(tr("device memory"), QLatin1StringView(memoryLines));
    for (const auto& [title, chart] :
        {std::pair(tr("training loss"), "runs-loss"), std::pair(tr("evaluation loss"), "runs-evaluation"),
            std::pair(tr("gradient norm"), "runs-gradient"), std::pair(tr("learning rate"), "runs-rate"),
            std::pair(tr("throughput"), "runs-speed")})
        m_lines->addItem(title, QLatin1StringView(chart));
    for (QComboBox* box : {m_axis, m_since, m_lines})
        connect(box, &QComboBox::currentIndexChanged, this, &ComparePage::redraw);
    auto* add = new QToolButton(this);
    add->setObjectName(u"addForeign"_s);
    add->setText(tr("Add TensorBoard…"));
    add->setToolTip(
        tr("Lays the losses of another program's run beside these: a folder with its event files"));
    connect(add, &QToolButton::clicked, this, &ComparePage::addForeignRun);
    m_message = new QLabel(this);
    m_message->setObjectName(u"muted"_s);
    m_message->setWordWrap(true);
    head->addWidget(m_picker);
    head->addWidget(label);
    head->addWidget(m_baselineBox);
    head->addWidget(m_pin);
    head->addSpacing(8);
    head->addWidget(m_lines);
    head->addWidget(m_axis);
    head->addWidget(m_since);
    head->addWidget(add);
    head->addStretch(1);
}

void ComparePage::buildTables(QVBoxLayout* column)
{
    m_tableTabs = new QTabBar(this);
    m_tableTabs->setObjectName(u"compareTables"_s);
    for (const QString& title : {tr("Figures"), tr("Differences in config"), tr("Peak by class")})
        m_tableTabs->addTab(title);
    m_tableTabs->setDrawBase(false);
    m_tableTabs->setExpanding(false);
    column->addWidget(m_tableTabs);
    m_table = new QTableView(this);
    m_table->setObjectName(u"compareTable"_s);
    m_table->setAccessibleName(tr("Figures of the runs"));
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setModel(m_model);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(26);
    column->addWidget(m_table);
    connect(m_tableTabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_table->setModel(tab == 1 ? static_cast<QAbstractItemModel*>(m_differences)
                : tab == 2         ? m_peaks
                                   : static_cast<QAbstractItemModel*>(m_model));
        m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
        m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    });
    Q_EMIT m_tableTabs->currentChanged(0);
}

QWidget* ComparePage::buildEmptyState()
{
    auto* below = new QWidget(this);
    auto* column = new QVBoxLayout(below);
    column->setContentsMargins({});
    m_emptyProblem = new QLabel(below);
    m_emptyProblem->setObjectName(u"problem"_s);
    m_emptyProblem->setWordWrap(true);
    m_emptyProblem->setAlignment(Qt::AlignCenter);
    auto* choose = new QPushButton(tr("Choose runs"), below);
    choose->setObjectName(u"chooseRuns"_s);
    connect(choose, &QPushButton::clicked, this, &ComparePage::runsRequested);
    column->addWidget(m_emptyProblem);
    column->addWidget(choose, 0, Qt::AlignCenter);
    return emptyState(tr("No runs to compare yet"),
        tr("Select two or more runs on the Runs page (Ctrl or Shift with a click, or with the arrow keys) "
           "and press Compare selected.\n"
           "Or drop run folders on this window. The FP32 run among them becomes the baseline."),
        below, this);
}

void ComparePage::setRunsFolder(const std::filesystem::path& folder) { m_picker->setRunsFolder(folder); }

void ComparePage::tick(const std::filesystem::path& folder, bool isTicked)
{
    std::vector<std::filesystem::path> all = m_asked;
    std::erase_if(all, [&](const auto& shown) { return placeOf(shown) == folder; });
    if (isTicked)
        all.push_back(folder);
    std::erase_if(m_offered,
        [&](const auto& offered) { return placeOf(offered) == placeOf(folder); }); // somebody has decided
    read(all);
}

void ComparePage::showRuns(const std::vector<std::filesystem::path>& folders)
{
    m_offered.clear(); // these are meant, and no other
    m_chosen.reset();
    showWithPinned(folders);
}

void ComparePage::showWithPinned(std::vector<std::filesystem::path> all)
{
    const std::filesystem::path pinned = pathFrom(WindowSettings().value(pinnedKey).toString());
    std::error_code error;
    if (!all.empty() && !pinned.empty() && std::find(all.begin(), all.end(), pinned) == all.end()
        && std::filesystem::exists(pinned, error))
        all.push_back(pinned);
    read(all);
}

ComparePage::Opened ComparePage::opened(
    const std::vector<std::filesystem::path>& folders, const std::stop_token& stop)
{
    Opened opened;
    for (const auto& folder : folders) {
        const std::int64_t bytes = logBytes(folder);
        auto run = readAnyRun(folder, stop);
        opened.bytes += run ? bytes : 0;
        opened.runs.push_back(std::move(run));
    }
    return opened;
}

void ComparePage::read(const std::vector<std::filesystem::path>& folders)
{
    m_asked = folders;
    std::int64_t bytes = 0;
    for (const auto& folder : folders)
        bytes += logBytes(folder);
    const auto work = [folders](const std::stop_token& stop) { return opened(folders, stop); };
    m_logs.reading = bytes > m_logs.longFrom ? std::make_unique<Background<Opened>>(work) : nullptr;
    if (!m_logs.reading)
        return take(work({}));
    m_logs.wait.start(backgroundMilliseconds);
    redraw();
}

void ComparePage::take(Opened opened)
{
    m_runs.clear();
    m_logs.problems.clear();
    m_logs.bytes = opened.bytes;
    for (auto& run : opened.runs)
        if (run)
            m_runs.push_back(std::make_unique<Run>(std::move(*run)));
        else
            m_logs.problems << messageText(run.error().message);
    m_baselineBox->clear();
    m_baselineBox->addItem(tr("none"));
    for (const auto& run : m_runs)
        m_baselineBox->addItem(text(run->title()));
    offerTime(
        m_axis, std::ranges::all_of(m_runs, [](const auto& run) { return hasRealSeconds(run->config()); }));
    m_baseline = guessBaseline(runs());
    const std::filesystem::path pinned = WindowSettings().value(pinnedKey).toString().toStdString();
    for (std::size_t i = 0; i < m_runs.size(); ++i)
        if (m_runs[i]->folder() == pinned)
            m_baseline = i;
    if (m_chosen && m_chosen->empty())
        m_baseline.reset();
    for (std::size_t i = 0; i < m_runs.size() && m_chosen; ++i)
        if (m_runs[i]->folder() == *m_chosen)
            m_baseline = i;
    m_baselineBox->setCurrentIndex(m_baseline ? static_cast<int>(*m_baseline) + 1 : 0);
    redraw();
}

void ComparePage::showEvent(QShowEvent* event)
{
    if (!m_logs.reading)
        readWhatIsNew();
    QWidget::showEvent(event);
}

void ComparePage::readWhatIsNew()
{
    std::int64_t bytes = 0;
    auto all = folders();
    for (const auto& folder : all)
        bytes += logBytes(folder);
    std::vector<std::filesystem::path> offered = std::exchange(m_offered, {}); // once: it may be unticked
    std::erase_if(offered, [&](const auto& one) {
        return one.empty()
            || std::ranges::any_of(all, [&](const auto& folder) { return placeOf(folder) == placeOf(one); });
    });
    if (!offered.empty()) {
        if (!isExampleRun(offered.front()))
            std::erase_if(all, isExampleRun);
        offered.insert(offered.end(), all.begin(), all.end());
        showWithPinned(offered);
    } else if (bytes != m_logs.bytes)
        read(all);
}

std::vector<std::filesystem::path> ComparePage::folders() const
{
    std::vector<std::filesystem::path> all;
    for (const auto& run : m_runs)
        all.push_back(run->folder());
    return all;
}

std::vector<const Run*> ComparePage::runs() const
{
    std::vector<const Run*> all;
    for (const auto& run : m_runs)
        all.push_back(run.get());
    return all;
}

void ComparePage::addForeignRun()
{
    const QString folder = QFileDialog::getExistingDirectory(this, tr("A folder with event files"));
    if (folder.isEmpty())
        return;
    std::vector<std::filesystem::path> all = folders();
    all.emplace_back(folder.toStdString());
    read(all);
}

void ComparePage::chooseBaseline(int index)
{
    m_baseline = index > 0 ? std::optional(static_cast<std::size_t>(index - 1)) : std::nullopt;
    m_chosen = m_baseline ? m_runs[*m_baseline]->folder() : std::filesystem::path();
    redraw();
}

void ComparePage::pinBaseline(bool pinned)
{
    WindowSettings().setValue(
        pinnedKey, pinned && m_baseline ? pathText(m_runs[*m_baseline]->folder()) : QString());
    redraw();
}

void ComparePage::redraw()
{
    for (QWidget* old : m_cards)
        delete old;
    m_cards.clear();
    Comparison comparison = compareRuns(runs(), m_baseline);
    std::vector<ChartRun> charted;
    for (std::size_t i = 0; i < m_runs.size(); ++i) {
        charted.push_back({m_runs[i].get(), m_runs[i]->title()});
        comparison.rows[i].title = charted.back().title;
    }
    showMessage(comparison.warnings);
    m_picker->setTicked(folders());
    m_pin->setEnabled(m_baseline.has_value());
    m_pin->setChecked(m_baseline
        && WindowSettings().value(pinnedKey).toString() == pathText(m_runs[*m_baseline]->folder()));
    m_emptyProblem->setText(m_logs.problems.join(u"\n"_s));
    m_emptyProblem->setVisible(!m_logs.problems.isEmpty());
    m_empty->setVisible(charted.empty());
    for (QWidget* part : std::initializer_list<QWidget*>{m_head, m_tableTabs, m_table})
        part->setVisible(!charted.empty());
    m_model->setComparison(std::move(comparison));
    m_table->setFixedHeight(std::clamp(34 + 26 * static_cast<int>(charted.size()), 112, 190));
    if (charted.empty())
        return;
    showTables(charted);
    showCharts(charted);
}

void ComparePage::showMessage(const std::vector<std::string>& warnings)
{
    QStringList words = m_logs.problems;
    if (m_logs.reading)
        words << tr("long logs are being read…");
    for (const std::string& warning : warnings)
        words << text(warning);
    for (const auto& run : m_runs)
        if (!run->ended())
            words << tr("%1 is not finished: step %2 of %3")
                         .arg(text(run->title()), countText(run->steps()),
                             countText(run->config().training.maxSteps));
    const bool hasRepeats = repeatsOf(runs()).size() < m_runs.size();
    if (m_runs.size() == 1)
        words << tr("one run alone: tick another under Runs");
    else if (hasRepeats)
        words << tr(
            "runs that differ by seed alone are one line: their mean, and a band from the least to the most");
    else if (words.isEmpty())
        words << tr("n = 1 pair of runs each, no interval over seeds; ± is 95 % over the evaluation windows "
                    "of a pair");
    m_message->setText(words.join(u"; "_s));
    m_message->setVisible(!words.isEmpty());
}

} // namespace mantissa::ui
