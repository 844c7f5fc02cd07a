// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What to train on: the CPU, one of this machine's cards, or a simulated card of a size that is typed. Keeps
// the device as memory.device writes it; the size need not be a number yet.

#include "core/card/cards.h"

#include <QWidget>

class QComboBox;
class QLabel;

namespace mantissa::ui {

class DeviceField : public QWidget {
    Q_OBJECT
public:
    explicit DeviceField(QWidget* parent);

    /// What the driver lists; a device that is chosen and not among them stays.
    void setCards(const std::vector<CardFacts>& cards);
    void setDevice(const QString& device);
    /// "cpu", "cuda:0", "simulated:8GiB", or what was typed in its place.
    QString device() const;
    /// Of the size that was typed; empty where all is well.
    void showProblem(const QString& words);
    /// Whose keys a panel filters.
    std::vector<QWidget*> fields() const;

Q_SIGNALS:
    void edited();
    void left(); ///< the size: typing in it again is another edit

private:
    void fill();
    void showSize();

    std::vector<CardFacts> m_cards{};
    QComboBox* m_choice;
    QComboBox* m_size;
    QLabel* m_reason;
};

} // namespace mantissa::ui
