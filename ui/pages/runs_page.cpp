// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs_page.h"

#include "ui/models/run_filter.h"
#include "ui/models/run_list_model.h"
#include "ui/models/run_queue_model.h"
#include "ui/pages/confirm_bar.h"
#include "ui/pages/empty_state.h"
#include "ui/pages/run_table.h"
#include "ui/theme/format.h"
#include "ui/trash.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QTimer>

#include <algorithm>
#include <set>
#include <tuple>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int progressMilliseconds = 1000; ///< between looks at the runs that train

} // namespace

RunsPage::RunsPage(std::filesystem::path runsFolder, QWidget* parent)
    : QWidget(parent)
    , m_runsFolder(std::move(runsFolder))
    , m_model(new RunListModel(this))
    , m_shown(new RunFilter(m_model, this))
    , m_table(new RunTable(m_shown, this))
    , m_search(new QLineEdit(this))
    , m_confirm(new ConfirmBar(this))
    , m_where(new QLabel(this))
    , m_showArchived(new QCheckBox(this))
{
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunsPage::showState);
    connect(m_table, &QTreeView::activated, this, &RunsPage::open);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 8);
    column->addLayout(commandRow());
    column->addLayout(filterRow());
    m_card = new QFrame(this);
    m_card->setObjectName(u"card"_s);
    auto* inner = new QVBoxLayout(m_card);
    inner->setContentsMargins(4, 4, 4, 4);
    inner->addWidget(m_table);
    column->addWidget(m_card, 1);
    m_none = emptyState(tr("No runs yet"),
        tr("Start on the Train page makes one. Open run shows one from another folder."), nullptr, this);
    column->addWidget(m_none, 1);
    column->addWidget(m_confirm); // below: the rows stay where the pointer is
    column->addLayout(foot());
    connect(m_model, &RunListModel::failed, m_confirm, &ConfirmBar::tell);
    connect(m_model, &RunListModel::labelsChanged, this, &RunsPage::labelsChanged);
    auto* progress = new QTimer(this);
    connect(progress, &QTimer::timeout, this, [this] {
        if (!isVisible())
            return;
        m_model->refreshRunning();
        showState(); // one of them may have ended
    });
    progress->start(progressMilliseconds);
    refresh();
}

/// The search and what can be done with the runs that are selected.
QHBoxLayout* RunsPage::commandRow()
{
    auto* row = new QHBoxLayout;
    m_search->setObjectName(u"search"_s);
    m_search->setAccessibleName(tr("Search"));
    m_search->setPlaceholderText(tr("Search title, tags, note, model, preset, outcome  (Ctrl+F)"));
    m_search->setClearButtonEnabled(true);
    m_search->setMinimumWidth(200);
    m_search->installEventFilter(this);
    connect(m_search, &QLineEdit::textChanged, this, &RunsPage::search);
    auto* find = new QShortcut(QKeySequence::Find, this);
    connect(find, &QShortcut::activated, this, [this] { m_search->setFocus(Qt::ShortcutFocusReason); });
    row->addWidget(m_search, 1);
    m_open = command(u"open"_s, tr("Open"), {}, &RunsPage::open);
    m_open->setToolTip(tr("Return"));
    m_resume = command(u"resume"_s, tr("Continue"), Qt::CTRL | Qt::Key_R, &RunsPage::resume);
    m_again = command(u"again"_s, tr("Queue again"), Qt::CTRL | Qt::Key_D, &RunsPage::trainAgain);
    m_compare = command(u"compare"_s, tr("Compare selected"), Qt::CTRL | Qt::Key_M, &RunsPage::compare);
    m_label = {command(u"rename"_s, tr("Rename"), Qt::Key_F2, &RunsPage::rename),
        command(u"tag"_s, tr("Tags"), Qt::CTRL | Qt::Key_G, &RunsPage::tag),
        command(u"note"_s, tr("Note"), Qt::CTRL | Qt::Key_N, &RunsPage::note)};
    m_archive = command(u"archive"_s, tr("Archive"), Qt::CTRL | Qt::Key_H, &RunsPage::archive);
    m_remove = command(u"remove"_s, tr("Delete"), QKeySequence::Delete, &RunsPage::askToRemove);
    for (QPushButton* button :
        {m_open, m_resume, m_again, m_compare, m_label[0], m_label[1], m_label[2], m_archive, m_remove})
        row->addWidget(button);
    return row;
}

/// What runs are told apart by, each box with what there is.
QHBoxLayout* RunsPage::filterRow()
{
    auto* row = new QHBoxLayout;
    for (const auto& [box, name, title] : {std::tuple(&m_states, u"filterState"_s, tr("State")),
             std::tuple(&m_presets, u"filterPreset"_s, tr("Preset")),
             std::tuple(&m_models, u"filterModel"_s, tr("Model"))}) {
        *box = new QComboBox(this);
        (*box)->setObjectName(name);
        (*box)->setAccessibleName(title);
        (*box)->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        connect(*box, &QComboBox::activated, this, &RunsPage::filter);
        row->addWidget(*box);
    }
    row->addStretch(1);
    return row;
}

QHBoxLayout* RunsPage::foot()
{
    m_where->setObjectName(u"muted"_s);
    m_showArchived->setObjectName(u"showArchived"_s);
    connect(m_showArchived, &QCheckBox::toggled, this, [this](bool shown) {
        m_shown->showArchived(shown);
        showState();
    });
    auto* folder = new QPushButton(tr("Other folder…"), this);
    folder->setObjectName(u"runsFolder"_s);
    folder->setToolTip(tr("Where runs are kept from now on, and listed from"));
    connect(folder, &QPushButton::clicked, this, &RunsPage::chooseFolder);
    auto* row = new QHBoxLayout;
    row->addWidget(m_where, 1);
    row->addWidget(m_showArchived);
    row->addWidget(folder);
    return row;
}

void RunsPage::setRunsFolder(const std::filesystem::path& folder)
{
    m_runsFolder = folder;
    refresh();
}

void RunsPage::chooseFolder()
{
    const QString folder
        = QFileDialog::getExistingDirectory(this, tr("A folder for runs"), text(m_runsFolder.string()));
    if (!folder.isEmpty())
        Q_EMIT folderChosen(folder.toStdString());
}

void RunsPage::fillFilters()
{
    std::set<std::string> states;
    std::set<std::string> presets;
    std::set<std::string> models;
    for (const QModelIndex& index : m_model->everyRow()) {
        if (m_model->isExperiment(index))
            continue;
        const RunListing& run = m_model->at(index);
        states.insert(std::string(nameOf(run.state)));
        presets.insert(run.preset);
        models.insert(run.config.model.kind);
    }
    for (const auto& [box, any, found] :
        {std::tuple(m_states, tr("any state"), &states), std::tuple(m_presets, tr("any preset"), &presets),
            std::tuple(m_models, tr("any model"), &models)}) {
        const QString before = box->currentData().toString();
        box->clear();
        box->addItem(any, QString());
        for (const std::string& name : *found)
            if (!name.empty())
                box->addItem(text(name).replace(u'_', u' '), text(name));
        box->setCurrentIndex(std::max(0, box->findData(before)));
        box->setEnabled(box->count() > 2); // with one alone there is nothing to tell apart
    }
    filter();
}

void RunsPage::filter()
{
    m_shown->setChoice({m_states->currentData().toString(), m_presets->currentData().toString(),
        m_models->currentData().toString()});
    search(m_search->text());
}

void RunsPage::showEverything()
{
    for (QComboBox* box : {m_states, m_presets, m_models})
        box->setCurrentIndex(0);
    m_search->clear();
    filter();
}

void RunsPage::addBelow(QWidget* widget)
{
    auto* column = static_cast<QVBoxLayout*>(layout());
    column->insertWidget(column->count() - 1, widget);
}

QPushButton* RunsPage::command(
    const QString& name, const QString& title, const QKeySequence& keys, void (RunsPage::*slot)())
{
    auto* button = new QPushButton(title, this);
    button->setObjectName(name);
    connect(button, &QPushButton::clicked, this, slot);
    if (keys.isEmpty())
        return button;
    button->setToolTip(keys.toString(QKeySequence::NativeText));
    auto* shortcut = new QShortcut(keys, m_table);
    shortcut->setContext(Qt::WidgetShortcut); // while a cell is edited, its keys are its own
    connect(shortcut, &QShortcut::activated, button, [button] { button->click(); });
    return button;
}

void RunsPage::refresh()
{
    const auto before = selected();
    const QModelIndex at = m_shown->mapToSource(m_table->currentIndex());
    const std::filesystem::path current = at.isValid() ? m_model->at(at).folder : std::filesystem::path();
    std::vector<std::filesystem::path> open;
    for (int row = 0; row < m_shown->rowCount(); ++row)
        if (const QModelIndex shown = m_shown->index(row, 0); m_table->isExpanded(shown))
            open.push_back(m_model->at(m_shown->mapToSource(shown)).folder);
    m_model->setRuns(listRuns(m_runsFolder), listExperiments(m_runsFolder));
    fillFilters();
    QItemSelection again;
    QModelIndex currentAgain;
    bool hasExperiments = false;
    for (const QModelIndex& index : m_model->everyRow()) {
        const QModelIndex shown = m_shown->mapFromSource(index);
        const auto isOneOf = [&](const auto& folders) {
            return std::ranges::find(folders, m_model->at(index).folder) != folders.end();
        };
        hasExperiments |= m_model->isExperiment(index);
        if (shown.isValid() && isOneOf(open))
            m_table->expand(shown);
        if (shown.isValid() && isOneOf(before))
            again.select(shown, shown);
        if (shown.isValid() && m_model->at(index).folder == current)
            currentAgain = shown;
    }
    m_table->setRootIsDecorated(hasExperiments); // no room for what nothing opens
    if (again.isEmpty() && m_shown->rowCount() > 0)
        m_table->selectFirst(); // the keyboard has a place to start from
    else
        m_table->selectionModel()->select(
            again, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    if (currentAgain.isValid())
        m_table->selectionModel()->setCurrentIndex(currentAgain, QItemSelectionModel::NoUpdate);
    showState();
}

std::vector<std::filesystem::path> RunsPage::selected() const
{
    std::vector<std::filesystem::path> folders;
    for (const QModelIndex& index : m_table->selectedRows())
        folders.push_back(m_model->at(index).folder);
    return folders;
}

std::vector<std::filesystem::path> RunsPage::selectedRuns() const
{
    std::vector<std::filesystem::path> folders;
    const auto add = [&](const QModelIndex& index) {
        if (const auto& folder = m_model->at(index).folder;
            std::ranges::find(folders, folder) == folders.end())
            folders.push_back(folder);
    };
    for (const QModelIndex& index : m_table->selectedRows()) {
        if (!m_model->isExperiment(index))
            add(index);
        for (int row = 0; row < m_model->rowCount(index); ++row)
            add(m_model->index(row, 0, index));
    }
    return folders;
}

void RunsPage::showState()
{
    const auto rows = m_table->selectedRows();
    const bool one = rows.size() == 1;
    const bool oneRun = one && !m_model->isExperiment(rows.front());
    m_open->setEnabled(one);
    for (QPushButton* button : m_label)
        button->setEnabled(one);
    m_again->setEnabled(oneRun);
    m_compare->setEnabled(selectedRuns().size() >= 2);
    m_remove->setEnabled(!rows.empty());
    m_archive->setEnabled(!rows.empty());
    m_archive->setText(areAllArchived(rows) ? tr("Bring back") : tr("Archive"));
    const RunState state = oneRun ? m_model->at(rows.front()).state : RunState::Completed;
    m_resume->setEnabled(oneRun && state != RunState::Completed && state != RunState::Running);
    m_resume->setToolTip(oneRun && state == RunState::Completed
            ? tr("It is completed: open it, and Continue… in Train trains it further or forks it")
            : m_resume->shortcut().toString(QKeySequence::NativeText));
    std::error_code error;
    const QString folder = text(std::filesystem::absolute(m_runsFolder, error).string());
    int archived = 0;
    int runs = 0;
    for (const QModelIndex& index : m_model->everyRow()) {
        const bool isAway = m_model->isArchived(index);
        const bool isSeen = m_showArchived->isChecked()
            || (!isAway && !(index.parent().isValid() && m_model->isArchived(index.parent())));
        archived += isAway ? 1 : 0;
        runs += isSeen && !m_model->isExperiment(index) ? 1 : 0;
    }
    m_showArchived->setText(tr("Show %1 archived").arg(archived));
    m_showArchived->setVisible(archived > 0);
    const int shown = m_shown->shownRuns();
    m_card->setVisible(m_model->rowCount() > 0);
    m_none->setVisible(m_model->rowCount() == 0);
    m_where->setText(runs == 0
            ? (archived > 0 ? tr("every run in %1 is archived") : tr("no runs in %1")).arg(folder)
            : shown < runs ? tr("%1 of %2 runs in %3; Escape shows all").arg(shown).arg(runs).arg(folder)
            : runs == 1    ? tr("1 run in %1").arg(folder)
                           : tr("%1 runs in %2").arg(runs).arg(folder));
}

void RunsPage::search(const QString& words)
{
    m_shown->setWords(words);
    if (!words.trimmed().isEmpty() || m_shown->choice() != RunFilter::Choice{})
        m_table->expandAll(); // what was found is seen
    if (m_table->selectedRows().empty() && m_shown->rowCount() > 0)
        m_table->selectFirst();
    showState();
}

bool RunsPage::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_search || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Escape)
        showEverything();
    if (key == Qt::Key_Escape || key == Qt::Key_Down || key == Qt::Key_Return) {
        m_table->setFocus(Qt::OtherFocusReason);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void RunsPage::open()
{
    if (const auto folders = selected(); folders.size() == 1)
        Q_EMIT openRequested(folders.front());
}

void RunsPage::resume() { Q_EMIT resumeRequested(selected().front()); }
void RunsPage::trainAgain() { Q_EMIT queueRequested(m_model->at(m_table->selectedRows().front()).config); }
void RunsPage::compare() { Q_EMIT compareRequested(selectedRuns()); }
void RunsPage::rename() { m_table->editColumn(RunListModel::Name); }
void RunsPage::tag() { m_table->editColumn(RunListModel::Tags); }
void RunsPage::note() { m_table->editColumn(RunListModel::Note); }

bool RunsPage::areAllArchived(const QModelIndexList& rows) const
{
    return !rows.empty()
        && std::ranges::all_of(rows, [this](const QModelIndex& row) { return m_model->isArchived(row); });
}

void RunsPage::archive()
{
    const auto rows = m_table->selectedRows();
    const bool away = !areAllArchived(rows);
    for (const auto& folder : selectedRuns())
        if (away && RunLock::isHeld(folder)) {
            m_confirm->tell(tr("%1 is training; stop it before it is archived").arg(text(runTitle(folder))));
            return;
        }
    for (const QModelIndex& row : rows)
        if (!m_model->setArchived(row, away))
            break;
    m_shown->invalidate();
    if (m_table->selectedRows().empty() && m_shown->rowCount() > 0)
        m_table->selectFirst();
    showState();
}

bool RunsPage::mayRemove(const std::vector<std::filesystem::path>& folders)
{
    for (const auto& folder : folders) {
        if (RunLock::isHeld(folder)) {
            m_confirm->tell(tr("%1 is training; stop it before it is deleted").arg(text(runTitle(folder))));
            return false;
        }
        if (m_queue && m_queue->needs(folder)) {
            m_confirm->tell(tr("%1 waits in the queue; remove it there before it is deleted")
                                .arg(text(runTitle(folder))));
            return false;
        }
    }
    return true;
}

void RunsPage::askToRemove()
{
    if (!mayRemove(selectedRuns()) || !mayRemove(selected()))
        return;
    const auto folders = selected();
    const auto runs = selectedRuns().size();
    const QString what = folders.size() == 1 && m_model->isExperiment(m_table->selectedRows().front())
        ? tr("%1 with its %2 runs").arg(text(runTitle(folders.front()))).arg(runs)
        : folders.size() == 1 ? text(runTitle(folders.front()))
                              : tr("%1 runs").arg(runs);
    m_confirm->ask(tr("Move %1 with its checkpoints to the trash?").arg(what), tr("Move to trash"),
        [this, folders, inside = selectedRuns()] {
            if (mayRemove(inside) && mayRemove(folders)) // as it is now
                remove(folders);
        });
}

void RunsPage::remove(const std::vector<std::filesystem::path>& folders)
{
    QStringList left;
    for (const auto& folder : folders)
        if (!moveToTrash(folder))
            left << text(folder.string());
    refresh();
    Q_EMIT removed();
    if (!left.isEmpty())
        m_confirm->tell(tr("no trash takes %1; delete the folder yourself").arg(left.join(u", "_s)));
}

} // namespace mantissa::ui
