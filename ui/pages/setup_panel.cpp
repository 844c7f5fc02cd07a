// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/setup_panel.h"

#include "core/base/units.h"
#include "ui/models/precision_table_model.h"
#include "ui/pages/estimate_bars.h"
#include "ui/pages/plan_delegate.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QTableView>
#include <QUndoStack>
#include <QVBoxLayout>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

QLabel* heading(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setStyleSheet(u"font-weight: 600;"_s);
    return label;
}

} // namespace

SetupPanel::SetupPanel(QWidget* parent)
    : QWidget(parent)
    , m_undo(new QUndoStack(this))
    , m_tableModel(new PrecisionTableModel(m_undo, this))
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
    m_checks = new QLabel(this);
    m_checks->setWordWrap(true);
    m_checks->setTextFormat(Qt::RichText);
    column->addWidget(m_checks);
    column->addStretch(1);
    connect(m_tableModel, &PrecisionTableModel::edited, this, [this] {
        m_config.choices.table = m_tableModel->table();
        update();
        Q_EMIT tableEdited();
    });
    setConfig(RunConfig{});
}

QSpinBox* SetupPanel::spin(int least, int most, const QString& name)
{
    auto* box = new QSpinBox(m_fields);
    box->setRange(least, most);
    box->setObjectName(name);
    box->setAccessibleName(name);
    box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    box->setGroupSeparatorShown(true);
    box->setMinimumWidth(56);
    connect(box, &QSpinBox::valueChanged, this, [this] { update(); });
    return box;
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
    m_layers = spin(1, 200, tr("layers"));
    m_width = spin(1, 65536, tr("width"));
    m_heads = spin(1, 512, tr("heads"));
    m_context = spin(1, 65536, tr("context"));
    m_batch = spin(1, 65536, tr("batch"));
    m_steps = spin(1, 100'000'000, tr("steps"));
    int at = 0;
    for (QSpinBox* box : {m_layers, m_width, m_heads, m_context, m_batch, m_steps}) {
        auto* label = new QLabel(box->accessibleName(), m_fields);
        label->setObjectName(u"caption"_s);
        label->setBuddy(box);
        grid->addWidget(label, 1 + at / 3 * 2, at % 3 * 2, 1, 2);
        grid->addWidget(box, 2 + at / 3 * 2, at % 3 * 2, 1, 2);
        ++at;
    }
    auto* label = new QLabel(tr("device memory budget"), m_fields);
    label->setObjectName(u"caption"_s);
    m_budget = new QLineEdit(m_fields);
    m_budget->setObjectName(u"budget"_s);
    m_budget->setPlaceholderText(tr("none; for example 8GiB"));
    connect(m_budget, &QLineEdit::textChanged, this, [this] { update(); });
    grid->addWidget(label, 5, 0, 1, 6);
    grid->addWidget(m_budget, 6, 0, 1, 6);
    column->addWidget(m_fields);
}

void SetupPanel::buildTableSection(QVBoxLayout* column)
{
    column->addSpacing(4);
    column->addWidget(heading(tr("Precision plan"), this));
    m_preset = new QComboBox(this);
    m_preset->setObjectName(u"preset"_s);
    setPresets(builtinPresets());
    connect(m_preset, &QComboBox::activated, this, &SetupPanel::choosePreset);
    column->addWidget(m_preset);
    m_table = new QTableView(this);
    m_table->setObjectName(u"precisionTable"_s);
    m_table->setModel(m_tableModel);
    m_table->setItemDelegate(new PlanDelegate(m_table));
    m_table->setShowGrid(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setEditTriggers(QAbstractItemView::AllEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->horizontalHeader()->setStyleSheet(u"QHeaderView::section { padding: 4px 0; font-size: 11px; }"_s);
    m_table->horizontalHeader()->setMinimumSectionSize(20);
    m_table->verticalHeader()->setDefaultSectionSize(34);
    m_table->verticalHeader()->setFixedWidth(64);
    m_table->setFixedHeight(28 + 4 * 34 + 2);
    column->addWidget(m_table);
}

void SetupPanel::setConfig(const RunConfig& config)
{
    m_loading = true;
    m_config = config;
    const int known = m_data->findData(text(config.data.source));
    if (known >= 0) {
        m_data->setCurrentIndex(known);
    } else {
        m_data->setItemText(2, text(std::filesystem::path(config.data.source).filename().string()) % u" …"_s);
        m_data->setCurrentIndex(2);
    }
    const std::pair<QSpinBox*, std::int64_t> values[] = {{m_layers, config.model.layers}, {m_width, config.model.width},
        {m_heads, config.model.heads}, {m_context, config.model.context}, {m_batch, config.training.batchSize}, {m_steps, config.training.maxSteps}};
    for (const auto& [box, value] : values)
        box->setValue(static_cast<int>(value));
    const bool isGpt = readsText(config.model.kind);
    for (QSpinBox* box : {m_layers, m_heads, m_context})
        box->setEnabled(isGpt);
    m_budget->setText(config.memory.budgetBytes ? bytesText(static_cast<double>(*config.memory.budgetBytes)) : QString());
    m_tableModel->showTable(config.choices.table);
    m_undo->clear();
    m_loading = false;
    update();
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

PresetChoices SetupPanel::choices() const
{
    PresetChoices choices = m_config.choices;
    choices.table = m_tableModel->table();
    return choices;
}

void SetupPanel::choosePreset(int index)
{
    if (index < static_cast<int>(m_presets.size())) // "custom" is what it is already
        usePreset(m_presets[static_cast<std::size_t>(index)]);
}

void SetupPanel::usePreset(const Preset& preset)
{
    m_config.choices = preset.choices;
    m_tableModel->editTable(preset.choices.table, tr("preset %1").arg(text(preset.name)));
    update();
}

void SetupPanel::chooseData(int index)
{
    const QString chosen = m_data->itemData(index).toString();
    RunConfig config = m_config;
    if (chosen == u"file") {
        const QString file = QFileDialog::getOpenFileName(this, tr("Text to learn from"));
        if (file.isEmpty()) {
            setConfig(m_config);
            return;
        }
        config.data = {.source = file.toStdString()};
    } else {
        config.data.source = chosen.toStdString();
    }
    const bool images = chosen == u"sample:fashion-mnist";
    config.data.kind = images ? DataKind::Images : DataKind::Text;
    if (images != (m_config.data.kind == DataKind::Images)) {
        config.model = {.kind = images ? ModelKind::Convnet : ModelKind::Gpt, .width = images ? 32 : 128};
        config.training.batchSize = images ? 128 : 12;
    }
    config.name = images ? "fashion-mnist" : "gpt";
    setConfig(config);
    Q_EMIT configChanged();
}

std::optional<RunConfig> SetupPanel::config() const
{
    RunConfig config = m_config;
    config.model.layers = m_layers->value();
    config.model.width = m_width->value();
    config.model.heads = m_heads->value();
    config.model.context = m_context->value();
    config.training.batchSize = m_batch->value();
    config.training.maxSteps = m_steps->value();
    config.choices = choices();
    config.memory.budgetBytes.reset();
    if (const QString budget = m_budget->text().trimmed(); !budget.isEmpty()) {
        const auto bytes = parseBytes(budget.toStdString());
        if (!bytes)
            return std::nullopt;
        config.memory.budgetBytes = *bytes;
    }
    config.preset = "custom";
    for (const Preset& preset : builtinPresets())
        if (preset.choices == config.choices)
            config.preset = preset.name;
    return check(config) ? std::optional(config) : std::nullopt;
}

void SetupPanel::setTraining(bool training) { m_fields->setEnabled(!training); }

void SetupPanel::update()
{
    if (m_loading)
        return;
    showAnswers();
    Q_EMIT configChanged();
}

void SetupPanel::showAnswers()
{
    showPresetName();
    const auto now = config();
    m_estimate->setVisible(now.has_value());
    if (now) {
        m_estimate->setConfig(*now);
        showChecks(*now);
    } else {
        RunConfig wrong = m_config;
        wrong.model.width = m_width->value();
        wrong.model.heads = m_heads->value();
        const auto status = check(wrong);
        const auto budget = parseBytes(m_budget->text().toStdString());
        m_checks->setText(u"<span style='color:%1'>! %2</span>"_s.arg(theme().bad.name(),
            text(!status ? status.error().message : !budget ? budget.error().message : std::string("a field is wrong")).toHtmlEscaped()));
    }
}

void SetupPanel::showChecks(const RunConfig& config)
{
    QStringList lines;
    const auto add = [&](bool good, const QString& text) {
        lines << u"<span style='color:%1'>%2</span> %3"_s.arg((good ? theme().good : theme().bad).name(), good ? u"✓"_s : u"!"_s, text.toHtmlEscaped());
    };
    const Estimate estimate = estimateMemory(config.estimateInput());
    const Estimate fp32 = estimateMemory(baselineOf(config).estimateInput());
    add(true, tr("%1 parameters; the exact FP32 value of every weight is kept").arg(countText(parameterCount(config.model))));
    if (config.memory.budgetBytes)
        add(estimate.peakDeviceBytes() <= *config.memory.budgetBytes, estimate.peakDeviceBytes() <= *config.memory.budgetBytes
                ? tr("the estimate fits the budget") : tr("the estimate is over the budget: choose a preset that needs less"));
    const double ratio = static_cast<double>(estimate.peakDeviceBytes()) / static_cast<double>(fp32.peakDeviceBytes());
    if (ratio > 0.99 && config.choices.table != baselineOf(config).choices.table)
        add(false, tr("the peak stays where FP32 has it, because %1 holds it").arg(text(nameOf(estimate.largestPhase()))));
    for (const Phase phase : allPhases)
        if (config.choices.table.resolve(phase).compute == Precision::Fp16 && phase != Phase::Predict)
            add(false, tr("FP16 in %1: a loss scale guards it; watch the skipped steps").arg(text(nameOf(phase))));
    m_checks->setText(lines.join(u"<br>"_s));
}

} // namespace mantissa::ui
