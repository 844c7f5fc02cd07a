// SPDX-License-Identifier: Apache-2.0
#include "core/model/model_json.h"

#include "core/base/shown_text.h"
#include "core/model/family.h"

#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

void readFrozen(ObjectReader& s, ModelConfig& m)
{
    const Json* list = s.array("frozen");
    if (!list)
        return;
    m.frozen.clear();
    for (const Json& name : *list)
        if (name.is_string())
            m.frozen.push_back(name.get<std::string>());
        else
            s.refuse(s.keyPath("frozen") + " has " + jsonLine(name) + "; list names of tensors");
}

/// Sizes that stand beside a folder's model say the same or nothing.
void checkSizes(ObjectReader& s, const ModelConfig& folder, const ModelConfig& asked)
{
    const Json theirs = toJson(folder);
    const Json ours = toJson(asked);
    for (const char* key : {"kind", "layers", "width", "heads", "kv_heads", "ffn", "vocab", "dropout", "tied",
             "norm_epsilon", "rotary_base"})
        if (theirs[key] != ours[key])
            s.refuse(s.keyPath(key) + " is " + jsonLine(ours[key]) + " and the folder's model has "
                + jsonLine(theirs[key]) + "; leave it out");
}

/// From model.config, which is a folder's config.json; false where there is none.
bool readForeign(ObjectReader& s, ModelConfig& m)
{
    s.readPath("folder", m.folder);
    const std::string folder = m.folder;
    const Json* config = s.object("config");
    if (!config) {
        if (!folder.empty())
            s.refuse(s.keyPath("folder") + " is given without its config.json; start from a config file");
        return false;
    }
    auto model = modelFromForeign(*config);
    if (!model) {
        s.refuse(model.error().message);
        return false;
    }
    m = std::move(*model);
    m.folder = folder;
    return true;
}

} // namespace

void readModel(ObjectReader& s, ModelConfig& m)
{
    std::string name;
    s.read("name", name);
    if (!name.empty()) {
        if (auto known = knownModel(name))
            m = std::move(*known);
        else
            s.refuse(s.keyPath("name") + ": " + known.error().message);
    }
    const bool isForeign = readForeign(s, m);
    const ModelConfig folder = m;
    Family family{.name = m.kind};
    s.readName("kind", family, findFamily);
    if (name.empty() && family.name != m.kind && !isForeign)
        m = family.defaults;
    m.kind = family.name;
    if (!isForeign && family.read && !family.isMadeFromSizes())
        s.refuse(s.keyPath("kind") + " '" + m.kind + "' is made from a folder; give " + s.keyPath("folder"));
    s.read("layers", m.layers, 1, 1000);
    s.read("width", m.width, 1, 1 << 20);
    s.read("heads", m.heads, 1, 1 << 16);
    s.read("kv_heads", m.kvHeads, 0, 1 << 16);
    s.read("ffn", m.ffn, 0, 1 << 22);
    s.read("context", m.context, 1, 1 << 20);
    s.read("vocab", m.vocab, 2, 1 << 24);
    s.read("dropout", m.dropout, 0, 0.99);
    s.read("tied", m.tied);
    s.read("norm_epsilon", m.normEpsilon, 0, 1);
    s.read("rotary_base", m.rotaryBase, 1, 1e12);
    readFrozen(s, m);
    if (isForeign)
        checkSizes(s, folder, m);
}

Json toJson(const ModelConfig& m)
{
    Json json = {{"kind", m.kind}, {"layers", m.layers}, {"width", m.width}, {"heads", m.heads},
        {"kv_heads", m.kvHeads}, {"ffn", m.ffn}, {"context", m.context}, {"vocab", m.vocab},
        {"dropout", m.dropout}, {"tied", m.tied}, {"norm_epsilon", m.normEpsilon},
        {"rotary_base", m.rotaryBase}};
    if (!m.folder.empty())
        json["folder"] = escapedPath(m.folder);
    if (!m.source.empty())
        json["config"] = *parseJson(m.source, "model.config", RepeatedKeys::LastCounts);
    if (!m.name.empty())
        json["name"] = m.name;
    if (!m.frozen.empty())
        json["frozen"] = m.frozen;
    return json;
}

} // namespace mantissa
