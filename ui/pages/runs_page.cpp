// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs_page.h"

#include "ui/models/run_filter.h"
#include "ui/models/run_list_model.h"
#include "ui/pages/confirm_bar.h"
#include "ui/pages/empty_state.h"
#include "ui/pages/run_table.h"
#include "ui/theme/format.h"

#include <QCheckBox>
#include <QFile>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QTimer>

#include <algorithm>

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
    connect(m_table, &QTableView::activated, this, &RunsPage::open);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 8);
    column->addLayout(commandRow());
    column->addWidget(m_confirm);
    m_card = new QFrame(this);
    m_card->setObjectName(u"card"_s);
    auto* inner = new QVBoxLayout(m_card);
    inner->setContentsMargins(4, 4, 4, 4);
    inner->addWidget(m_table);
    column->addWidget(m_card, 1);
    m_none = emptyState(tr("No runs yet"),
        tr("Start on the Train page makes one. Open run shows one from another folder."), nullptr, this);
    column->addWidget(m_none, 1);
    m_where->setObjectName(u"muted"_s);
    m_showArchived->setObjectName(u"showArchived"_s);
    connect(m_showArchived, &QCheckBox::toggled, this, [this](bool shown) {
        m_shown->showArchived(shown);
        showState();
    });
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_where, 1);
    foot->addWidget(m_showArchived);
    column->addLayout(foot);
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
    m_search->setMinimumWidth(280);
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
    m_model->setRuns(listRuns(m_runsFolder));
    QItemSelection again;
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (std::find(before.begin(), before.end(), m_model->at(row).folder) != before.end())
            if (const QModelIndex shown = m_shown->mapFromSource(m_model->index(row, 0)); shown.isValid())
                again.select(shown, shown);
    if (again.isEmpty() && m_shown->rowCount() > 0)
        m_table->selectFirst(); // the keyboard has a place to start from
    else
        m_table->selectionModel()->select(again, QItemSelectionModel::Select | QItemSelectionModel::Rows);
    showState();
}

std::vector<std::filesystem::path> RunsPage::selected() const
{
    std::vector<std::filesystem::path> folders;
    for (const int row : m_table->selectedRows())
        folders.push_back(m_model->at(row).folder);
    return folders;
}

void RunsPage::showState()
{
    const auto rows = m_table->selectedRows();
    const bool one = rows.size() == 1;
    m_open->setEnabled(one);
    for (QPushButton* button : m_label)
        button->setEnabled(one);
    m_again->setEnabled(one);
    m_compare->setEnabled(rows.size() >= 2);
    m_remove->setEnabled(!rows.empty());
    m_archive->setEnabled(!rows.empty());
    m_archive->setText(areAllArchived(rows) ? tr("Bring back") : tr("Archive"));
    const RunState state = one ? m_model->at(rows.front()).state : RunState::Completed;
    m_resume->setEnabled(one && state != RunState::Completed && state != RunState::Running);
    std::error_code error;
    const QString folder = text(std::filesystem::absolute(m_runsFolder, error).string());
    int archived = 0;
    for (int row = 0; row < m_model->rowCount(); ++row)
        archived += m_model->isArchived(row) ? 1 : 0;
    m_showArchived->setText(tr("Show %1 archived").arg(archived));
    m_showArchived->setVisible(archived > 0);
    const int all = m_model->rowCount() - (m_showArchived->isChecked() ? 0 : archived);
    const int shown = m_shown->rowCount();
    m_card->setVisible(m_model->rowCount() > 0);
    m_none->setVisible(m_model->rowCount() == 0);
    m_where->setText(all == 0
            ? (archived > 0 ? tr("every run in %1 is archived") : tr("no runs in %1")).arg(folder)
            : shown < all ? tr("%1 of %2 runs in %3; Escape shows all").arg(shown).arg(all).arg(folder)
            : all == 1    ? tr("1 run in %1").arg(folder)
                          : tr("%1 runs in %2").arg(all).arg(folder));
}

void RunsPage::search(const QString& words)
{
    m_shown->setWords(words);
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
        m_search->clear();
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
void RunsPage::compare() { Q_EMIT compareRequested(selected()); }
void RunsPage::rename() { m_table->editColumn(RunListModel::Name); }
void RunsPage::tag() { m_table->editColumn(RunListModel::Tags); }
void RunsPage::note() { m_table->editColumn(RunListModel::Note); }

bool RunsPage::areAllArchived(const std::vector<int>& rows) const
{
    return !rows.empty() && std::ranges::all_of(rows, [this](int row) { return m_model->isArchived(row); });
}

void RunsPage::archive()
{
    const auto rows = m_table->selectedRows();
    const bool away = !areAllArchived(rows);
    for (const int row : rows)
        if (away && RunLock::isHeld(m_model->at(row).folder)) {
            m_confirm->tell(tr("%1 is training; stop it before it is archived")
                                .arg(text(runTitle(m_model->at(row).folder))));
            return;
        }
    for (const int row : rows)
        if (!m_model->setArchived(row, away))
            break;
    m_shown->invalidate();
    if (m_table->selectedRows().empty() && m_shown->rowCount() > 0)
        m_table->selectFirst();
    showState();
}

void RunsPage::askToRemove()
{
    const auto folders = selected();
    for (const auto& folder : folders)
        if (RunLock::isHeld(folder)) {
            m_confirm->tell(tr("%1 is training; stop it before it is deleted").arg(text(runTitle(folder))));
            return;
        }
    const QString what
        = folders.size() == 1 ? text(runTitle(folders.front())) : tr("%1 runs").arg(folders.size());
    m_confirm->ask(tr("Move %1 with its checkpoints to the trash?").arg(what), tr("Move to trash"),
        [this, folders] { remove(folders); });
}

void RunsPage::remove(const std::vector<std::filesystem::path>& folders)
{
    QStringList left;
    for (const auto& folder : folders)
        if (!QFile::moveToTrash(text(folder.string())))
            left << text(folder.string());
    refresh();
    if (!left.isEmpty())
        m_confirm->tell(tr("no trash takes %1; delete the folder yourself").arg(left.join(u", "_s)));
}

} // namespace mantissa::ui
