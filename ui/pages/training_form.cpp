// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/training_form.h"

#include "core/output/titles.h"
#include "ui/pages/number_field.h"
#include "ui/theme/format.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int columns = 3;
constexpr int rowsOfACell = 3; ///< name, field, and what is wrong with it

constexpr double mostSeed = 9007199254740991; // 2^53 - 1: what every reader of JSON keeps

} // namespace

TrainingForm::TrainingForm(QWidget* parent)
    : QWidget(parent)
    , m_unfold(new QToolButton(this))
    , m_body(new QWidget(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(4);
    m_unfold->setObjectName(u"unfoldTraining"_s);
    m_unfold->setText(tr("Optimizer, evaluation and phases"));
    m_unfold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_unfold->setArrowType(Qt::RightArrow);
    m_unfold->setAutoRaise(true);
    m_unfold->setCheckable(true);
    column->addWidget(m_unfold);
    column->addWidget(m_body);
    m_body->hide();
    connect(m_unfold, &QToolButton::toggled, this, [this](bool open) {
        m_body->setVisible(open);
        m_unfold->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    });
    m_grid = new QGridLayout(m_body);
    m_grid->setContentsMargins({});
    m_grid->setHorizontalSpacing(8);
    m_grid->setVerticalSpacing(2);
    addOptimizer();
    addTraining();
    addPhases();
}

void TrainingForm::addOptimizer()
{
    addTitle(u"AdamW"_s);
    addReal(tr("learning rate"), tr("At its highest, after the linear warm-up"), 1e-9, 0.999999,
        [](RunConfig& c) -> double& { return c.optimizer.learningRate; });
    m_schedule = new QComboBox(m_body);
    m_schedule->setObjectName(u"schedule"_s);
    for (const auto& [title, schedule] : {std::pair(tr("cosine"), LearningRateSchedule::Cosine),
             std::pair(tr("linear"), LearningRateSchedule::Linear),
             std::pair(tr("constant"), LearningRateSchedule::Constant)})
        m_schedule->addItem(title, static_cast<int>(schedule));
    place(tr("schedule"), tr("How the learning rate falls after its warm-up"), m_schedule);
    connect(m_schedule, &QComboBox::activated, this, [this] {
        Q_EMIT edited(mostFields - 1, tr("schedule"));
        Q_EMIT left();
    });
    addWhole(tr("rate warm-up"), tr("Steps over which the learning rate rises from 0"), 0, 100'000'000,
        [](RunConfig& c) -> std::int64_t& { return c.optimizer.warmupSteps; });
    addReal(tr("lowest rate"),
        tr("What is left of the learning rate at the end, as a fraction of it: 0.1 is a tenth"), 0, 1,
        [](RunConfig& c) -> double& { return c.optimizer.minLrRatio; })
        ->setUnit(tr("× rate"));
    addReal(tr("weight decay"), tr("On matrices only"), 0, 10,
        [](RunConfig& c) -> double& { return c.optimizer.weightDecay; });
    addReal(tr("clip norm"), tr("Gradients longer than this are shortened; 0 never"), 0, 1e6,
        [](RunConfig& c) -> double& { return c.optimizer.maxGradNorm; });
    addReal(u"beta1"_s, tr("How long the first moment remembers, 0 to 1"), 0, 0.999999,
        [](RunConfig& c) -> double& { return c.optimizer.beta1; });
    addReal(u"beta2"_s, tr("How long the second moment remembers, 0 to 1"), 0, 0.9999999,
        [](RunConfig& c) -> double& { return c.optimizer.beta2; });
    addReal(u"epsilon"_s, tr("Added to the root of the second moment"), 1e-12, 1,
        [](RunConfig& c) -> double& { return c.optimizer.epsilon; });
}

void TrainingForm::addTraining()
{
    addTitle(tr("Training and evaluation"));
    addWhole(tr("micro-batches"), tr("Batches whose gradients are summed before an update"), 1, 65536,
        [](RunConfig& c) -> std::int64_t& { return c.training.accumulation; });
    addWhole(
        tr("seed"), tr("Decides the start, the order of the data and every random number"), 0, mostSeed,
        [](RunConfig& c) -> std::int64_t& { return c.training.seed; }, NumberField::Kind::Number);
    addWhole(tr("threads"), tr("Of the processor; 0 takes all cores"), 0, 1024,
        [](RunConfig& c) -> std::int64_t& { return c.training.threads; });
    addWhole(tr("evaluate every"), tr("Steps between evaluations; 0 only at the end"), 0, 100'000'000,
        [](RunConfig& c) -> std::int64_t& { return c.training.evalInterval; });
    addWhole(tr("evaluation batches"), tr("Fixed batches of the part that is never trained on; 0 all of it"),
        0, 1'000'000, [](RunConfig& c) -> std::int64_t& { return c.training.evalBatches; });
    addWhole(tr("save every"), tr("Steps between checkpoints; 0 only at the end"), 0, 100'000'000,
        [](RunConfig& c) -> std::int64_t& { return c.training.saveInterval; });
    addReal(tr("save minutes"),
        tr("Where steps are long, a checkpoint after so many minutes as well; 0: by steps alone"), 0, 1e6,
        [](RunConfig& c) -> double& { return c.training.saveMinutes; });
    addReal(tr("epochs"),
        tr("Times over all samples, each once in each; the number of steps follows from it. 0: the steps "
           "above count"),
        0, 1e6, [](RunConfig& c) -> double& { return c.training.epochs; });
    addWhole(tr("patience"),
        tr("Evaluations in a row without a lower loss after which the run stops early; 0 never"), 0,
        1'000'000, [](RunConfig& c) -> std::int64_t& { return c.training.earlyStop.patience; });
    addReal(tr("minutes at most"), tr("After so many the run stops early; 0 never"), 0, 1e7,
        [](RunConfig& c) -> double& { return c.training.earlyStop.minutes; });
    addFlag(tr("keep the best"),
        tr("A checkpoint at each evaluation that is the best so far; the last such is kept beside the "
           "newest"),
        [](RunConfig& c) -> bool& { return c.training.keepBest; });
    addFlag(tr("stop at a spike"),
        tr("When the loss leaves its course, go back to the last good state and end there, instead of going "
           "on in FP32"),
        [](RunConfig& c) -> bool& { return c.training.earlyStop.atSpike; });
}

void TrainingForm::addPhases()
{
    addTitle(tr("Rhythm of the phases"));
    addWhole(text(titleOf(Phase::Warmup)), tr("Steps at the beginning, once"), 0, 100'000'000,
        [](RunConfig& c) -> std::int64_t& { return c.phases.warmupSteps; });
    addWhole(text(titleOf(Phase::Full)), tr("Steps of a Full block"), 1, 100'000'000,
        [](RunConfig& c) -> std::int64_t& { return c.phases.fullSteps; });
    addWhole(tr("Predict, at most"), tr("Forward-only batches after a Full block; 0 turns Predict off"), 0,
        100'000, [](RunConfig& c) -> std::int64_t& { return c.phases.maxPredictSteps; });
    addWhole(text(titleOf(Phase::Correct)), tr("Steps after a Predict block"), 0, 100'000'000,
        [](RunConfig& c) -> std::int64_t& { return c.phases.correctSteps; });
    addReal(tr("least confidence"),
        tr("How sure Predict must be, from its last blocks, that it finds a lower loss: 0 to 1. Below it "
           "Predict is "
           "put off for a Full block twice as long"),
        0, 1, [](RunConfig& c) -> double& { return c.phases.confidenceThreshold; });
    addWhole(tr("numbers every"),
        tr("Steps between looks at how numbers fare in each format (Numbers page); 0 only on demand"), 0,
        100'000'000, [](RunConfig& c) -> std::int64_t& { return c.training.numbersInterval; });
}

void TrainingForm::addTitle(const QString& title)
{
    m_cell = (m_cell + columns - 1) / columns * columns;
    auto* label = new QLabel(title, m_body);
    label->setObjectName(u"muted"_s);
    m_grid->addWidget(label, m_cell / columns * rowsOfACell, 0, 1, columns);
    m_cell += columns;
}

void TrainingForm::place(const QString& name, const QString& tip, QWidget* field, QWidget* reason)
{
    auto* label = new QLabel(name, m_body);
    label->setObjectName(u"caption"_s);
    label->setBuddy(field);
    field->setAccessibleName(name);
    for (QWidget* widget : {static_cast<QWidget*>(label), field})
        widget->setToolTip(tip);
    const int row = m_cell / columns * rowsOfACell;
    m_grid->addWidget(label, row, m_cell % columns);
    m_grid->addWidget(field, row + 1, m_cell % columns);
    if (reason)
        m_grid->addWidget(reason, row + 2, m_cell % columns);
    m_grid->setColumnStretch(m_cell % columns, 1);
    ++m_cell;
}

NumberField* TrainingForm::addField(const QString& name, const QString& tip, NumberField* field)
{
    place(name, tip, field, field->reason());
    connect(field, &QLineEdit::textChanged, this,
        [this, number = fieldCount(), name] { Q_EMIT edited(number, name); });
    connect(field, &QLineEdit::editingFinished, this, &TrainingForm::left);
    return field;
}

void TrainingForm::addWhole(const QString& name, const QString& tip, double least, double most,
    std::function<std::int64_t&(RunConfig&)> of, NumberField::Kind kind)
{
    const int number = fieldCount();
    NumberField* field = addField(name, tip, new NumberField(kind, least, most, m_body));
    m_wholes.push_back({.field = field, .of = std::move(of), .number = number});
}

NumberField* TrainingForm::addReal(
    const QString& name, const QString& tip, double least, double most, std::function<double&(RunConfig&)> of)
{
    const int number = fieldCount();
    NumberField* field = addField(name, tip, new NumberField(NumberField::Kind::Real, least, most, m_body));
    m_reals.push_back({.field = field, .of = std::move(of), .number = number});
    return field;
}

void TrainingForm::addFlag(const QString& name, const QString& tip, std::function<bool&(RunConfig&)> of)
{
    auto* box = new QCheckBox(m_body);
    place(name, tip, box);
    connect(box, &QCheckBox::clicked, this, [this, field = fieldCount(), name] {
        Q_EMIT edited(field, name);
        Q_EMIT left();
    });
    m_flags.push_back({.box = box, .of = std::move(of)});
}

void TrainingForm::showConfig(const RunConfig& config, const std::map<int, WrongNumber>& wrong, int first)
{
    RunConfig copy = config; // the accessors want one to write to
    const auto put = [&](const auto& number) {
        if (const auto found = wrong.find(first + number.number); found == wrong.end())
            number.field->setValue(static_cast<double>(number.of(copy)));
        else if (number.field->text() != found->second.typed)
            number.field->setText(found->second.typed);
    };
    for (const Whole& number : m_wholes)
        put(number);
    for (const Real& number : m_reals)
        put(number);
    for (const Flag& flag : m_flags)
        flag.box->setChecked(flag.of(copy));
    m_schedule->setCurrentIndex(m_schedule->findData(static_cast<int>(config.optimizer.schedule)));
}

void TrainingForm::writeTo(RunConfig& config, std::map<int, WrongNumber>& wrong, int first) const
{
    const auto take = [&](const auto& number) {
        auto& value = number.of(config);
        using Value = std::remove_reference_t<decltype(value)>;
        if (const auto typed = number.field->value())
            value = static_cast<Value>(*typed);
        else
            wrong[first + number.number] = wrongIn(*number.field);
    };
    for (const Whole& number : m_wholes)
        take(number);
    for (const Real& number : m_reals)
        take(number);
    for (const Flag& flag : m_flags)
        flag.of(config) = flag.box->isChecked();
    config.optimizer.schedule = static_cast<LearningRateSchedule>(m_schedule->currentData().toInt());
}

std::vector<QWidget*> TrainingForm::fields() const
{
    std::vector<QWidget*> all;
    for (const Whole& number : m_wholes)
        all.push_back(number.field);
    for (const Real& number : m_reals)
        all.push_back(number.field);
    return all;
}

} // namespace mantissa::ui
