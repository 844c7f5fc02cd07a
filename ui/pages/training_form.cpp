// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/training_form.h"

#include "core/output/titles.h"
#include "ui/theme/format.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int columns = 3;

/// Numbers from 1e-12 to millions in as few digits as they need.
class RealBox : public QDoubleSpinBox {
public:
    using QDoubleSpinBox::QDoubleSpinBox;
    QString textFromValue(double value) const override { return QString::number(value, 'g', 8); }
    double valueFromText(const QString& text) const override
    {
        return QString(text).replace(u',', u'.').toDouble();
    }
    QValidator::State validate(QString& text, int& /*position*/) const override
    {
        bool isNumber = false;
        const double value = QString(text).replace(u',', u'.').toDouble(&isNumber);
        return isNumber && value >= minimum() && value <= maximum() ? QValidator::Acceptable
                                                                    : QValidator::Intermediate;
    }
};

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
    addReal(tr("learning rate"), tr("At its highest, after the linear warm-up"), 1e-9, 100,
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
    addReal(tr("lowest rate"), tr("Part of the learning rate that is left at the end, 0 to 1"), 0, 1,
        [](RunConfig& c) -> double& { return c.optimizer.minLrRatio; });
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
    addWhole(tr("seed"), tr("Decides the start, the order of the data and every random number"), 0,
        2'000'000'000, [](RunConfig& c) -> std::int64_t& { return c.training.seed; });
    addWhole(tr("threads"), tr("Of the processor; 0 takes all cores"), 0, 1024,
        [](RunConfig& c) -> std::int64_t& { return c.training.threads; });
    addWhole(tr("evaluate every"), tr("Steps between evaluations; 0 only at the end"), 0, 100'000'000,
        [](RunConfig& c) -> std::int64_t& { return c.training.evalInterval; });
    addWhole(tr("evaluation batches"), tr("Fixed batches of the part that is never trained on; 0 all of it"),
        0, 1'000'000, [](RunConfig& c) -> std::int64_t& { return c.training.evalBatches; });
    addWhole(tr("save every"), tr("Steps between checkpoints; 0 only at the end"), 0, 100'000'000,
        [](RunConfig& c) -> std::int64_t& { return c.training.saveInterval; });
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
    addReal(tr("confidence"), tr("Below it Predict is put off for a Full block twice as long"), 0, 1,
        [](RunConfig& c) -> double& { return c.phases.confidenceThreshold; });
    addWhole(tr("numbers every"),
        tr("Steps between looks at how numbers fare in each format (Numbers page); 0 only on demand"), 0,
        100'000'000, [](RunConfig& c) -> std::int64_t& { return c.training.numbersInterval; });
}

void TrainingForm::addTitle(const QString& title)
{
    m_cell = (m_cell + columns - 1) / columns * columns;
    auto* label = new QLabel(title, m_body);
    label->setObjectName(u"muted"_s);
    m_grid->addWidget(label, m_cell / columns * 2, 0, 1, columns);
    m_cell += columns;
}

void TrainingForm::place(const QString& name, const QString& tip, QWidget* field)
{
    auto* label = new QLabel(name, m_body);
    label->setObjectName(u"caption"_s);
    label->setBuddy(field);
    field->setAccessibleName(name);
    for (QWidget* widget : {static_cast<QWidget*>(label), field})
        widget->setToolTip(tip);
    m_grid->addWidget(label, m_cell / columns * 2, m_cell % columns);
    m_grid->addWidget(field, m_cell / columns * 2 + 1, m_cell % columns);
    m_grid->setColumnStretch(m_cell % columns, 1);
    ++m_cell;
}

void TrainingForm::addWhole(const QString& name, const QString& tip, std::int64_t least, std::int64_t most,
    std::function<std::int64_t&(RunConfig&)> of)
{
    auto* box = new QSpinBox(m_body);
    box->setRange(static_cast<int>(least), static_cast<int>(most));
    box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    box->setGroupSeparatorShown(true);
    box->setMinimumWidth(56);
    place(name, tip, box);
    connect(box, &QSpinBox::valueChanged, this,
        [this, field = fieldCount(), name] { Q_EMIT edited(field, name); });
    connect(box, &QSpinBox::editingFinished, this, &TrainingForm::left);
    m_wholes.push_back({.box = box, .of = std::move(of)});
}

void TrainingForm::addReal(
    const QString& name, const QString& tip, double least, double most, std::function<double&(RunConfig&)> of)
{
    auto* box = new RealBox(m_body);
    box->setDecimals(12);
    box->setRange(least, most);
    box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    box->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    box->setMinimumWidth(56);
    place(name, tip, box);
    connect(box, &QDoubleSpinBox::valueChanged, this,
        [this, field = fieldCount(), name] { Q_EMIT edited(field, name); });
    connect(box, &QDoubleSpinBox::editingFinished, this, &TrainingForm::left);
    m_reals.push_back({.box = box, .of = std::move(of)});
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

void TrainingForm::showConfig(const RunConfig& config)
{
    RunConfig copy = config; // the accessors want one to write to
    const auto put = [&](auto& field) {
        field.shown = field.of(copy);
        if (const auto value = static_cast<decltype(field.inBox)>(field.shown);
            field.box->value() != value) // setting it again would move the text cursor
            field.box->setValue(value);
        field.inBox = field.box->value();
    };
    for (Whole& field : m_wholes)
        put(field);
    for (Real& field : m_reals)
        put(field);
    for (const Flag& flag : m_flags)
        flag.box->setChecked(flag.of(copy));
    m_schedule->setCurrentIndex(m_schedule->findData(static_cast<int>(config.optimizer.schedule)));
}

void TrainingForm::writeTo(RunConfig& config) const
{
    const auto take = [&](const auto& field) {
        field.of(config) = field.box->value() == field.inBox ? field.shown : field.box->value();
    };
    for (const Whole& field : m_wholes)
        take(field);
    for (const Real& field : m_reals)
        take(field);
    for (const Flag& flag : m_flags)
        flag.of(config) = flag.box->isChecked();
    config.optimizer.schedule = static_cast<LearningRateSchedule>(m_schedule->currentData().toInt());
}

std::vector<QWidget*> TrainingForm::fields() const
{
    std::vector<QWidget*> all;
    for (const Whole& field : m_wholes)
        all.push_back(field.box);
    for (const Real& field : m_reals)
        all.push_back(field.box);
    return all;
}

} // namespace mantissa::ui
