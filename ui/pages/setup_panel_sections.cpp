// SPDX-License-Identifier: GPL-3.0-or-later
// Which fields the set-up panel has, and where they stand; what they do is in setup_panel.cpp.

#include "core/data/templates/chat_template.h"
#include "ui/models/precision_table_model.h"
#include "ui/pages/checks_label.h"
#include "ui/pages/device_field.h"
#include "ui/pages/estimate_bars.h"
#include "ui/pages/model_field.h"
#include "ui/pages/number_field.h"
#include "ui/pages/plan_table.h"
#include "ui/pages/row_length.h"
#include "ui/pages/setup_menu.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/training_form.h"
#include "ui/rung_prices.h"
#include "ui/theme/format.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QUndoStack>
#include <QVBoxLayout>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int rowsOfAField = 3; ///< name, field, and what is wrong with it

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
    , m_rows(new RowLength(this))
    , m_file(new SetupMenu([this] { return usable(); }, this))
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
    connect(m_rows, &RowLength::known, this, &SetupPanel::showAnswers);
    showState(setupOf(RunConfig{}));
    setPresets(builtinPresets());
}

void SetupPanel::buildModelSection(QVBoxLayout* column)
{
    auto* file = new QToolButton(this);
    file->setObjectName(u"setupMenu"_s);
    file->setText(tr("Set-up"));
    file->setToolTip(tr("All that stands in this column, as a file"));
    file->setAutoRaise(true);
    file->setPopupMode(QToolButton::InstantPopup);
    file->setMenu(m_file);
    auto* top = new QHBoxLayout;
    top->addWidget(heading(tr("Model and data"), this));
    top->addStretch(1);
    top->addWidget(file);
    column->addLayout(top);
    m_fields = new QWidget(this);
    auto* grid = new QGridLayout(m_fields);
    grid->setContentsMargins({});
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    m_data = new QComboBox(m_fields);
    m_data->setObjectName(u"data"_s);
    m_data->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_data->setMinimumContentsLength(1);
    m_data->addItem(tr("King James Bible, text"), u"sample:kjv"_s);
    m_data->addItem(tr("Fashion-MNIST, images"), u"sample:fashion-mnist"_s);
    m_data->addItem(tr("Text or rows of your own…"), u"file"_s); // a chosen one stands behind it
    connect(m_data, &QComboBox::activated, this, &SetupPanel::chooseData);
    m_template = new QComboBox(m_fields);
    m_template->setObjectName(u"template"_s);
    m_template->setAccessibleName(tr("Chat template"));
    m_template->setToolTip(tr(
        "How questions and answers are written as one text. alpaca and plain need no tokens of their own"));
    m_template->addItem(tr("chat template of the model"), QString());
    for (const ChatTemplate& one : chatTemplates()) {
        m_template->addItem(tr("chat template: %1").arg(text(one.name)), text(one.name));
        m_template->setItemData(m_template->count() - 1, text(one.about), Qt::ToolTipRole);
    }
    connect(m_template, &QComboBox::activated, this, [this](int index) {
        SetupState after = state();
        after.config.data.chatTemplate = m_template->itemData(index).toString().toStdString();
        pushState(after, tr("chat template"));
    });
    auto* preview = new QPushButton(tr("Preview…"), m_fields);
    preview->setObjectName(u"preview"_s);
    connect(preview, &QPushButton::clicked, this, &SetupPanel::showPreview);
    auto* dataRow = new QHBoxLayout;
    dataRow->addWidget(m_data, 1);
    dataRow->addWidget(preview);
    m_model = new ModelField(m_fields);
    connect(m_model, &ModelField::folderWanted, this, &SetupPanel::chooseFolder);
    connect(m_model, &ModelField::sizesWanted, this,
        [this] { pushState(withSizes(state()), tr("a new model")); });
    connect(m_model, &ModelField::knownWanted, this, [this](const ModelConfig& model) {
        pushState(withKnownModel(state(), model), tr("model %1").arg(text(model.name)));
    });
    m_name = new QLineEdit(m_fields);
    m_name->setObjectName(u"name"_s);
    m_name->setAccessibleName(tr("Name of the run"));
    m_name->setPlaceholderText(tr("name of the run"));
    m_name->setToolTip(tr("The run's folder is called by the time and this name"));
    m_name->setMaxLength(60); // of a folder's name
    m_name->installEventFilter(this);
    connect(m_name, &QLineEdit::textChanged, this, [this] { noteTyping(Name, tr("name")); });
    connect(m_name, &QLineEdit::editingFinished, this, [this] { ++m_editing.typing; });
    for (const auto& [before, after] : {std::pair<QWidget*, QWidget*>(m_name, m_data), {m_data, preview},
             {preview, m_template}, {m_template, m_model}})
        setTabOrder(before, after); // as they stand
    auto* sources = new QVBoxLayout;
    sources->setSpacing(4);
    sources->addWidget(m_name);
    sources->addLayout(dataRow);
    sources->addWidget(m_template);
    sources->addWidget(m_model);
    grid->addLayout(sources, 0, 0, 1, 6);
    const QStringList names{tr("layers"), tr("width"), tr("heads"), tr("context"), tr("batch"), tr("steps")};
    constexpr std::array objectNames{"layers", "width", "heads", "context", "batch", "steps"};
    constexpr std::array most{1000, 65536, 65536, 1'048'576, 65536, 100'000'000};
    for (int i = 0; i < Budget; ++i) {
        const auto at = static_cast<std::size_t>(i);
        auto* field = m_numbers[at] = new NumberField(NumberField::Kind::Count, 1, most[at], m_fields);
        field->setObjectName(QLatin1StringView(objectNames[at]));
        field->setAccessibleName(names[i]);
        field->installEventFilter(this);
        connect(field, &QLineEdit::textChanged, this, [this, i, name = names[i]] { noteTyping(i, name); });
        connect(field, &QLineEdit::editingFinished, this, [this] { ++m_editing.typing; });
        const int row = 1 + i / 3 * rowsOfAField;
        grid->addWidget(caption(names[i], field), row, i % 3 * 2, 1, 2);
        grid->addWidget(field, row + 1, i % 3 * 2, 1, 2);
        grid->addWidget(field->reason(), row + 2, i % 3 * 2, 1, 2);
    }
    buildDeviceRows(grid);
    column->addWidget(m_fields);
    m_training = new TrainingForm(this);
    connect(m_training, &TrainingForm::edited, this,
        [this](int field, const QString& name) { noteTyping(Training + field, name); });
    connect(m_training, &TrainingForm::left, this, [this] { ++m_editing.typing; });
    for (QWidget* field : m_training->fields())
        field->installEventFilter(this);
    column->addWidget(m_training);
}

void SetupPanel::buildDeviceRows(QGridLayout* grid)
{
    m_device = new DeviceField(m_fields);
    connect(m_device, &DeviceField::edited, this, [this] { noteTyping(Device, tr("device")); });
    connect(m_device, &DeviceField::left, this, [this] { ++m_editing.typing; });
    for (QWidget* field : m_device->fields())
        field->installEventFilter(this);
    int row = 1 + 2 * rowsOfAField; // below the numbers
    grid->addWidget(caption(tr("device"), m_device), row++, 0, 1, 6);
    grid->addWidget(m_device, row++, 0, 1, 6);
    m_budget = new QLineEdit(m_fields);
    m_budget->setObjectName(u"budget"_s);
    m_budget->setPlaceholderText(tr("none; for example 8GiB"));
    m_budget->installEventFilter(this);
    connect(m_budget, &QLineEdit::textChanged, this, [this] { noteTyping(Budget, tr("budget")); });
    connect(m_budget, &QLineEdit::editingFinished, this, [this] { ++m_editing.typing; });
    grid->addWidget(caption(tr("device memory budget"), m_budget), row++, 0, 1, 6);
    grid->addWidget(m_budget, row, 0, 1, 3);
    m_fit = new QPushButton(m_fields);
    m_fit->setObjectName(u"fitInto"_s);
    connect(m_fit, &QPushButton::clicked, this, &SetupPanel::showLadder);
    grid->addWidget(m_fit, row++, 3, 1, 3);
    m_budgetReason = reasonLabel(m_fields);
    grid->addWidget(m_budgetReason, row, 0, 1, 6);
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
    auto* phases
        = new QLabel(tr("Predict looks ahead: forward passes alone, which change no weight. Correct trains a "
                        "few steps after it, before the next Full block."),
            this);
    phases->setObjectName(u"caption"_s);
    phases->setWordWrap(true);
    column->addWidget(phases);
    m_cellMarks = new QLabel(this);
    m_cellMarks->setObjectName(u"caption"_s);
    m_cellMarks->setWordWrap(true);
    column->addWidget(m_cellMarks);
}

} // namespace mantissa::ui
