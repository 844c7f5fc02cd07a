// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A field for one number. What is typed stays as typed: what is no number of its range is marked, and the
// range stands below it.

#include <QLineEdit>

#include <optional>

class QLabel;

namespace mantissa::ui {

/// A line below a field, there only while it has something to say.
QLabel* reasonLabel(QWidget* parent);
/// A red edge and the reason, for eyes and for a screen reader; none takes both away.
void markWrong(QWidget* field, QLabel* reason, const QString& words);

class NumberField : public QLineEdit {
    Q_OBJECT
public:
    /// Number: a whole one without separators, such as a seed. Both ends of the range belong to it.
    enum class Kind { Count, Number, Real };
    NumberField(Kind kind, double least, double most, QWidget* parent);

    /// What was typed means, whatever the range; nothing where it is no number of the kind.
    static std::optional<double> read(Kind kind, QString typed);
    /// Leaves the text alone where it says this already, so that the text cursor stays.
    void setValue(double value);
    /// Nothing while the text is no number of the range.
    std::optional<double> value() const { return m_value; }
    /// "1 to 200", or with a word more where the text is no such number at all; empty while all is well.
    const QString& problem() const { return m_problem; }
    /// Stands behind the number, in the field: what it counts.
    void setUnit(const QString& unit);
    /// To be placed below the field.
    QLabel* reason() const { return m_reason; }

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QString textOf(double value) const;
    void judge();
    /// Up and down: the next whole number, or the second digit of a real one.
    void step(int direction);

    Kind m_kind;
    double m_least;
    double m_most;
    QString m_unit{};
    QString m_problem{};
    std::optional<double> m_value{};
    QLabel* m_reason;
};

} // namespace mantissa::ui
