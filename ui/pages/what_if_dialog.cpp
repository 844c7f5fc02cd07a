// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/what_if_dialog.h"

#include "core/output/titles.h"
#include "ui/models/precision_table_model.h"
#include "ui/pages/number_field.h"
#include "ui/pages/plan_table.h"
#include "ui/pages/what_if_bars.h"
#include "ui/run_session.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QUndoStack>
#include <QVBoxLayout>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

WhatIfDialog::WhatIfDialog(RunSession* session, QWidget* parent)
    : QDialog(parent)
    , m_session(session)
    , m_table(new PrecisionTableModel(new QUndoStack(this), this))
    , m_layerwise(new QCheckBox(tr("block by block"), this))
    , m_release(new QCheckBox(tr("release gradients"), this))
    , m_bars(new WhatIfBars(this))
    , m_sum(new QLabel(this))
    , m_notes(new QLabel(this))
    , m_use(new QPushButton(tr("Use in the set-up"), this))
{
    setObjectName(u"whatIf"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("What if… · %1").arg(text(session->run().title())));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 14);
    column->setSpacing(10);
    auto* words = new QLabel(tr("What this run would have needed with other choices. A phase that they leave "
                                "alone keeps what was measured; the others are "
                                "predicted from it by the difference of two estimates. Seconds are of steps "
                                "that this run really did."),
        this);
    words->setWordWrap(true);
    words->setObjectName(u"muted"_s);
    column->addWidget(words);
    m_table->showTable(session->run().table());
    auto* table = new PlanTable(m_table, this);
    table->setAccessibleName(tr("Changed precision table"));
    table->setMinimumWidth(620);
    column->addWidget(table);
    column->addWidget(choices());
    column->addWidget(m_bars);
    m_sum->setObjectName(u"whatIfSum"_s);
    m_sum->setWordWrap(true);
    m_notes->setObjectName(u"muted"_s);
    m_notes->setWordWrap(true);
    column->addWidget(m_sum);
    column->addWidget(m_notes);
    auto* close = new QPushButton(tr("Close"), this);
    close->setDefault(true);
    m_use->setObjectName(u"useWhatIf"_s);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(m_use);
    row->addWidget(close);
    column->addLayout(row);
    connect(m_use, &QPushButton::clicked, this, [this] {
        Q_EMIT chosen(changed());
        accept();
    });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(table, &PlanTable::refused, m_sum, &QLabel::setText);
    connect(session, &RunSession::runChanged, this, &QDialog::reject);
    connect(m_table, &PrecisionTableModel::edited, this, &WhatIfDialog::showAnswer);
    m_start = changed();
    showAnswer();
}

QWidget* WhatIfDialog::choices()
{
    const RunConfig& config = m_session->run().config();
    auto* fields = new QWidget(this);
    auto* row = new QHBoxLayout(fields);
    row->setContentsMargins({});
    const std::array names{tr("Full"), tr("Predict, at most"), tr("Correct")};
    const std::array values{
        config.phases.fullSteps, config.phases.maxPredictSteps, config.phases.correctSteps};
    const bool isHybrid = config.phases.schedule == PhaseSchedule::Hybrid;
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto* box = m_rhythm[i]
            = new NumberField(NumberField::Kind::Count, i == 0 ? 1 : 0, 100'000'000, fields);
        box->setMaximumWidth(110);
        box->setValue(static_cast<double>(values[i]));
        box->setAccessibleName(names[i]);
        box->setEnabled(isHybrid);
        auto* label = new QLabel(names[i], fields);
        label->setBuddy(box);
        row->addWidget(label);
        row->addWidget(box);
        row->addWidget(box->reason());
        connect(box, &QLineEdit::textChanged, this, &WhatIfDialog::showAnswer);
    }
    m_layerwise->setChecked(config.choices.execution == Execution::Layerwise);
    m_release->setChecked(config.choices.releaseGradients);
    for (QCheckBox* box : {m_layerwise, m_release}) {
        row->addWidget(box);
        connect(box, &QCheckBox::toggled, this, &WhatIfDialog::showAnswer);
    }
    row->addStretch(1);
    return fields;
}

RunConfig WhatIfDialog::changed() const
{
    RunConfig config = m_session->run().config();
    config.choices.table = m_table->table();
    config.choices.execution = m_layerwise->isChecked() ? Execution::Layerwise : Execution::Whole;
    config.choices.releaseGradients = m_release->isChecked();
    if (config.phases.schedule == PhaseSchedule::Hybrid) {
        const std::array steps{
            &config.phases.fullSteps, &config.phases.maxPredictSteps, &config.phases.correctSteps};
        for (std::size_t i = 0; i < steps.size(); ++i) // a wrong one is told, and reckoned with by nobody
            *steps[i]
                = static_cast<std::int64_t>(m_rhythm[i]->value().value_or(static_cast<double>(*steps[i])));
    }
    return config;
}

void WhatIfDialog::showAnswer()
{
    const RunConfig config = changed();
    m_result.reset();
    QStringList notes;
    const auto wrong
        = std::ranges::find_if(m_rhythm, [](const NumberField* field) { return !field->value(); });
    if (wrong != m_rhythm.end()) {
        m_sum->setText(u"! "_s % (*wrong)->accessibleName() % u": "_s % (*wrong)->problem());
    } else if (const Status status = check(config); !status) {
        m_sum->setText(u"! "_s % messageText(status.error().message));
    } else if (auto answer = whatIf(m_session->run(), config); !answer) {
        m_sum->setText(u"! "_s % messageText(answer.error().message));
    } else {
        m_result = std::move(*answer);
        const QString then
            = m_result->seconds ? secondsText(*m_result->seconds) : tr("not measured in this run");
        if (config == m_start)
            m_sum->setText(
                tr("Nothing is changed yet: peak %1, held by %2, in %3, as it was measured.")
                    .arg(bytesText(static_cast<double>(m_result->recordedPeak)),
                        text(titleOf(m_result->peakPhase)), secondsText(m_result->recordedSeconds)));
        else
            m_sum->setText(
                tr("Peak %1 → %2, held by %3. Time %4 → %5.")
                    .arg(bytesText(static_cast<double>(m_result->recordedPeak)),
                        bytesText(static_cast<double>(m_result->peak)), text(titleOf(m_result->peakPhase)),
                        secondsText(m_result->recordedSeconds), then));
        m_bars->showResult(*m_result);
        for (const std::string& note : m_result->notes)
            notes << text(note);
    }
    m_notes->setText(notes.join(u'\n'));
    m_notes->setVisible(!notes.isEmpty());
    m_bars->setEnabled(m_result.has_value());
    m_use->setEnabled(m_result && !m_session->isControlled());
    m_use->setToolTip(
        m_session->isControlled() ? tr("A run trains; its table is edited in the set-up itself") : QString());
    layout()->activate();
    resize(width(),
        std::max(height(),
            layout()->totalHeightForWidth(width()))); // a phase may have come that did not run, or a note
}

} // namespace mantissa::ui
