// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The five figures on top of the train page. Measured ones say so; what is not known is a dash with the
// reason.

#include "core/record/product_bound.h"
#include "core/record/run_config.h"
#include "core/record/time_shares.h"

#include <QWidget>

#include <array>
#include <filesystem>
#include <optional>

class QBoxLayout;
class QFrame;
class QLabel;

namespace mantissa {
class Run;
}

namespace mantissa::ui {

class RunSession;
class TimeShareBar;

class FiguresBar : public QWidget {
    Q_OBJECT
public:
    explicit FiguresBar(QWidget* parent);
    void showRun(const RunSession& session);
    /// Caption and value in one line, the note in the tip: for a narrow window.
    void setShort(bool isShort);

private:
    struct Figure {
        QFrame* card = nullptr;
        QBoxLayout* column = nullptr;
        QString title{};
        QString shortCaption{}; ///< where all stand in one line
        QString tip{};
        bool isBad = false;
        QLabel* caption = nullptr;
        QLabel* value = nullptr;
        QLabel* note = nullptr;
    };
    /// A bad value is red, and its note says why.
    void set(std::size_t i, const QString& value, const QString& note, bool isBad = false);
    void dress();
    void showPeak(const Run& run);
    void showSaving(const Run& run, const Run* baseline);
    void showQuality(const RunSession& session);
    void showSpeed(const RunSession& session);
    void showPhase(const RunSession& session);
    void showShares(const Run& run);
    std::array<Figure, 5> m_figures{};
    bool m_isShort = false;
    std::optional<RunConfig> m_estimatedConfig{}; ///< the config that the estimates below were made from
    std::size_t m_estimatedSegments = 0;
    bool m_isBaseline = false; ///< the run is FP32 itself, and needs no other baseline
    std::int64_t m_estimatedBytes = 0; ///< peak, from shapes and the plans that ran
    std::int64_t m_estimatedFp32Bytes = 1; ///< the same in FP32 everywhere
    struct {
        std::filesystem::path folder{}; ///< of the run that it is of; not read for every frame
        std::optional<ProductBound> bound{};
    } m_products{};
    TimeShareBar* m_shares = nullptr;
    std::filesystem::path m_sharesFolder{}; ///< of the run that it shows
    std::filesystem::file_time_type m_sharesTime{}; ///< of the file that it shows; not read for every frame
};

} // namespace mantissa::ui
