// SPDX-License-Identifier: GPL-3.0-or-later
// render_icon SVG PNG SIZE: a picture of an icon for desktops that draw no SVG. Runs while the program is
// built.

#include <QImage>
#include <QPainter>
#include <QSvgRenderer>

#include <cstdio>

int main(int argc, char** argv)
{
    const int size = argc == 4 ? QByteArray(argv[3]).toInt() : 0;
    if (size <= 0 || size > 1024) {
        std::fputs("usage: render_icon SVG PNG SIZE\n", stderr);
        return 2;
    }
    QSvgRenderer icon(QString::fromLocal8Bit(argv[1]));
    QImage picture(size, size, QImage::Format_ARGB32_Premultiplied);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    icon.render(&painter);
    painter.end();
    if (icon.isValid() && picture.save(QString::fromLocal8Bit(argv[2]), "PNG"))
        return 0;
    std::fprintf(stderr, "render_icon: cannot make %s of %s\n", argv[2], argv[1]);
    return 1;
}
