// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/presets_page.h"

#include "core/record/opened_file.h"
#include "ui/models/precision_table_model.h"
#include "ui/models/preset_difference_model.h"
#include "ui/models/preset_list_model.h"
#include "ui/pages/confirm_bar.h"
#include "ui/pages/preset_views.h"
#include "ui/theme/format.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QPushButton>
#include <QShortcut>
#include <QTableView>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

PresetsPage::PresetsPage(PresetListModel* presets, QWidget* parent)
    : QWidget(parent)
    , m_presets(presets)
    , m_confirm(new ConfirmBar(this))
{
    setAcceptDrops(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 8);
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(buildList());
    row->addWidget(buildDetails(), 1);
    column->addLayout(row, 1);
    column->addWidget(m_confirm);
    connect(m_presets, &QAbstractItemModel::modelReset, this, [this] {
        fillOthers();
        showPreset();
    });
    fillOthers();
    select(builtinPresets().front().name);
    if (!m_presets->problems().isEmpty())
        m_confirm->tell(m_presets->problems().join(u'\n'));
}

QPushButton* PresetsPage::command(
    const QString& name, const QString& title, const QKeySequence& keys, void (PresetsPage::*slot)())
{
    auto* button = new QPushButton(title, this);
    button->setObjectName(name);
    connect(button, &QPushButton::clicked, this, slot);
    if (!keys.isEmpty()) {
        button->setToolTip(keys.toString(QKeySequence::NativeText));
        connect(new QShortcut(keys, m_list, nullptr, nullptr, Qt::WidgetShortcut), &QShortcut::activated,
            button, [button] { button->click(); });
    }
    return button;
}

QWidget* PresetsPage::buildList()
{
    auto* frame = new QFrame(this);
    frame->setObjectName(u"card"_s);
    frame->setFixedWidth(360);
    auto* column = new QVBoxLayout(frame);
    m_list = new QListView(frame);
    m_list->setObjectName(u"presets"_s);
    m_list->setAccessibleName(tr("Presets"));
    m_list->setModel(m_presets);
    m_list->setItemDelegate(new PresetDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setTextElideMode(Qt::ElideRight);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &PresetsPage::showPreset);
    connect(m_list, &QListView::activated, this, &PresetsPage::use);
    column->addWidget(m_list, 1);
    auto* saving = new QHBoxLayout;
    m_name = new QLineEdit(frame);
    m_name->setObjectName(u"presetName"_s);
    m_name->setAccessibleName(tr("Name of the preset"));
    m_name->setPlaceholderText(tr("Name for the plan in Train"));
    connect(m_name, &QLineEdit::returnPressed, this, &PresetsPage::saveCurrent);
    saving->addWidget(m_name, 1);
    saving->addWidget(command(u"savePreset"_s, tr("Save"), {}, &PresetsPage::saveCurrent));
    column->addLayout(saving);
    auto* files = new QHBoxLayout;
    files->addWidget(
        command(u"importPreset"_s, tr("Import…"), Qt::CTRL | Qt::Key_I, &PresetsPage::chooseImport));
    files->addWidget(command(
        u"exportPreset"_s, tr("Export…"), Qt::CTRL | Qt::SHIFT | Qt::Key_S, &PresetsPage::chooseExport));
    m_remove = command(u"removePreset"_s, tr("Delete"), QKeySequence::Delete, &PresetsPage::askToRemove);
    files->addWidget(m_remove);
    column->addLayout(files);
    auto* hint = new QLabel(tr("A preset file dropped here is imported."), frame);
    hint->setObjectName(u"caption"_s);
    column->addWidget(hint);
    return frame;
}

QWidget* PresetsPage::buildDetails()
{
    auto* frame = new QFrame(this);
    frame->setObjectName(u"card"_s);
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    auto* head = new QHBoxLayout;
    m_title = new QLabel(frame);
    m_title->setObjectName(u"presetTitle"_s);
    m_title->setStyleSheet(u"font-size: 18px; font-weight: 600;"_s);
    m_title->setWordWrap(true);
    m_use = command(u"usePreset"_s, tr("Use in Train"), {}, &PresetsPage::use);
    m_use->setToolTip(tr("Return in the list"));
    head->addWidget(m_title, 1);
    head->addWidget(m_use);
    column->addLayout(head);
    m_description = new QLabel(frame);
    m_description->setWordWrap(true);
    m_description->setObjectName(u"muted"_s);
    column->addWidget(m_description);
    m_tableModel = new PrecisionTableModel(nullptr, this); // shown, never edited
    column->addWidget(makePlanView(m_tableModel, frame));
    m_choices = new QLabel(frame);
    m_choices->setObjectName(u"presetChoices"_s);
    m_choices->setWordWrap(true);
    column->addWidget(m_choices);
    auto* compare = new QHBoxLayout;
    auto* label = new QLabel(tr("Differences to"), frame);
    label->setStyleSheet(u"font-weight: 600;"_s);
    m_other = new QComboBox(frame);
    m_other->setObjectName(u"comparedWith"_s);
    m_other->setMinimumWidth(320);
    label->setBuddy(m_other);
    connect(m_other, &QComboBox::activated, this, &PresetsPage::showDifferences);
    compare->addWidget(label);
    compare->addWidget(m_other);
    compare->addStretch(1);
    column->addSpacing(6);
    column->addLayout(compare);
    m_equal = new QLabel(tr("No difference: every key has the same value."), frame);
    m_equal->setObjectName(u"muted"_s);
    column->addWidget(m_equal);
    m_differences = new PresetDifferenceModel(this);
    m_differenceTable = makeDifferenceView(m_differences, frame);
    m_differenceTable->setAccessibleName(tr("Differences"));
    column->addWidget(m_differenceTable, 1);
    column->addStretch(0);
    return frame;
}

int PresetsPage::row() const { return m_list->currentIndex().row(); }

void PresetsPage::select(const std::string& name)
{
    if (const int row = m_presets->rowOf(name); row >= 0)
        m_list->setCurrentIndex(m_presets->index(row));
}

void PresetsPage::fillOthers()
{
    const QString chosen = m_other->currentData().toString();
    m_other->clear();
    m_other->addItem(tr("the plan in Train"));
    for (int i = 0; i < m_presets->rowCount(); ++i)
        m_other->addItem(m_presets->index(i).data().toString(), text(m_presets->at(i).name));
    m_other->setCurrentIndex(std::max(0, m_other->findData(chosen)));
}

void PresetsPage::setCurrent(const PresetChoices& choices)
{
    m_current = choices;
    showDifferences();
}

void PresetsPage::showPreset()
{
    if (row() < 0 && m_presets->rowCount() > 0)
        m_list->setCurrentIndex(m_presets->index(0)); // comes back here
    if (row() < 0)
        return;
    const Preset& preset = m_presets->at(row());
    const bool own = !m_presets->isShipped(row());
    m_title->setText(m_list->currentIndex().data().toString());
    m_description->setText(
        preset.description.empty() ? tr("%1, saved here").arg(text(preset.name)) : text(preset.description));
    m_tableModel->showTable(preset.choices.table);
    m_choices->setText(choicesText(preset.choices));
    m_remove->setEnabled(own);
    m_remove->setToolTip(own ? QKeySequence(QKeySequence::Delete).toString(QKeySequence::NativeText)
                             : tr("shipped presets stay"));
    showDifferences();
}

void PresetsPage::showDifferences()
{
    if (row() < 0)
        return;
    const int other = m_presets->rowOf(m_other->currentData().toString().toStdString());
    auto differences = presetDifferences(
        m_presets->at(row()).choices, other < 0 ? m_current : m_presets->at(other).choices);
    m_equal->setVisible(differences.empty());
    m_differenceTable->setVisible(!differences.empty());
    m_differences->setDifferences(std::move(differences), m_title->text(), m_other->currentText());
}

void PresetsPage::use()
{
    if (row() >= 0)
        Q_EMIT useRequested(m_presets->at(row()));
}

void PresetsPage::saveCurrent()
{
    const QString title = m_name->text().trimmed();
    const Preset preset{presetNameFrom(title), title.toStdString(), {}, m_current};
    if (title.isEmpty()) {
        m_confirm->tell(tr("give the plan a name to save it under"));
        m_name->setFocus();
        return;
    }
    if (const int there = m_presets->rowOf(preset.name); there >= 0 && !m_presets->isShipped(there))
        m_confirm->ask(tr("Replace your preset '%1'?").arg(text(preset.name)), tr("Replace"),
            [this, preset] { save(preset); });
    else
        save(preset);
}

void PresetsPage::save(const Preset& preset)
{
    if (const auto status = m_presets->save(preset); !status) {
        m_confirm->tell(messageText(status.error().message));
        return;
    }
    m_confirm->dismiss();
    m_name->clear();
    select(preset.name);
}

void PresetsPage::importFiles(const std::vector<std::filesystem::path>& files)
{
    QStringList problems;
    for (const auto& file : files) {
        if (const auto name = m_presets->importFile(file))
            select(*name);
        else
            problems << messageText(name.error().message);
    }
    if (!problems.isEmpty())
        m_confirm->tell(problems.join(u'\n'));
}

void PresetsPage::exportTo(const std::filesystem::path& file)
{
    const auto status = m_presets->exportTo(row(), file);
    m_confirm->tell(
        status ? tr("written: %1").arg(text(file.string())) : messageText(status.error().message));
}

void PresetsPage::chooseImport()
{
    std::vector<std::filesystem::path> files;
    for (const QString& file :
        QFileDialog::getOpenFileNames(this, tr("Import presets"), {}, tr("Presets (*.json)")))
        files.emplace_back(file.toStdString());
    importFiles(files);
}

void PresetsPage::chooseExport()
{
    const QString file = QFileDialog::getSaveFileName(this, tr("Export preset"),
        text(m_presets->at(row()).name + std::string(presetEnding)), tr("Presets (*.json)"));
    if (!file.isEmpty())
        exportTo(file.toStdString());
}

void PresetsPage::askToRemove()
{
    const std::string name = m_presets->at(row()).name;
    m_confirm->ask(
        tr("Move your preset '%1' to the trash?").arg(text(name)), tr("Move to trash"), [this, name] {
            if (const auto status = m_presets->remove(m_presets->rowOf(name)); !status)
                m_confirm->tell(messageText(status.error().message));
        });
}

void PresetsPage::dragEnterEvent(QDragEnterEvent* event)
{
    const auto urls = event->mimeData()->urls();
    if (!urls.isEmpty() && std::all_of(urls.begin(), urls.end(), [](const QUrl& url) {
            return url.toLocalFile().endsWith(u".json");
        }))
        event->acceptProposedAction();
}

void PresetsPage::dropEvent(QDropEvent* event)
{
    std::vector<std::filesystem::path> files;
    for (const QUrl& url : event->mimeData()->urls())
        files.emplace_back(url.toLocalFile().toStdString());
    importFiles(files);
    event->acceptProposedAction();
}

} // namespace mantissa::ui
