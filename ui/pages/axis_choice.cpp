// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/axis_choice.h"

#include "core/record/tick_axis.h"

#include <QComboBox>
#include <QStandardItemModel>

namespace mantissa::ui {

void offerTime(QComboBox* axis, bool isTimed)
{
    const int time = axis->findData(static_cast<int>(AxisUnit::Seconds));
    qobject_cast<QStandardItemModel*>(axis->model())->item(time)->setEnabled(isTimed);
    if (!isTimed && axis->currentIndex() == time)
        axis->setCurrentIndex(0);
}

} // namespace mantissa::ui
