// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/model_field.h"

#include "core/model/family.h"
#include "core/model/folder_facts.h"
#include "ui/theme/format.h"

#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <filesystem>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int fromSizes = 0;
constexpr int firstKnown = 1; // then the others, the question for a folder, and the folder that was chosen

int folderQuestion() { return firstKnown + static_cast<int>(knownModels().size()); }
int chosenFolder() { return folderQuestion() + 1; }

/// "10.8 M", "6.74 B".
QString parametersText(const ModelConfig& model)
{
    const std::int64_t count = parameterCount(model);
    constexpr int digits = 3;
    for (const auto& [size, unit] : {std::pair(1e9, u" B"_s), std::pair(1e6, u" M"_s)})
        if (static_cast<double>(count) >= size)
            return QString::number(static_cast<double>(count) / size, 'g', digits) % unit;
    return countText(count);
}

} // namespace

QString factsOf(const ModelConfig& model)
{
    if (model.source.empty())
        return {};
    QStringList facts{text(model.kind)};
    facts << ModelField::tr("%1 parameters").arg(parametersText(model));
    facts << ModelField::tr("context up to %1").arg(countText(positionsOf(model)));
    if (model.tied)
        facts << ModelField::tr("tied head");
    if (const std::string format = savedFormatOf(model); !format.empty())
        facts << ModelField::tr("saved as %1").arg(text(format));
    if (const std::string licence = licenceOf(model.folder); !licence.empty())
        facts << ModelField::tr("licence %1").arg(text(licence));
    return facts.join(u" · "_s);
}

ModelField::ModelField(QWidget* parent)
    : QWidget(parent)
    , m_choice(new QComboBox(this))
    , m_facts(new QLabel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(2);
    m_choice->setObjectName(u"model"_s);
    m_choice->setAccessibleName(tr("Model"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_choice->setMinimumContentsLength(1); // as wide as the column, and not as its longest entry
    m_choice->addItem(tr("A new model of the sizes below"));
    for (const KnownModel& known : knownModels())
        m_choice->addItem(
            tr("%1 · %2 parameters, untrained").arg(text(known.title), parametersText(known.config)));
    m_choice->addItem(tr("Hugging Face folder…"));
    connect(m_choice, &QComboBox::activated, this, &ModelField::choose);
    column->addWidget(m_choice);
    m_facts->setObjectName(u"muted"_s);
    m_facts->setWordWrap(true);
    column->addWidget(m_facts);
    setModel({});
}

void ModelField::setModel(const ModelConfig& model)
{
    const QSignalBlocker quiet(m_choice);
    if (m_choice->count() > chosenFolder())
        m_choice->removeItem(chosenFolder());
    const bool isFolder = !model.source.empty();
    int chosen = fromSizes;
    if (isFolder) {
        const std::filesystem::path folder = model.folder;
        chosen = chosenFolder();
        m_choice->addItem(model.folder.empty() ? tr("from a config.json") : text(folder.filename().string()));
        m_choice->setItemData(chosen, text(model.folder), Qt::ToolTipRole);
    }
    for (int i = firstKnown; i < folderQuestion(); ++i)
        if (knownModels()[static_cast<std::size_t>(i - firstKnown)].config.name == model.name)
            chosen = i;
    m_choice->setCurrentIndex(chosen);
    m_facts->setText(factsOf(model));
    m_facts->setVisible(isFolder);
}

void ModelField::choose(int index)
{
    if (index == folderQuestion())
        Q_EMIT folderWanted();
    else if (index == fromSizes)
        Q_EMIT sizesWanted();
    else if (index < folderQuestion())
        Q_EMIT knownWanted(knownModels()[static_cast<std::size_t>(index - firstKnown)].config);
}

} // namespace mantissa::ui
