// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/device_field.h"

#include "ui/pages/number_field.h"
#include "ui/theme/format.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr QStringView simulated = u"simulated";
constexpr int sizes[] = {4, 6, 8, 12, 16, 24, 48, 80}; // GiB; those that cards are sold with
constexpr int usualSize = 2; // its place in the list

} // namespace

DeviceField::DeviceField(QWidget* parent)
    : QWidget(parent)
    , m_choice(new QComboBox(this))
    , m_size(new QComboBox(this))
    , m_reason(reasonLabel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(2);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    column->addLayout(row);
    column->addWidget(m_reason, 0, Qt::AlignRight);
    m_choice->setObjectName(u"device"_s);
    m_choice->setAccessibleName(tr("Device"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // a card's name is long
    m_size->setObjectName(u"simulatedSize"_s);
    m_size->setAccessibleName(tr("Size of the simulated card"));
    m_size->setToolTip(tr("What the card holds: choose a size, or type one, for example 512 MiB"));
    m_size->setEditable(true);
    m_size->setInsertPolicy(QComboBox::NoInsert);
    for (const int gibibytes : sizes)
        m_size->addItem(u"%1 GiB"_s.arg(gibibytes));
    m_size->setCurrentIndex(usualSize);
    setFocusProxy(m_choice);
    row->addWidget(m_choice, 3);
    row->addWidget(m_size, 1);
    fill();
    connect(m_choice, &QComboBox::activated, this, [this] {
        showSize();
        Q_EMIT left(); // a choice is a step of its own
        Q_EMIT edited();
        Q_EMIT left();
    });
    connect(m_size, &QComboBox::currentTextChanged, this, &DeviceField::edited);
    connect(m_size->lineEdit(), &QLineEdit::editingFinished, this, &DeviceField::left);
}

void DeviceField::fill()
{
    const QSignalBlocker blocker(m_choice);
    m_choice->clear();
    m_choice->addItem(tr("CPU"), u"cpu"_s);
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        const QString device = u"cuda:%1"_s.arg(i);
        m_choice->addItem(text(titleOf(m_cards[i])) % u" · "_s % device, device);
        m_choice->setItemData(m_choice->count() - 1, text(sentenceOf(m_cards[i].now)), Qt::ToolTipRole);
    }
    m_choice->addItem(tr("Simulated card…"), simulated.toString());
    m_choice->setItemData(m_choice->count() - 1,
        tr("A card that you do not have: bytes and bits are real, seconds are not."), Qt::ToolTipRole);
    showSize();
}

void DeviceField::setCards(const std::vector<CardFacts>& cards)
{
    const QString chosen = device();
    m_cards = cards;
    fill();
    setDevice(chosen);
}

void DeviceField::setDevice(const QString& device)
{
    if (device == this->device())
        return;
    const QSignalBlocker choice(m_choice);
    const QSignalBlocker size(m_size);
    const bool isSimulated = device.startsWith(simulated);
    int index = m_choice->findData(isSimulated ? simulated.toString() : device);
    if (index < 0) { // of another machine
        index = m_choice->count() - 1;
        m_choice->insertItem(index, tr("%1 · not found here").arg(device), device);
    }
    m_choice->setCurrentIndex(index);
    if (isSimulated) {
        QString typed = device.mid(simulated.size() + 1);
        for (const QStringView unit : {u"KiB", u"MiB", u"GiB", u"TiB"}) // "8GiB" is read as "8 GiB"
            if (typed.endsWith(unit) && !typed.contains(u' '))
                typed.insert(typed.size() - unit.size(), u' ');
        m_size->setCurrentText(typed);
    }
    showSize();
}

QString DeviceField::device() const
{
    const QString chosen = m_choice->currentData().toString();
    if (chosen != simulated)
        return chosen;
    QString size = m_size->currentText();
    return chosen % u':' % size.remove(u' ');
}

void DeviceField::showSize()
{
    const bool isSimulated = m_choice->currentData().toString() == simulated;
    m_size->setVisible(isSimulated);
    m_choice->setToolTip(isSimulated
            ? tr("A card that you do not have: bytes and bits are real, seconds are not.")
            : tr("Where the model is trained. The cards of this machine are those that its driver lists."));
}

void DeviceField::showProblem(const QString& words) { markWrong(m_size, m_reason, words); }

std::vector<QWidget*> DeviceField::fields() const { return {m_choice, m_size, m_size->lineEdit()}; }

} // namespace mantissa::ui
