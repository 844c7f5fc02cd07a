// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/continue_dialog.h"

#include "core/record/run_store.h"
#include "core/record/settings_history.h"
#include "core/training/resume.h"
#include "ui/example_run.h"
#include "ui/pages/number_field.h"
#include "ui/run_session.h"
#include "ui/theme/format.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <ranges>
#include <utility>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int pauseMilliseconds = 250; ///< in typing, before what was typed is looked at

/// A count as it can be typed, "20,000" too; what is none stays as it is, to be refused.
QString plainCount(const QLineEdit& field)
{
    constexpr double mostCount = 1e15;
    const auto count = NumberField::read(NumberField::Kind::Count, field.text());
    return count && std::abs(*count) <= mostCount ? QString::number(std::llround(*count))
                                                  : field.text().trimmed();
}

/// A number that may have a fraction, with a point or a comma.
QString plainNumber(const QLineEdit& field) { return field.text().trimmed().replace(u',', u'.'); }

constexpr double leastRate = 1e-9;
constexpr double mostRate = 0.999999;

QString rateText(double rate) { return QString::number(rate, 'g', 8); }

} // namespace

bool canContinue(const RunSession& session)
{
    const Run& run = session.run();
    std::error_code error;
    return run.ticks() > 0 && !session.showsTraining() && !session.isFollowing()
        && !isExampleRun(run.folder()) && !run.isForeign()
        && (newestCheckpoint(run.folder()) || std::filesystem::exists(run.folder() / "states.json", error));
}

ContinueDialog::ContinueDialog(const Run& run, QWidget* parent)
    : QDialog(parent)
    , m_folder(run.folder())
    , m_config(mantissa::configInForce(run))
    , m_steps(run.steps())
    , m_pause(new QTimer(this))
{
    setObjectName(u"continueDialog"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Continue · %1").arg(text(run.title())));
    setMinimumWidth(560);
    m_pause->setSingleShot(true);
    m_pause->setInterval(pauseMilliseconds);
    connect(m_pause, &QTimer::timeout, this, &ContinueDialog::showAnswer);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 14);
    column->setSpacing(10);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(14);
    form->setVerticalSpacing(8);
    buildWays(run, form);
    buildSettings(form);
    column->addLayout(form);
    m_answer = new QLabel(this);
    m_answer->setObjectName(u"continueAnswer"_s);
    m_answer->setWordWrap(true);
    m_answer->setMinimumHeight(48);
    m_answer->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    column->addWidget(m_answer);
    column->addStretch(1);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    m_go = new QPushButton(this);
    m_go->setObjectName(u"continueGo"_s);
    m_go->setDefault(true);
    connect(m_go, &QPushButton::clicked, this, &ContinueDialog::choose);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    cancel->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    buttons->addWidget(m_go);
    buttons->addWidget(cancel);
    column->addLayout(buttons);
    choosePoint();
    m_length->setFocus();
    m_length->selectAll();
}

void ContinueDialog::buildWays(const Run& run, QFormLayout* form)
{
    m_continue = new QRadioButton(tr("this run, from where it stands"), this);
    m_continue->setObjectName(u"continueHere"_s);
    m_continue->setChecked(true);
    m_fork = new QRadioButton(tr("a new run from a checkpoint of it"), this);
    m_fork->setObjectName(u"continueFork"_s);
    m_checkpoint = new QComboBox(this);
    m_checkpoint->setObjectName(u"continueCheckpoint"_s);
    m_checkpoint->setAccessibleName(tr("Checkpoint"));
    for (const auto& folder : std::views::reverse(wholeCheckpoints(m_folder))) {
        auto point = forkPoint(run, folder);
        if (!point)
            continue;
        const auto& evaluations = run.evaluations();
        const auto loss = std::ranges::find(evaluations, point->step, &Evaluated::step);
        m_checkpoint->addItem(loss == evaluations.end()
                ? tr("step %1").arg(countText(point->step))
                : tr("step %1, evaluation loss %2")
                      .arg(countText(point->step), QString::number(loss->loss, 'f', 4)),
            pathText(folder));
        m_points.push_back(std::move(*point));
    }
    m_fork->setEnabled(m_checkpoint->count() > 0);
    m_name = new QLineEdit(text(run.config().name) % u"-fork"_s, this);
    m_name->setObjectName(u"continueName"_s);
    m_name->setAccessibleName(tr("Name of the new run"));
    form->addRow(tr("Go on with"), m_continue);
    form->addRow(QString(), m_fork);
    form->addRow(tr("checkpoint"), m_checkpoint);
    form->addRow(tr("called"), m_name);
    connect(m_fork, &QRadioButton::toggled, this, &ContinueDialog::choosePoint);
    connect(m_checkpoint, &QComboBox::currentIndexChanged, this, &ContinueDialog::choosePoint);
    connect(m_name, &QLineEdit::textChanged, this, &ContinueDialog::noteTyping);
}

void ContinueDialog::buildSettings(QFormLayout* form)
{
    m_length = new QLineEdit(this);
    m_length->setObjectName(u"continueSteps"_s);
    m_lengthReason = reasonLabel(this);
    m_rate = new NumberField(NumberField::Kind::Real, leastRate, mostRate, this);
    m_rate->setObjectName(u"continueRate"_s);
    m_lengthName = new QLabel(this);
    m_lengthName->setBuddy(m_length);
    form->addRow(m_lengthName, m_length);
    form->addRow(QString(), m_lengthReason);
    form->addRow(tr("learning rate, at its highest"), m_rate);
    form->addRow(QString(), m_rate->reason());
    m_rate->setAccessibleName(static_cast<QLabel*>(form->labelForField(m_rate))->text());
    for (QLineEdit* field : {m_length, static_cast<QLineEdit*>(m_rate)})
        connect(field, &QLineEdit::textChanged, this, &ContinueDialog::noteTyping);
}

const ForkPoint* ContinueDialog::point() const
{
    return m_fork->isChecked() ? &m_points.at(static_cast<std::size_t>(m_checkpoint->currentIndex()))
                               : nullptr;
}

const RunConfig& ContinueDialog::base() const { return point() ? point()->config : m_config; }

void ContinueDialog::choosePoint()
{
    const TrainingConfig& training = base().training;
    const bool byEpochs = training.epochs > 0;
    const bool isAtItsEnd = (point() ? point()->step : m_steps) >= training.maxSteps;
    const int times = isAtItsEnd ? 2 : 1;
    const QString lengthName = byEpochs ? tr("epochs, all in all") : tr("until step");
    if (!m_length->isModified() || lengthName != m_lengthName->text())
        m_length->setText(
            byEpochs ? rateText(training.epochs * times) : QString::number(training.maxSteps * times));
    if (!m_rate->isModified()) // what somebody typed stays
        m_rate->setText(rateText(base().optimizer.learningRate));
    m_lengthName->setText(lengthName);
    m_length->setAccessibleName(lengthName);
    showAnswer();
}

void ContinueDialog::noteTyping()
{
    m_go->setEnabled(true); // pressed before the pause is over, it looks first
    m_pause->start();
}

std::vector<std::string> ContinueDialog::settings() const
{
    std::vector<std::string> settings;
    const bool byEpochs = base().training.epochs > 0;
    const QString before
        = byEpochs ? rateText(base().training.epochs) : QString::number(base().training.maxSteps);
    if (const QString length = byEpochs ? plainNumber(*m_length) : plainCount(*m_length); length != before)
        settings.push_back((byEpochs ? "training.epochs=" : "training.max_steps=") + length.toStdString());
    if (const QString rate = plainNumber(*m_rate); rate != rateText(base().optimizer.learningRate))
        settings.push_back("optimizer.learning_rate=" + rate.toStdString());
    return settings;
}

QString ContinueDialog::whyNoLength() const
{
    if (base().training.epochs > 0) {
        const auto epochs = NumberField::read(NumberField::Kind::Real, m_length->text());
        return epochs && *epochs > 0 ? QString() : tr("a number above 0");
    }
    constexpr double mostSteps = 1e8;
    const auto steps = NumberField::read(NumberField::Kind::Count, m_length->text());
    return steps && *steps >= 1 && *steps <= mostSteps ? QString() : tr("a whole number, 1 to 100,000,000");
}

QString ContinueDialog::whyNoFork() const
{
    if (m_name->text().trimmed().isEmpty())
        return tr("the new run needs a name");
    const auto wanted = configFromJson(toJson(base()), {.settings = settings()}, {});
    if (!wanted)
        return messageText(wanted.error().message);
    const Status length = checkLength(*point(), wanted->config.training);
    return length ? QString() : messageText(length.error().message);
}

void ContinueDialog::showAnswer()
{
    m_pause->stop();
    const bool isFork = m_fork->isChecked();
    for (QWidget* field : std::initializer_list<QWidget*>{m_checkpoint, m_name})
        field->setEnabled(isFork);
    m_go->setText(isFork ? tr("Fork") : tr("Continue"));
    const QString length = whyNoLength();
    markWrong(m_length, m_lengthReason, length);
    if (!length.isEmpty() || !m_rate->problem().isEmpty()) { // said below the field
        m_go->setEnabled(false);
        m_answer->clear();
        return;
    }
    QString problem;
    QStringList words;
    if (isFork) { // what the new run says of itself is known once it is there
        problem = whyNoFork();
        if (problem.isEmpty())
            words << tr("The run stays as it is; the new one has its steps up to there, and goes on.");
    } else if (const auto plan = planResume(m_folder, settings()); !plan) {
        problem = messageText(plan.error().message);
    } else if (plan->config.training.epochs == 0 && plan->config.training.maxSteps <= m_steps) {
        problem = tr("it has done %1 steps; name a larger number").arg(countText(m_steps));
    } else {
        for (const std::string& notice : plan->notices)
            words << text(notice);
    }
    m_go->setEnabled(problem.isEmpty());
    m_answer->setText(problem.isEmpty() ? words.join(u'\n') : problem);
}

void ContinueDialog::choose()
{
    if (m_pause->isActive())
        showAnswer();
    if (!m_go->isEnabled())
        return;
    if (m_fork->isChecked())
        Q_EMIT forkChosen({.run = m_folder,
                              .checkpoint = pathFrom(m_checkpoint->currentData().toString()),
                              .name = m_name->text().trimmed().toStdString()},
            settings());
    else
        Q_EMIT continueChosen(settings());
    accept();
}

} // namespace mantissa::ui
