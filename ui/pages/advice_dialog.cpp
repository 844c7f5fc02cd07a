// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/advice_dialog.h"

#include "core/evidence/advice.h"
#include "ui/models/precision_table_model.h"
#include "ui/run_session.h"
#include "ui/theme/format.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Formats and tiers of phases alone can change while a run trains.
bool isOfTable(const std::string& setting) { return setting.starts_with("precision.phases."); }

} // namespace

AdviceDialog::AdviceDialog(RunSession* session, QWidget* parent)
    : QDialog(parent)
{
    setObjectName(u"advice"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Advice · %1").arg(text(session->run().title())));
    setMinimumWidth(680);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 14);
    column->setSpacing(10);
    auto* words = new QLabel(session->isControlled()
            ? tr("What this run has measured so far, and what answers it. A change of the table is queued "
                 "for the run; others wait until it has ended.")
            : tr("What this run has measured, and what answers it. A change goes into the set-up of the next "
                 "run, where it can be undone."),
        this);
    words->setObjectName(u"muted"_s);
    words->setWordWrap(true);
    column->addWidget(words);
    for (const Advice& advice : adviceOn(session->run(), session->baseline()))
        addAdvice(advice, session->isControlled(), column);
    auto* close = new QPushButton(tr("Close"), this);
    close->setDefault(true);
    column->addWidget(close, 0, Qt::AlignRight);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(session, &RunSession::runChanged, this, &QDialog::reject);
}

void AdviceDialog::addAdvice(const Advice& advice, bool isTraining, QVBoxLayout* column)
{
    const QString title = advice.trouble == "overflow" ? tr("Overflow and underflow")
        : advice.trouble == "savings"                  ? tr("Savings")
        : advice.trouble == "quality"                  ? tr("Quality")
                                                       : tr("Rounding of updates");
    auto* card = new QFrame(this);
    card->setObjectName(u"card"_s);
    auto* row = new QHBoxLayout(card);
    row->setContentsMargins(14, 10, 14, 10);
    row->setSpacing(16);
    QString shown = strongHtml(title) % u"<br>"_s % text(advice.finding).toHtmlEscaped();
    QStringList changes;
    QStringList keys;
    for (const std::string& setting : advice.settings) {
        changes << PrecisionTableModel::settingText(setting);
        keys << text(setting);
    }
    if (!changes.isEmpty())
        shown += u"<br>"_s % strongHtml(changes.join(u", "_s));
    auto* words = new QLabel(shown, card);
    words->setObjectName(u"advice_"_s % text(advice.trouble));
    words->setTextFormat(Qt::RichText);
    words->setToolTip(keys.join(u'\n')); // as the command line takes them
    words->setWordWrap(true);
    words->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    row->addWidget(words, 1);
    if (!changes.isEmpty()) {
        auto* use = new QPushButton(tr("Use in the set-up"), card);
        use->setObjectName(u"use_"_s % text(advice.trouble));
        use->setAccessibleDescription(changes.join(u", "_s));
        use->setEnabled(!isTraining || std::ranges::all_of(advice.settings, isOfTable));
        use->setToolTip(use->isEnabled()
                ? keys.join(u'\n')
                : tr("A running run takes changes of its table alone; this one waits until it has ended."));
        connect(use, &QPushButton::clicked, this, [this, use, settings = advice.settings] {
            Q_EMIT chosen(settings);
            use->setText(tr("✓ in the set-up"));
            use->setEnabled(false);
        });
        row->addWidget(use, 0, Qt::AlignTop);
    }
    column->addWidget(card);
}

} // namespace mantissa::ui
