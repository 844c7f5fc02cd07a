// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/setup_panel.h"

#include "core/model/family.h"
#include "ui/models/precision_table_model.h"
#include "ui/pages/checks_label.h"
#include "ui/pages/estimate_bars.h"
#include "ui/pages/fit_dialog.h"
#include "ui/pages/plan_table.h"
#include "ui/pages/training_form.h"
#include "ui/rung_prices.h"
#include "ui/theme/format.h"

#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QUndoStack>
#include <QVBoxLayout>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

enum Field {
    Layers,
    Width,
    Heads,
    Context,
    Batch,
    Steps,
    Budget,
    Training,
    fieldCount = Training + TrainingForm::mostFields
};

/// The number a spin box stands for.
std::int64_t& numberOf(RunConfig& config, std::size_t field)
{
    std::int64_t* const numbers[] = {&config.model.layers, &config.model.width, &config.model.heads,
        &config.model.context, &config.training.batchSize, &config.training.maxSteps};
    return *numbers[field];
}

QLabel* heading(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setStyleSheet(u"font-weight: 600;"_s);
    return label;
}

QLabel* caption(const QString& text, QWidget* buddy)
{
    auto* label = new QLabel(text, buddy->parentWidget());
    label->setObjectName(u"caption"_s);
    label->setBuddy(buddy);
    return label;
}

} // namespace

SetupPanel::SetupPanel(QWidget* parent)
    : QWidget(parent)
    , m_undo(new QUndoStack(this))
    , m_tableModel(new PrecisionTableModel(m_undo, this))
    , m_prices(new RungPrices(this))
{
    setObjectName(u"setup"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 8, 4);
    column->setSpacing(8);
    buildModelSection(column);
    buildTableSection(column);
    column->addSpacing(4);
    column->addWidget(heading(tr("Estimated peak by phase (from shapes, not measured)"), this));
    m_estimate = new EstimateBars(this);
    column->addWidget(m_estimate);
    column->addWidget(heading(tr("Checks"), this));
    m_checks = new ChecksLabel(this);
    column->addWidget(m_checks);
    column->addStretch(1);
    connect(m_tableModel, &PrecisionTableModel::edited, this, &SetupPanel::takeTable);
    showState(setupOf(RunConfig{}));
    setPresets(builtinPresets());
}

void SetupPanel::buildModelSection(QVBoxLayout* column)
{
    column->addWidget(heading(tr("Model and data"), this));
    m_fields = new QWidget(this);
    auto* grid = new QGridLayout(m_fields);
    grid->setContentsMargins({});
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    m_data = new QComboBox(m_fields);
    m_data->setObjectName(u"data"_s);
    m_data->addItem(tr("King James Bible · GPT"), u"sample:kjv"_s);
    m_data->addItem(tr("Fashion-MNIST · convnet"), u"sample:fashion-mnist"_s);
    m_data->addItem(tr("Text file…"), u"file"_s);
    connect(m_data, &QComboBox::activated, this, &SetupPanel::chooseData);
    grid->addWidget(m_data, 0, 0, 1, 6);
    const QStringList names{tr("layers"), tr("width"), tr("heads"), tr("context"), tr("batch"), tr("steps")};
    constexpr std::array most{200, 65536, 512, 65536, 65536, 100'000'000};
    for (int i = 0; i < Budget; ++i) {
        auto* box = new QSpinBox(m_fields);
        m_spins[static_cast<std::size_t>(i)] = box;
        box->setRange(1, most[static_cast<std::size_t>(i)]);
        box->setObjectName(names[i]);
        box->setAccessibleName(names[i]);
        box->setButtonSymbols(QAbstractSpinBox::NoButtons);
        box->setGroupSeparatorShown(true);
        box->setMinimumWidth(56);
        box->installEventFilter(this);
        connect(box, &QSpinBox::valueChanged, this, [this, i, name = names[i]] { noteTyping(i, name); });
        connect(box, &QSpinBox::editingFinished, this, [this] { ++m_typing; });
        grid->addWidget(caption(names[i], box), 1 + i / 3 * 2, i % 3 * 2, 1, 2);
        grid->addWidget(box, 2 + i / 3 * 2, i % 3 * 2, 1, 2);
    }
    m_budget = new QLineEdit(m_fields);
    m_budget->setObjectName(u"budget"_s);
    m_budget->setPlaceholderText(tr("none; for example 8GiB"));
    m_budget->installEventFilter(this);
    connect(m_budget, &QLineEdit::textChanged, this, [this] { noteTyping(Budget, tr("budget")); });
    connect(m_budget, &QLineEdit::editingFinished, this, [this] { ++m_typing; });
    grid->addWidget(caption(tr("device memory budget"), m_budget), 5, 0, 1, 6);
    grid->addWidget(m_budget, 6, 0, 1, 3);
    m_fit = new QPushButton(m_fields);
    m_fit->setObjectName(u"fitInto"_s);
    connect(m_fit, &QPushButton::clicked, this, &SetupPanel::showLadder);
    grid->addWidget(m_fit, 6, 3, 1, 3);
    column->addWidget(m_fields);
    m_training = new TrainingForm(this);
    connect(m_training, &TrainingForm::edited, this,
        [this](int field, const QString& name) { noteTyping(Training + field, name); });
    connect(m_training, &TrainingForm::left, this, [this] { ++m_typing; });
    for (QWidget* field : m_training->fields())
        field->installEventFilter(this);
    column->addWidget(m_training);
}

void SetupPanel::buildTableSection(QVBoxLayout* column)
{
    column->addSpacing(4);
    column->addWidget(heading(tr("Precision plan"), this));
    m_preset = new QComboBox(this);
    m_preset->setObjectName(u"preset"_s);
    connect(m_preset, &QComboBox::activated, this, &SetupPanel::choosePreset);
    column->addWidget(m_preset);
    m_table = new PlanTable(m_tableModel, this);
    m_table->setObjectName(u"precisionTable"_s);
    m_table->setAccessibleName(tr("Formats and tiers by phase"));
    m_table->setOutcomes(
        [this](const QModelIndex& cell, const QString& choice) -> std::optional<ChoiceOutcome> {
            const auto now = config();
            return now ? std::optional(outcomeOf(*now, cell.row(), cell.column(), choice)) : std::nullopt;
        });
    connect(m_table, &PlanTable::refused, this, &SetupPanel::refused);
    column->addWidget(m_table);
}

void SetupPanel::setConfig(const RunConfig& config)
{
    const auto now = this->config();
    if (now
        != config) // Start shows the run of what stands here: nothing to undo, and the budget stays as typed
        pushState(setupOf(config), tr("set-up of %1").arg(text(config.name)));
}

SetupState SetupPanel::state() const
{
    SetupState state = m_shown;
    for (std::size_t i = 0; i < m_spins.size(); ++i)
        numberOf(state.config, i) = m_spins[i]->value();
    m_training->writeTo(state.config);
    state.config.choices.table = m_tableModel->table();
    state.budget = m_budget->text();
    return state;
}

void SetupPanel::setSpin(std::size_t i, std::int64_t value)
{
    if (m_spins[i]->value() != value) // setting it again would move the text cursor
        m_spins[i]->setValue(static_cast<int>(value));
}

void SetupPanel::showState(const SetupState& state)
{
    m_loading = true;
    const bool otherTable = m_tableModel->table() != state.config.choices.table;
    m_shown = state;
    const int known = m_data->findData(text(state.config.data.source));
    if (known < 0)
        m_data->setItemText(
            2, text(std::filesystem::path(state.config.data.source).filename().string()) % u" …"_s);
    m_data->setCurrentIndex(known < 0 ? 2 : known);
    for (std::size_t i = 0; i < m_spins.size(); ++i)
        setSpin(i, numberOf(m_shown.config, i));
    m_training->showConfig(m_shown.config);
    for (const Field field : {Layers, Heads, Context})
        m_spins[field]->setEnabled(inputOf(state.config.model) == InputKind::Tokens);
    if (m_budget->text() != state.budget)
        m_budget->setText(state.budget);
    m_tableModel->setOnCpu(state.config.memory.device == "cpu");
    m_tableModel->showTable(state.config.choices.table);
    m_loading = false;
    showAnswers();
    Q_EMIT configChanged();
    if (otherTable)
        Q_EMIT tableEdited();
}

void SetupPanel::pushState(const SetupState& after, const QString& what)
{
    if (after != state())
        m_undo->push(new SetupEdit([this](const SetupState& shown) { showState(shown); }, state(), after,
            what, SetupEdit::alone, false));
}

void SetupPanel::noteTyping(int field, const QString& what)
{
    const SetupState after = state();
    if (m_loading || after == m_shown)
        return;
    const auto show = [this](const SetupState& shown) { showState(shown); };
    m_undo->push(new SetupEdit(show, m_shown, after, what, m_typing * fieldCount + field, true));
    m_shown = after;
    showAnswers();
    Q_EMIT configChanged();
}

void SetupPanel::takeTable()
{
    m_shown.config.choices.table = m_tableModel->table();
    showAnswers();
    Q_EMIT configChanged();
    Q_EMIT tableEdited();
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

void SetupPanel::takeSettings(const std::vector<std::string>& settings)
{
    if (const auto after = withSettings(state(), settings))
        pushState(*after, tr("advice"));
    else
        Q_EMIT refused(text(after.error().message));
}

void SetupPanel::chooseData(int index)
{
    const QString chosen = m_data->itemData(index).toString();
    QString source = chosen;
    if (chosen == u"file") {
        source = QFileDialog::getOpenFileName(this, tr("Text to learn from"));
        if (source.isEmpty()) {
            showState(state()); // the drop-down goes back
            return;
        }
    }
    const DataKind kind = chosen == u"sample:fashion-mnist" ? DataKind::Images : DataKind::Text;
    pushState(withData(state(), kind, source.toStdString()), tr("data %1").arg(m_data->itemText(index)));
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

void SetupPanel::showAnswers()
{
    showPresetName();
    const auto now = usableConfig(state());
    const bool hasBudget = now && now->memory.budgetBytes;
    m_fit->setEnabled(hasBudget);
    m_fit->setText(hasBudget
            ? tr("Fit into %1…").arg(bytesText(static_cast<double>(*now->memory.budgetBytes)))
            : tr("Fit into…"));
    m_fit->setToolTip(hasBudget ? tr("The rungs that make this set-up smaller, with what each saves")
                                : tr("Type the size of the card as the budget first, for example 8GiB"));
    m_estimate->setVisible(now.has_value());
    if (now) {
        m_estimate->setConfig(*now);
        m_checks->showConfig(*now);
    } else {
        m_checks->showProblem(text(now.error().message));
    }
}

void SetupPanel::showLadder()
{
    const auto now = config();
    if (!now || !now->memory.budgetBytes)
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
