// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/torch_text_writer.h"

#include "core/torch/engine/generation.h"
#include "core/torch/engine/guarded.h"

namespace mantissa {

Result<std::string> TorchTextWriter::write(const TextOrder& order)
{
    return guarded([&]() -> Result<std::string> {
        const Tokenizer& tokenizer = *m_state.data->tokenizer();
        std::vector<TokenId> prompt;
        for (const Token& token : tokenizer.encode(order.prompt, /*addsFrame*/ true))
            prompt.push_back(token.id);
        if (prompt.empty())
            return fail("training.sample_prompt has no token; write a word there", ExitCode::Usage);
        m_state.store.place(placementOf(m_state.plan)); // else an evaluation that failed has left some cast
        StoreFeed feed(m_state.model, m_state.store, m_state.plan.compute);
        std::vector<TokenId> written;
        writeTokens(m_state.model, feed, prompt,
            {.temperature = order.temperature, .topP = 0.95, .seed = order.seed, .most = order.tokens},
            m_state.context(m_state.plan.compute, false), m_state.store.device(), [&](TokenId id) {
                m_state.leaveIfInterrupted();
                written.push_back(id);
                return true;
            });
        return tokenizer.decode(written, /*skipsSpecial*/ true);
    });
}

} // namespace mantissa
