// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/fit_dialog.h"

#include "core/record/device_choice.h"
#include "ui/models/fit_model.h"
#include "ui/rung_prices.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

FitDialog::FitDialog(const RunConfig& config, RungPrices* prices, QWidget* parent)
    : QDialog(parent)
    , m_model(new FitModel(config, prices, this))
    , m_sum(new QLabel(this))
    , m_apply(new QPushButton(tr("Take over"), this))
{
    setObjectName(u"fit"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Fit into %1").arg(bytesText(static_cast<double>(m_model->budgetBytes()))));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 14);
    column->setSpacing(10);
    auto* words = new QLabel(tr("Each saving makes the peak smaller and a step slower, the cheapest first. "
                                "Exact ones leave every bit of the result as it is; those "
                                "that the budget needs are ticked. Peaks are estimates from shapes; what a "
                                "step costs is measured here when you ask for it, in the background."),
        this);
    words->setWordWrap(true);
    words->setObjectName(u"muted"_s);
    column->addWidget(words);
    column->addWidget(rungTable(), 1);
    m_sum->setObjectName(u"fitSum"_s);
    m_sum->setWordWrap(true);
    column->addWidget(m_sum);
    const bool isTimed = hasRealSeconds(config);
    const bool canMeasure = prices->canMeasure() && isTimed;
    auto* note = new QLabel(canMeasure ? QString()
            : isTimed ? tr("The time of a step is not measured: mantissa-cli is not beside this program.")
                      : tr("The time of a step is not measured: on a simulated card seconds are not real."),
        this);
    note->setObjectName(u"caption"_s);
    note->setVisible(!canMeasure);
    column->addWidget(note);
    auto* row = new QHBoxLayout;
    auto* cancel = new QPushButton(tr("Cancel"), this);
    m_apply->setObjectName(u"applyFit"_s);
    m_apply->setDefault(true);
    auto* measure = new QPushButton(tr("Measure the time of a step"), this);
    measure->setObjectName(u"measureFit"_s);
    measure->setEnabled(canMeasure && m_model->canMeasure());
    if (canMeasure && !m_model->canMeasure())
        measure->setToolTip(tr("This machine has no room for a step of this set-up with any of the savings"));
    connect(measure, &QPushButton::clicked, this, [this, measure] {
        m_model->measure();
        measure->setEnabled(false);
    });
    row->addWidget(measure);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_apply);
    column->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(this, &QDialog::finished, prices, &RungPrices::cancel);
    connect(m_apply, &QPushButton::clicked, this, [this] {
        Q_EMIT chosen(m_model->choices(), m_model->budgetBytes());
        accept();
    });
    connect(m_model, &QAbstractItemModel::dataChanged, this, &FitDialog::showSum);
    showSum();
}

QTableView* FitDialog::rungTable()
{
    auto* table = new QTableView(this);
    table->setObjectName(u"rungs"_s);
    table->setAccessibleName(tr("Savings"));
    table->setModel(m_model);
    table->setShowGrid(false);
    table->setTabKeyNavigation(false);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(28);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(FitModel::Title, QHeaderView::Stretch);
    table->setMinimumSize(760, 30 + 28 * m_model->rowCount() + 8);
    table->setCurrentIndex(m_model->index(0, 0));
    return table;
}

void FitDialog::showSum()
{
    const Status status = m_model->check();
    const QString peak = bytesText(static_cast<double>(m_model->peakDeviceBytes()));
    QString words = m_model->fits() ? tr("✓ estimated peak %1: fits").arg(peak)
                                    : tr("! estimated peak %1: does not fit").arg(peak);
    words += m_model->keepsBits() ? tr("; the result keeps every bit")
                                  : tr("; a ticked saving changes the arithmetic, measure its quality");
    if (const auto seconds = m_model->stepSeconds())
        words += tr("; a step takes %1 × as long, measured here")
                     .arg(seconds->first / seconds->second, 0, 'f', 2);
    const QString tooLarge = m_model->whyTooLargeHere();
    if (!tooLarge.isEmpty())
        words += u"\n! "_s % tr("not on this machine: %1").arg(tooLarge);
    if (!status)
        words = u"! "_s % messageText(status.error().message);
    m_sum->setText(words);
    QPalette palette = m_sum->palette();
    palette.setColor(
        QPalette::WindowText, status && tooLarge.isEmpty() && m_model->fits() ? theme().good : theme().bad);
    m_sum->setPalette(palette);
    m_apply->setEnabled(status.has_value());
}

} // namespace mantissa::ui
