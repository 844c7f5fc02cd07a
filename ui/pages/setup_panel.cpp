// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/setup_panel.h"

#include "core/base/units.h"
#include "core/model/family.h"
#include "core/precision/table_edit.h"
#include "core/record/device_choice.h"
#include "core/record/device_limit.h"
#include "ui/models/plan_cell.h"
#include "ui/models/precision_table_model.h"
#include "ui/pages/checks_label.h"
#include "ui/pages/data_preview_dialog.h"
#include "ui/pages/device_field.h"
#include "ui/pages/estimate_bars.h"
#include "ui/pages/fit_dialog.h"
#include "ui/pages/model_field.h"
#include "ui/pages/number_field.h"
#include "ui/pages/plan_table.h"
#include "ui/pages/row_length.h"
#include "ui/pages/setup_menu.h"
#include "ui/pages/training_form.h"
#include "ui/rung_prices.h"
#include "ui/settings.h"
#include "ui/theme/format.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTimer>
#include <QUndoStack>

#include <utility>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The number a field stands for.
std::int64_t& numberOf(RunConfig& config, std::size_t field)
{
    std::int64_t* const numbers[] = {&config.model.layers, &config.model.width, &config.model.heads,
        &config.model.context, &config.training.batchSize, &config.training.maxSteps};
    return *numbers[field];
}

} // namespace

void SetupPanel::setConfig(const RunConfig& config)
{
    const auto now = this->config();
    if (now
        != config) // Start shows the run of what stands here: nothing to undo, and the budget stays as typed
        pushState(setupOf(config, state()), tr("set-up of %1").arg(text(config.name)));
}

void SetupPanel::lend(const RunConfig& config)
{
    if (!m_own)
        m_own = state();
    showState(setupOf(config, state()));
}

bool SetupPanel::takeBack()
{
    if (!m_own)
        return false;
    m_undo->clear(); // edits of the other's table
    showState(*std::exchange(m_own, std::nullopt));
    return true;
}

SetupState SetupPanel::state() const
{
    SetupState state = m_shown;
    state.wrong.clear();
    for (std::size_t i = 0; i < m_numbers.size(); ++i)
        if (const auto value = m_numbers[i]->value())
            numberOf(state.config, i) = static_cast<std::int64_t>(*value);
        else if (m_numbers[i]->isEnabledTo(m_fields)) // else nothing asks for it
            state.wrong[static_cast<int>(i)] = wrongIn(*m_numbers[i]);
    if (!isNamedRightly(state.config.model))
        state.config.model.name.clear(); // a size was changed
    m_training->writeTo(state.config, state.wrong, Training);
    state.config.name = m_name->text().trimmed().toStdString();
    state.config.choices.table = m_tableModel->table();
    state.budget = m_budget->text();
    state.device = m_device->device();
    if (const auto device = parseDevice(state.device.toStdString()))
        state.config.memory.device = nameOf(*device);
    return state;
}

void SetupPanel::showState(const SetupState& state)
{
    m_editing.isLoading = true;
    const PrecisionTable before = m_tableModel->table();
    m_shown = state;
    showData(state.config.data);
    for (std::size_t i = 0; i < m_numbers.size(); ++i)
        if (const auto wrong = m_shown.wrong.find(static_cast<int>(i)); wrong == m_shown.wrong.end())
            m_numbers[i]->setValue(static_cast<double>(numberOf(m_shown.config, i)));
        else if (m_numbers[i]->text() != wrong->second.typed) // setting it again would move the text cursor
            m_numbers[i]->setText(wrong->second.typed);
    m_training->showConfig(m_shown.config, m_shown.wrong, Training);
    m_model->setModel(m_shown.config.model);
    const bool isText = inputOf(state.config.model) == InputKind::Tokens;
    const bool isFolder = !state.config.model.source.empty(); // whose sizes are its own
    for (const Field field : {Layers, Heads})
        m_numbers[field]->setEnabled(isText && !isFolder);
    m_numbers[Width]->setEnabled(!isFolder);
    m_numbers[Context]->setEnabled(isText);
    m_numbers[Steps]->setEnabled(m_shown.config.training.epochs == 0);
    if (m_budget->text() != state.budget)
        m_budget->setText(state.budget);
    m_device->setDevice(state.device);
    if (const QString name = text(state.config.name); m_name->text().trimmed() != name)
        m_name->setText(name);
    m_tableModel->setOnCpu(computesOnCpu(state.config.memory.device));
    m_tableModel->showTable(state.config.choices.table);
    m_editing.isLoading = false;
    showAnswers();
    Q_EMIT configChanged();
    if (before != state.config.choices.table)
        Q_EMIT tableEdited(before);
}

void SetupPanel::showData(const DataConfig& data)
{
    constexpr int ownFile = 3; // behind the samples and the question
    const QString source = text(data.source);
    int shown = m_data->findData(source);
    if (shown < 0) {
        m_data->removeItem(ownFile);
        m_data->insertItem(ownFile, text(std::filesystem::path(data.source).filename().string()), source);
        m_data->setItemData(ownFile, source, Qt::ToolTipRole);
        shown = ownFile;
    }
    m_data->setCurrentIndex(shown);
    m_template->setVisible(data.hasRows());
    const int named = m_template->findData(text(data.chatTemplate));
    if (named < 0)
        m_template->addItem(text(data.chatTemplate), text(data.chatTemplate));
    m_template->setCurrentIndex(m_template->findData(text(data.chatTemplate)));
}

void SetupPanel::showEdit(const SetupState& from, const SetupState& to)
{
    SetupState shown = to;
    shown.config.choices.table = applied(
        {.table = to.config.choices.table, .from = from.config.choices.table}, m_tableModel->table());
    showState(shown);
}

void SetupPanel::pushState(const SetupState& after, const QString& what)
{
    if (after != state())
        m_undo->push(
            new SetupEdit([this](const SetupState& from, const SetupState& to) { showEdit(from, to); },
                state(), after, what, SetupEdit::alone, false));
}

void SetupPanel::noteTyping(int field, const QString& what)
{
    const SetupState after = state();
    if (m_editing.isLoading || after == m_shown)
        return;
    const auto show = [this](const SetupState& from, const SetupState& to) { showEdit(from, to); };
    m_undo->push(new SetupEdit(
        show, m_shown, after, what, m_editing.typing * (Training + TrainingForm::mostFields) + field, true));
    m_shown = after;
    m_own.reset(); // who types here means these fields
    m_model->setModel(after.config.model); // which is no known one once a size is another
    m_numbers[Steps]->setEnabled(after.config.training.epochs == 0);
    m_tableModel->setOnCpu(computesOnCpu(after.config.memory.device));
    showAnswers();
    Q_EMIT configChanged();
}

void SetupPanel::takeTable()
{
    const PrecisionTable before = std::exchange(m_shown.config.choices.table, m_tableModel->table());
    showAnswers();
    Q_EMIT configChanged();
    Q_EMIT tableEdited(before);
}

void SetupPanel::takeTableInForce(const PrecisionTable& table)
{
    m_tableModel->setConfirmed(table);
    m_tableModel->showTable(table);
    if (std::exchange(m_shown.config.choices.table, table) == table)
        return;
    showAnswers();
    Q_EMIT configChanged();
}

void SetupPanel::setPresets(std::vector<Preset> presets)
{
    m_presets = std::move(presets);
    m_preset->clear();
    for (const Preset& preset : m_presets) {
        m_preset->addItem(text(preset.title.empty() ? preset.name : preset.title), text(preset.name));
        m_preset->setItemData(m_preset->count() - 1, text(preset.description), Qt::ToolTipRole);
    }
    m_preset->addItem(tr("Custom: edited here"), u"custom"_s);
    showPresetName();
}

void SetupPanel::showPresetName()
{
    const PresetChoices now = choices();
    int index = m_preset->count() - 1; // custom
    for (std::size_t i = m_presets.size(); i-- > 0;)
        if (m_presets[i].choices == now)
            index = static_cast<int>(i);
    m_preset->setCurrentIndex(index);
}

void SetupPanel::choosePreset(int index)
{
    if (index < static_cast<int>(m_presets.size())) // "custom" is what it is already
        usePreset(m_presets[static_cast<std::size_t>(index)]);
    showPresetName();
}

void SetupPanel::usePreset(const Preset& preset)
{
    SetupState after = state();
    after.config.choices = preset.choices;
    pushState(after, tr("preset %1").arg(text(preset.name)));
}

void SetupPanel::setRunsFolder(const std::filesystem::path& folder)
{
    m_runsFolder = folder;
    m_file->setFolder(folder);
    showAnswers();
}

void SetupPanel::takeSettings(const std::vector<std::string>& settings)
{
    if (const auto after = withSettings(state(), settings))
        pushState(*after, tr("advice"));
    else
        Q_EMIT refused(messageText(after.error().message));
}

void SetupPanel::chooseData(int index)
{
    const QString chosen = m_data->itemData(index).toString();
    QString source = chosen;
    if (chosen == u"file") {
        source = QFileDialog::getOpenFileName(this, tr("Text or rows to learn from"), lastFolder(u"data"_s),
            tr("Text and rows (*.txt *.md *.jsonl *.json *.csv);;All files (*)"));
        if (source.isEmpty()) {
            showState(state()); // the drop-down goes back
            return;
        }
        keepFolder(u"data"_s, QFileInfo(source).path());
    }
    if (source == text(state().config.data.source))
        return; // as it is
    const DataKind kind = chosen == u"sample:fashion-mnist" ? DataKind::Images : DataKind::Text;
    pushState(withData(state(), kind, source.toStdString()), tr("data %1").arg(m_data->itemText(index)));
}

void SetupPanel::chooseFolder()
{
    const QString folder = QFileDialog::getExistingDirectory(
        this, tr("Folder of a model: config.json, safetensors, tokenizer"), lastFolder(u"models"_s));
    if (folder.isEmpty()) {
        showState(state()); // the drop-down goes back
        return;
    }
    keepFolder(u"models"_s, QFileInfo(folder).path());
    const auto after = withFolder(state(), folder.toStdString());
    if (after) {
        pushState(*after, tr("model %1").arg(text(after->config.name)));
        Q_EMIT refused({}); // what was wrong with the one before
        return;
    }
    showState(state());
    Q_EMIT refused(messageText(after.error().message));
}

void SetupPanel::showPreview()
{
    if (const auto now = usable())
        (new DataPreviewDialog(*now, this))->open();
    else
        Q_EMIT refused(messageText(now.error().message));
}

std::optional<RunConfig> SetupPanel::config() const
{
    auto config = usable();
    return config ? std::optional(std::move(*config)) : std::nullopt;
}

void SetupPanel::setTraining(bool training)
{
    if (training && m_fields->isEnabled())
        m_prices->cancel(); // a run needs the cores
    m_fields->setEnabled(!training);
    m_training->setLocked(training);
}

void SetupPanel::showCellMarks()
{
    bool isAuto = false;
    bool isEmulated = false;
    for (int row = 0; row < m_tableModel->rowCount(); ++row) {
        const QModelIndex cell = m_tableModel->index(row, PrecisionTableModel::Compute);
        isAuto = isAuto || cell.data(PrecisionTableModel::ChoiceRole).toString() == u"auto";
        isEmulated = isEmulated || cell.data(PrecisionTableModel::EmulatedRole).toBool();
    }
    QStringList words;
    if (isAuto)
        words << tr("*: chosen by auto");
    if (isEmulated)
        words << tr("†: emulated, as this processor has no such numbers: less memory, more time");
    m_cellMarks->setText(words.join(u" · "_s));
    m_cellMarks->setVisible(!words.isEmpty());
}

void SetupPanel::showAnswers()
{
    showPresetName();
    showCellMarks();
    const auto now = usableConfig(state());
    const auto limit = now ? deviceLimit(now->memory) : std::nullopt;
    const bool hasBudget = limit.has_value();
    m_fit->setEnabled(hasBudget);
    m_fit->setText(
        hasBudget ? tr("Fit into %1…").arg(bytesText(static_cast<double>(*limit))) : tr("Fit into…"));
    m_fit->setToolTip(hasBudget ? tr("The savings that make this set-up smaller, with what each saves")
                                : tr("Type the size of the card as the budget first, for example 8GiB"));
    m_estimate->setEnabled(now.has_value()); // else the last one stays, greyed
    const QString budget = m_budget->text().trimmed();
    markWrong(m_budget, m_budgetReason,
        budget.isEmpty() || parseBytes(budget.toStdString()) ? QString() : tr("a size, for example 8 GiB"));
    m_device->showProblem(
        parseDevice(m_device->device().toStdString()) ? QString() : tr("a size, for example 8 GiB"));
    if (now) {
        const RunConfig fitted = m_rows->fitted(*now);
        m_estimate->setConfig(fitted);
        m_estimate->setToolTip(fitted.model.context < now->model.context
                ? tr("of batches of the longest row: %1 tokens").arg(countText(fitted.model.context))
                : QString());
        m_checks->showConfig(
            fitted, roomFor(fitted, m_runsFolder / "new"), m_cards.found ? &*m_cards.found : nullptr);
    } else {
        m_checks->showProblem(messageText(now.error().message));
    }
}

void SetupPanel::setCards(CardList cards)
{
    m_cards.found = std::move(cards);
    m_device->setCards(m_cards.found->cards);
    showAnswers();
}

void SetupPanel::findCards()
{
    m_cards.search
        = std::make_unique<Background<CardList>>([](const std::stop_token&) { return listCards(); });
    auto* wait = new QTimer(this);
    connect(wait, &QTimer::timeout, this, [this, wait] {
        if (!m_cards.search->isDone())
            return;
        wait->deleteLater();
        setCards(m_cards.search->take());
        m_cards.search.reset();
    });
    wait->start(backgroundMilliseconds);
}

void SetupPanel::showLadder()
{
    const auto now = config();
    if (!now || !deviceLimit(now->memory))
        return;
    auto* dialog = new FitDialog(*now, m_prices, this);
    connect(dialog, &FitDialog::chosen, this, [this](const PresetChoices& choices, std::int64_t budgetBytes) {
        SetupState after = state();
        after.config.choices = choices;
        pushState(after, tr("fit into %1").arg(bytesText(static_cast<double>(budgetBytes))));
    });
    dialog->open();
}

bool SetupPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const QKeySequence keys(static_cast<QKeyEvent*>(event)->keyCombination());
        if (undoKeys().contains(keys) || redoKeys().contains(keys)) {
            event->ignore(); // the panel's undo, which covers all fields, and not the field's own
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace mantissa::ui
