// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The top of a card: title, caption, and something at the right. The caption moves under the title where one
// row is too narrow.

#include <QWidget>

class QLabel;

namespace mantissa::ui {

class CardHead : public QWidget {
    Q_OBJECT
public:
    /// `aside` may be null; it is taken over.
    CardHead(const QString& title, const QString& caption, QWidget* aside, QWidget* parent);

    void setCaption(const QString& caption);
    /// Of the caption, beside its own words.
    void setCaptionTip(const QString& tip) { m_captionTip = tip; }
    QString caption() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    bool fitsOneRow(int width) const;
    /// How much of the head's width the widget at the right gets.
    int asideWidth(int width) const;
    void arrange();

    QLabel* m_title;
    QLabel* m_caption;
    QWidget* m_aside;
    QString m_text;
    QString m_captionTip{};
};

/// A card with the head above the content; it owns both.
QWidget* cardOf(CardHead* head, QWidget* content, QWidget* parent);

} // namespace mantissa::ui
