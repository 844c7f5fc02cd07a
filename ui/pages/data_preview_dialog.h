// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// "Preview…": the data as the model will see it, token by token, with what of it is learned, before anything
// is trained.

#include "core/data/data_preview.h"
#include "ui/background.h"

#include <QDialog>

#include <memory>

class QLabel;
class QTextBrowser;

namespace mantissa {
struct RunConfig;
}

namespace mantissa::ui {

class DataPreviewDialog : public QDialog {
    Q_OBJECT
public:
    /// Reads and encodes on a thread of its own.
    DataPreviewDialog(const RunConfig& config, QWidget* parent);
    ~DataPreviewDialog() override;

private:
    void timerEvent(QTimerEvent* event) override;
    void show(const Result<DataPreview>& preview);
    QString htmlOf(const PreviewRow& row) const;

    QLabel* m_numbers;
    QTextBrowser* m_rows;
    std::unique_ptr<Background<Result<DataPreview>>> m_reading;
};

} // namespace mantissa::ui
