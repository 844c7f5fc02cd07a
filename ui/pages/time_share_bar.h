// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where the time of a profiled run went: one bar of its kinds of work, the three largest in words below, all
// of them in the tip. Hidden for a run that was not profiled.

#include "core/record/time_shares.h"

#include <QWidget>

#include <optional>

namespace mantissa::ui {

class TimeShareBar : public QWidget {
    Q_OBJECT
public:
    explicit TimeShareBar(QWidget* parent);
    void setShares(const std::optional<TimeShares>& shares);
    /// Hidden for want of room, whatever it has to show.
    void setLeftOut(bool isLeftOut);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::optional<TimeShares> m_shares{};
    bool m_isLeftOut = false;
    QString m_words{}; ///< the three largest
};

} // namespace mantissa::ui
