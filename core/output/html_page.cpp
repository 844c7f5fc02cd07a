// SPDX-License-Identifier: Apache-2.0
#include "core/output/html_page.h"

#include "core/output/svg.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

constexpr std::size_t longTable = 12; // rows beyond which a table is folded away

constexpr const char* pageStyle = R"(
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:14px/1.5 Inter,system-ui,sans-serif}
:root{--page:#f5f6f8;--panel:#fff}@media(prefers-color-scheme:dark){:root{--page:#0b0f14;--panel:#151b23}}
main{max-width:1060px;margin:0 auto;padding:32px 24px}h1{font-size:24px;margin:0}h2{font-size:17px;margin:32px 0 8px}
.muted{color:var(--muted)}.figures{display:grid;grid-template-columns:repeat(5,minmax(min-content,1fr));gap:12px;margin:20px 0}
.figure{background:var(--panel);border:1px solid var(--gridline);border-radius:6px;padding:12px}
.figure b{display:block;font-size:19px;white-space:nowrap;font-variant-numeric:tabular-nums}.figure span{font-size:12px;color:var(--muted)}
.card{background:var(--panel);border:1px solid var(--gridline);border-radius:6px;padding:8px;margin:12px 0}.card svg{display:block;width:100%;height:auto;background:none}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:12.5px}
th,td{text-align:right;padding:5px 8px;border-bottom:1px solid var(--gridline)}th{color:var(--muted);font-weight:500}
th:first-child,td:first-child{text-align:left}td.text{text-align:left}
pre{background:var(--panel);border:1px solid var(--gridline);border-radius:6px;padding:12px;overflow-x:auto;font-size:12px}
pre.command{white-space:pre-wrap;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--muted)}@media(max-width:800px){.figures{grid-template-columns:repeat(2,minmax(min-content,1fr))}}@media print{.card,figure,tr{break-inside:avoid}})";

} // namespace

std::string htmlPage(const std::string& title, const std::string& subtitle, const std::string& body)
{
    return fmt::format("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                       "'unsafe-inline'\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width\"><title>{0} – "
                       "Mantissa</title>\n<style>{1}{2}</style></head><body><main>\n"
                       "<h1>{0}</h1>\n<p class=\"muted\">{3}</p>\n{4}</main></body></html>\n",
        escaped(title), svgStyle(), pageStyle, escaped(subtitle), body);
}

std::string figuresHtml(const std::vector<std::pair<std::string, std::string>>& figures)
{
    std::string html = "<div class=\"figures\">";
    for (const auto& [label, value] : figures)
        html += fmt::format(
            "<div class=\"figure\"><span>{}</span><b>{}</b></div>", escaped(label), escaped(value));
    return html + "</div>\n";
}

std::string commandHtml(const std::string& command)
{
    return "<h2>Repeat it</h2>\n<pre class=\"command\">" + escaped(command) + "</pre>\n";
}

std::string cardHtml(const std::string& svg) { return "<div class=\"card\">" + svg + "</div>\n"; }

std::string environmentHtml(const Json* environment)
{
    return environment ? "<details><summary>environment.json</summary><pre>" + escaped(jsonText(*environment))
            + "</pre></details>\n"
                       : std::string();
}

std::string tableHtml(const ReportTable& table)
{
    std::string html = "<div class=\"scroll\"><table><thead><tr>";
    for (const std::string& cell : table.header)
        html += "<th>" + escaped(cell) + "</th>";
    html += "</tr></thead><tbody>\n";
    for (const auto& row : table.rows) {
        html += "<tr>";
        for (std::size_t i = 0; i < row.size(); ++i)
            html += fmt::format("<td{}>{}</td>",
                table.header[i] == "Why" || table.header[i] == "What" ? " class=\"text\"" : "",
                escaped(row[i]));
        html += "</tr>\n";
    }
    html += "</tbody></table></div>";
    if (table.rows.size() > longTable)
        html = fmt::format("<details><summary>{} rows</summary>{}</details>", table.rows.size(), html);
    return fmt::format(
        "<h2>{}</h2>\n<p class=\"muted\">{}</p>\n{}\n", escaped(table.title), escaped(table.note), html);
}

} // namespace mantissa
