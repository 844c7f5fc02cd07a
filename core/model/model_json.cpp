// SPDX-License-Identifier: Apache-2.0
#include "core/model/model_json.h"

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
    Family family{.name = m.kind};
    s.readName("kind", family, findFamily);
    if (name.empty() && family.name != m.kind)
        m = family.defaults;
    m.kind = family.name;
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
}

Json toJson(const ModelConfig& m)
{
    Json json = {{"kind", m.kind}, {"layers", m.layers}, {"width", m.width}, {"heads", m.heads},
        {"kv_heads", m.kvHeads}, {"ffn", m.ffn}, {"context", m.context}, {"vocab", m.vocab},
        {"dropout", m.dropout}, {"tied", m.tied}, {"norm_epsilon", m.normEpsilon},
        {"rotary_base", m.rotaryBase}};
    if (!m.name.empty())
        json["name"] = m.name;
    if (!m.frozen.empty())
        json["frozen"] = m.frozen;
    return json;
}

} // namespace mantissa
