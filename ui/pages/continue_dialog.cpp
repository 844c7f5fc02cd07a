// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/continue_dialog.h"

#include "core/record/run_store.h"
#include "core/record/settings_history.h"
#include "core/training/resume.h"
#include "ui/example_run.h"
#include "ui/run_session.h"
#include "ui/theme/format.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>

#include <algorithm>
#include <ranges>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

/// A count as it can be typed, "20,000" too.
QString plainCount(const QLineEdit& field)
{
    return field.text().trimmed().remove(u',').remove(u'.').remove(u' ').remove(QChar(0x202f));
}

/// A number that may have a fraction, with a point or a comma.
QString plainNumber(const QLineEdit& field) { return field.text().trimmed().replace(u',', u'.'); }

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
{
    setObjectName(u"continueDialog"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Continue · %1").arg(text(run.title())));
    setMinimumWidth(560);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 14);
    column->setSpacing(10);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(14);
    form->setVerticalSpacing(8);
    buildWays(run, form);
    buildSettings(run, form);
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
    m_length->setFocus();
    m_length->selectAll();
    showAnswer();
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
        const auto saved = std::ranges::find_if(run.checkpoints(), [&](const CheckpointSaved& event) {
            return std::filesystem::path(event.folder).filename() == folder.filename();
        });
        if (saved == run.checkpoints().end())
            continue;
        const auto& evaluations = run.evaluations();
        const auto loss = std::ranges::find(evaluations, saved->step, &Evaluated::step);
        m_checkpoint->addItem(loss == evaluations.end()
                ? tr("step %1").arg(countText(saved->step))
                : tr("step %1, evaluation loss %2")
                      .arg(countText(saved->step), QString::number(loss->loss, 'f', 4)),
            pathText(folder));
    }
    m_fork->setEnabled(m_checkpoint->count() > 0);
    m_name = new QLineEdit(text(run.config().name) % u"-fork"_s, this);
    m_name->setObjectName(u"continueName"_s);
    m_name->setAccessibleName(tr("Name of the new run"));
    form->addRow(tr("Go on with"), m_continue);
    form->addRow(QString(), m_fork);
    form->addRow(tr("checkpoint"), m_checkpoint);
    form->addRow(tr("called"), m_name);
    connect(m_fork, &QRadioButton::toggled, this, &ContinueDialog::showAnswer);
    connect(m_name, &QLineEdit::textChanged, this, &ContinueDialog::showAnswer);
}

void ContinueDialog::buildSettings(const Run& run, QFormLayout* form)
{
    const bool byEpochs = m_config.training.epochs > 0;
    const bool isAtItsEnd = run.steps() >= m_config.training.maxSteps;
    const QString length = byEpochs ? rateText(m_config.training.epochs * (isAtItsEnd ? 2 : 1))
                                    : QString::number(m_config.training.maxSteps * (isAtItsEnd ? 2 : 1));
    m_length = new QLineEdit(length, this);
    m_length->setObjectName(u"continueSteps"_s);
    m_rate = new QLineEdit(rateText(m_config.optimizer.learningRate), this);
    m_rate->setObjectName(u"continueRate"_s);
    form->addRow(byEpochs ? tr("epochs, all in all") : tr("until step"), m_length);
    form->addRow(tr("learning rate, at its highest"), m_rate);
    for (QLineEdit* field : {m_length, m_rate}) {
        field->setAccessibleName(static_cast<QLabel*>(form->labelForField(field))->text());
        connect(field, &QLineEdit::textChanged, this, &ContinueDialog::showAnswer);
    }
}

std::vector<std::string> ContinueDialog::settings() const
{
    std::vector<std::string> settings;
    const bool byEpochs = m_config.training.epochs > 0;
    const QString before
        = byEpochs ? rateText(m_config.training.epochs) : QString::number(m_config.training.maxSteps);
    if (const QString length = byEpochs ? plainNumber(*m_length) : plainCount(*m_length); length != before)
        settings.push_back((byEpochs ? "training.epochs=" : "training.max_steps=") + length.toStdString());
    if (const QString rate = plainNumber(*m_rate); rate != rateText(m_config.optimizer.learningRate))
        settings.push_back("optimizer.learning_rate=" + rate.toStdString());
    return settings;
}

void ContinueDialog::showAnswer()
{
    const bool isFork = m_fork->isChecked();
    for (QWidget* field : std::initializer_list<QWidget*>{m_checkpoint, m_name})
        field->setEnabled(isFork);
    m_go->setText(isFork ? tr("Fork") : tr("Continue"));
    QString problem;
    QStringList words;
    if (isFork) { // what the new run says of itself is known once it is there
        if (m_name->text().trimmed().isEmpty())
            problem = tr("the new run needs a name");
        else if (const auto can = configFromJson(toJson(m_config), {.settings = settings()}, {}); !can)
            problem = text(can.error().message);
        else
            words << tr("The run stays as it is; the new one has its steps up to there, and goes on.");
    } else if (const auto plan = planResume(m_folder, settings()); !plan) {
        problem = text(plan.error().message);
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
