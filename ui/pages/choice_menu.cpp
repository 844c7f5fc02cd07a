// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/choice_menu.h"

#include "ui/models/precision_table_model.h"
#include "ui/theme/format.h"

#include <QAction>
#include <QMenu>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

/// "24.3 MiB  −12.4 MiB" against what the present choice needs.
QString figuresText(const ChoiceOutcome& outcome, const ChoiceOutcome& present)
{
    if (!outcome.refusal.isEmpty())
        return QObject::tr("not possible");
    if (outcome.phaseBytes == 0)
        return QObject::tr("the phase does not run");
    QString figures = bytesText(static_cast<double>(outcome.phaseBytes));
    if (const std::int64_t change = outcome.phaseBytes - present.phaseBytes;
        change != 0 && present.phaseBytes > 0)
        figures += (change < 0 ? u"  −"_s : u"  +"_s) % bytesText(static_cast<double>(std::abs(change)));
    return figures;
}

} // namespace

QMenu* choiceMenu(const QModelIndex& cell, const OutcomeOf& outcomeOf, QWidget* parent)
{
    auto* menu = new QMenu(parent);
    menu->setObjectName(u"choices"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    const QString present = cell.data(PrecisionTableModel::ChoiceRole).toString();
    const auto now = outcomeOf(cell, present);
    const QStringList choices = cell.data(PrecisionTableModel::ChoicesRole).toStringList();
    if (now)
        menu->addAction(QObject::tr("%1\testimated peak")
                            .arg(cell.model()->headerData(cell.row(), Qt::Vertical).toString()))
            ->setEnabled(false);
    for (qsizetype n = 0; n < choices.size(); ++n) {
        const auto outcome = outcomeOf(cell, choices[n]);
        QString words = u"&%1  %2"_s.arg(n + 1).arg(PrecisionTableModel::titleOfChoice(choices[n]));
        if (choices[n] == u"auto" && outcome && outcome->compute)
            words += u" ("_s % PrecisionTableModel::titleOfChoice(text(nameOf(*outcome->compute))) % u')';
        if (outcome && outcome->isEmulated)
            words += QObject::tr(", emulated");
        if (outcome)
            words += u'\t' % figuresText(*outcome, now.value_or(ChoiceOutcome{}));
        QAction* action = menu->addAction(words);
        action->setData(static_cast<int>(n));
        action->setCheckable(true);
        action->setChecked(choices[n] == present);
        action->setEnabled(!outcome || outcome->refusal.isEmpty());
        action->setToolTip(!outcome          ? choices[n]
                : outcome->refusal.isEmpty() ? outcome->cost
                                             : outcome->refusal);
        if (action->isChecked())
            menu->setActiveAction(action);
    }
    return menu;
}

QString outcomeText(const QModelIndex& cell, const OutcomeOf& outcomeOf)
{
    const auto outcome = outcomeOf(cell, cell.data(PrecisionTableModel::ChoiceRole).toString());
    if (!outcome || !outcome->refusal.isEmpty() || outcome->phaseBytes == 0)
        return {};
    const QString phase = cell.model()->headerData(cell.row(), Qt::Vertical).toString();
    QStringList lines{QObject::tr("%1 needs %2, estimated; the run's peak is %3.")
                          .arg(phase, bytesText(static_cast<double>(outcome->phaseBytes)),
                              bytesText(static_cast<double>(outcome->peakBytes)))};
    for (const QString& choice : cell.data(PrecisionTableModel::ChoicesRole).toStringList())
        if (const auto other = outcomeOf(cell, choice);
            other && other->refusal.isEmpty() && other->phaseBytes < outcome->phaseBytes)
            lines << QObject::tr("With %1 it would be %2.")
                         .arg(choice, bytesText(static_cast<double>(other->phaseBytes)));
    if (!outcome->cost.isEmpty())
        lines << outcome->cost;
    return lines.join(u'\n');
}

} // namespace mantissa::ui
