// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/new_experiment_bar.h"

#include "core/evidence/new_experiment.h"
#include "ui/pages/number_field.h"
#include "ui/theme/format.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString armPrefix = u"arm-"_s; // of its box's name

} // namespace

NewExperimentBar::NewExperimentBar(QWidget* parent)
    : QFrame(parent)
    , m_seeds(new NumberField(NumberField::Kind::Count, 2, 100, this))
    , m_create(new QPushButton(tr("Plan it"), this))
{
    setObjectName(u"card"_s);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 8, 10, 8);
    auto* words = new QLabel(tr("The set-up of the Train page, trained in FP32 and with"), this);
    words->setWordWrap(true);
    row->addWidget(words, 1);
    m_plan = addArm(QLatin1StringView(ownPlanArm), tr("the plan in Train"),
        tr("Formats, tiers and memory as they stand on the Train page now"));
    for (const Preset& preset : builtinPresets())
        if (preset.name != "conservative") // FP32 everywhere: the baseline, which is always there
            addArm(text(preset.name), text(preset.name), text(preset.description))
                ->setChecked(preset.name == "aggressive");
    row->addSpacing(12);
    auto* label = new QLabel(tr("seeds"), this);
    m_seeds->setObjectName(u"experimentSeeds"_s);
    m_seeds->setAccessibleName(tr("seeds"));
    m_seeds->setMaximumWidth(80);
    m_seeds->setValue(5);
    label->setBuddy(m_seeds);
    row->addWidget(label);
    row->addWidget(m_seeds);
    row->addWidget(m_seeds->reason());
    row->addStretch(1);
    connect(m_seeds, &QLineEdit::textChanged, this,
        [this] { m_create->setEnabled(m_seeds->value().has_value()); });
    m_create->setObjectName(u"experimentCreate"_s);
    connect(m_create, &QPushButton::clicked, this,
        [this] { Q_EMIT asked(ticked(), static_cast<int>(*m_seeds->value())); });
    row->addWidget(m_create);
    hide();
}

QCheckBox* NewExperimentBar::addArm(const QString& name, const QString& title, const QString& tip)
{
    auto* box = new QCheckBox(title, this);
    box->setObjectName(armPrefix % name);
    box->setToolTip(tip);
    layout()->addWidget(box);
    m_arms.push_back(box);
    return box;
}

QStringList NewExperimentBar::ticked() const
{
    QStringList arms;
    for (const QCheckBox* box : m_arms)
        if (box->isChecked())
            arms << box->objectName().mid(armPrefix.size());
    return arms;
}

void NewExperimentBar::offer(const std::optional<RunConfig>& setup)
{
    m_plan->setChecked(setup && setup->preset == "custom");
    show();
}

} // namespace mantissa::ui
