// SPDX-License-Identifier: Apache-2.0
// Causal attention by blocks of 64 queries, forward and backward: no buffer of length x length. Products are
// dot products of BF16 pairs where the processor has them (Pairs), else of FP32 numbers (Singles), summed in
// FP32 either way. After FlashAttention-2 (Dao 2023), but a row of scores is kept whole in forward, since a
// row of a block fits the cache where training on a CPU is worth its time.

#include "core/torch/kernels/cpu/attention.h"

#include "core/torch/kernels/cpu/attention_products.h"

namespace mantissa::MANTISSA_SET {

namespace {

constexpr long block = 64; // queries
constexpr long keysAtOnce = 512; // in backward, so that four blocks of scores stay in the cache

/// Rows of a head in the form's pieces.
template <class Piece> struct Rows {
    const Piece* data = nullptr;
    long step = 0; ///< in pieces
};

/// One sample and key head of one call: what it reads, in the form of its products.
template <class Form, class Source> class Attention {
public:
    using Piece = typename Form::Piece;
    static constexpr long group = Form::group;
    static constexpr bool readsInPlace = sizeof(Piece) == sizeof(Source);

    explicit Attention(const AttentionShape& shape)
        : m_shape(shape)
        , m_length(shape.length)
        , m_keys(roundUp(shape.length, block))
        , m_width(roundUp(shape.width, lanes * group))
        , m_window(shape.window > 0 ? shape.window : shape.length)
    {
    }

    /// Bytes that one thread needs.
    long forwardBytes() const
    {
        Carver carver(nullptr);
        ForwardRoom(*this, carver);
        return carver.used();
    }
    long backwardBytes() const
    {
        Carver carver(nullptr);
        BackwardRoom(*this, carver);
        return carver.used();
    }

    /// Pairs first … last - 1.
    void forward(const AttentionForward& call, long first, long last, void* memory) const
    {
        Carver carver(memory);
        const ForwardRoom room(*this, carver);
        for (long pair = first; pair < last; ++pair) {
            const long sample = pair / m_shape.kvHeads;
            const long kvHead = pair % m_shape.kvHeads;
            turn(rows(head(call.key, sample, kvHead), call.key, 0, m_keys, room.copy), m_keys, room.keys,
                m_keys);
            interleave(rows(head(call.value, sample, kvHead), call.value, 0, m_keys, room.copy), m_keys,
                room.values);
            for (long h = kvHead * heads(); h < (kvHead + 1) * heads(); ++h)
                for (long at = 0; at < m_length; at += block)
                    blockForward(call, sample, h, at, room);
        }
    }

    void backward(const AttentionBackward& call, long first, long last, void* memory) const
    {
        Carver carver(memory);
        const BackwardRoom room(*this, carver);
        for (long pair = first; pair < last; ++pair) {
            const long sample = pair / m_shape.kvHeads;
            const long kvHead = pair % m_shape.kvHeads;
            const Rows<Piece> key = rows(head(call.key, sample, kvHead), call.key, 0, m_keys, room.keyCopy);
            const Rows<Piece> value
                = rows(head(call.value, sample, kvHead), call.value, 0, m_keys, room.valueCopy);
            interleave(key, m_keys, room.lanesOfKeys);
            for (long k = 0; k < m_keys / group; k += lanes)
                for (long i = 0; i < m_width; i += lanes)
                    transposeSquare(room.lanesOfKeys + k * m_width + i, m_width,
                        reinterpret_cast<float*>(room.keysAcross) + i * (m_keys / group) + k, m_keys / group);
            std::memset(room.toKey, 0, sizeof(float) * m_keys * m_width);
            std::memset(room.toValue, 0, sizeof(float) * m_keys * m_width);
            for (long h = kvHead * heads(); h < (kvHead + 1) * heads(); ++h)
                for (long at = 0; at < m_length; at += block)
                    blockBackward(call, key, value, sample, h, at, room);
            for (long t = 0; t < m_length; ++t) {
                storeRow(
                    head(call.toKey, sample, kvHead) + t * call.toKey.rowStep, room.toKey + t * m_width, 1);
                storeRow(head(call.toValue, sample, kvHead) + t * call.toValue.rowStep,
                    room.toValue + t * m_width, 1);
            }
        }
    }

private:
    /// What one thread holds, forward.
    struct ForwardRoom {
        ForwardRoom(const Attention& a, Carver& carver)
            : keys(carver.take<float>(a.m_width / group * a.m_keys))
            , values(carver.take<float>(a.m_keys / group * a.m_width))
            , scores(carver.take<float>(block * a.m_keys))
            , shares(carver.take<Piece>(block * a.m_keys))
            , mixed(carver.take<float>(block * a.m_width))
            , copy(carver.take<Piece>(a.copies() ? a.m_keys * a.m_width : 0))
        {
        }
        float* keys; ///< lanes of the width, a column a key
        float* values; ///< lanes of keys
        float* scores; ///< a row a query
        Piece* shares;
        float* mixed; ///< [queries, width]
        Piece* copy;
    };

    /// The same backward. Scores have a row for each key.
    struct BackwardRoom {
        BackwardRoom(const Attention& a, Carver& carver)
            : stretch(least(keysAtOnce, a.m_keys))
            , keysAcross(carver.take<Piece>(a.m_width * a.m_keys))
            , keyCopy(carver.take<Piece>(a.copies() ? a.m_keys * a.m_width : 0))
            , valueCopy(carver.take<Piece>(a.copies() ? a.m_keys * a.m_width : 0))
            , lanesOfKeys(carver.take<float>(a.m_keys / group * a.m_width))
            , toKey(carver.take<float>(a.m_keys * a.m_width))
            , toValue(carver.take<float>(a.m_keys * a.m_width))
            , scores(carver.take<float>(stretch * block))
            , toShares(carver.take<float>(stretch * block))
            , shares(carver.take<Piece>(stretch * block))
            , toScores(carver.take<Piece>(stretch * block))
            , toScoresLanes(carver.take<float>(stretch / group * block))
            , toQuery(carver.take<float>(a.m_width * block))
            , upright(carver.take<float>(block * a.m_width))
            , queryCopy(carver.take<Piece>(a.copies() ? block * a.m_width : 0))
            , gradientCopy(carver.take<Piece>(a.copies() ? block * a.m_width : 0))
            , queryAcross(carver.take<float>(a.m_width / group * block))
            , gradientAcross(carver.take<float>(a.m_width / group * block))
            , queryLanes(carver.take<float>(block / group * a.m_width))
            , gradientLanes(carver.take<float>(block / group * a.m_width))
        {
        }
        long stretch; ///< keys at once
        Piece* keysAcross; ///< [width, keys]
        Piece* keyCopy;
        Piece* valueCopy;
        float* lanesOfKeys; ///< of the width a column each
        float* toKey;
        float* toValue;
        float* scores;
        float* toShares;
        Piece* shares;
        Piece* toScores;
        float* toScoresLanes;
        float* toQuery; ///< [width, queries]
        float* upright; ///< [queries, width]
        Piece* queryCopy;
        Piece* gradientCopy;
        float* queryAcross; ///< lanes of the width, a column a query
        float* gradientAcross;
        float* queryLanes; ///< lanes of queries
        float* gradientLanes;
    };

    /// Queries at … at + 63 of one head.
    void blockForward(
        const AttentionForward& call, long sample, long h, long at, const ForwardRoom& room) const
    {
        const long from = firstKey(at);
        const long count = at + block - from;
        const Rows<Piece> query = rows(head(call.query, sample, h), call.query, at, block, room.copy);
        multiply<Form, false>(block, count, m_width / group, query.data, query.step, room.keys + from, m_keys,
            room.scores, m_keys);
        float* sums = call.logSumExp + (sample * m_shape.heads + h) * m_length;
        float shareOf[block];
        for (long i = 0; i < block; ++i)
            shareOf[i] = soften(room.scores + i * m_keys, room.shares + i * m_keys, at + i, from, count,
                at + i < m_length ? sums + at + i : nullptr);
        multiply<Form, false>(block, m_width, count / group, room.shares, m_keys,
            room.values + from / group * m_width, m_width, room.mixed, m_width);
        Source* out = head(call.output, sample, h);
        for (long i = 0; i < least(block, m_length - at); ++i)
            storeRow(out + (at + i) * call.output.rowStep, room.mixed + i * m_width, shareOf[i]);
    }

    void blockBackward(const AttentionBackward& call, const Rows<Piece>& key, const Rows<Piece>& value,
        long sample, long h, long at, const BackwardRoom& room) const
    {
        const Source* out = head(call.output, sample, h) + at * call.output.rowStep;
        const Source* gradient = head(call.toOutput, sample, h) + at * call.toOutput.rowStep;
        const float* sums = call.logSumExp + (sample * m_shape.heads + h) * m_length + at;
        float sumOfRow[block];
        float meanOfRow[block];
        for (long i = 0; i < block; ++i) {
            const bool isThere = at + i < m_length;
            sumOfRow[i] = isThere ? sums[i] : __builtin_inff(); // its shares become 0
            meanOfRow[i]
                = isThere ? dot(out + i * call.output.rowStep, gradient + i * call.toOutput.rowStep) : 0;
        }
        const Rows<Piece> queries = rows(head(call.query, sample, h), call.query, at, block, room.queryCopy);
        const Rows<Piece> gradients
            = rows(head(call.toOutput, sample, h), call.toOutput, at, block, room.gradientCopy);
        turn(queries, block, room.queryAcross, block);
        turn(gradients, block, room.gradientAcross, block);
        interleave(queries, block, room.queryLanes);
        interleave(gradients, block, room.gradientLanes);
        std::memset(room.toQuery, 0, sizeof(float) * m_width * block);
        for (long from = firstKey(at); from < at + block; from += room.stretch) {
            const long count = least(room.stretch, at + block - from);
            multiply<Form, false>(count, block, m_width / group, key.data + from * key.step, key.step,
                room.queryAcross, block, room.scores, block);
            multiply<Form, false>(count, block, m_width / group, value.data + from * value.step, value.step,
                room.gradientAcross, block, room.toShares, block);
            for (long j = 0; j < count; ++j)
                soften(room.scores + j * block, room.toShares + j * block, room.shares + j * block,
                    room.toScores + j * block, from + j - at, sumOfRow, meanOfRow);
            interleaveBlock(room.toScores, count, room.toScoresLanes);
            multiply<Form, true>(count, m_width, block / group, room.shares, block, room.gradientLanes,
                m_width, room.toValue + from * m_width, m_width);
            multiply<Form, true>(count, m_width, block / group, room.toScores, block, room.queryLanes,
                m_width, room.toKey + from * m_width, m_width);
            multiply<Form, true>(m_width, block, count / group, room.keysAcross + from, m_keys,
                room.toScoresLanes, block, room.toQuery, block);
        }
        storeTurned(room.toQuery, call.toQuery, sample, h, at, room.upright);
    }

    /// Whether rows are not all read where they lie.
    bool copies() const { return !readsInPlace || m_width != m_shape.width || m_keys != m_length; }
    long heads() const { return m_shape.heads / m_shape.kvHeads; }
    /// The first key, a multiple of a block, that a query of the block at `at` sees.
    long firstKey(long at) const { return most(0, at - m_window + 1) / block * block; }
    Source* head(const HeadRows& rows, long sample, long h) const
    {
        return static_cast<Source*>(rows.data) + sample * rows.batchStep + h * rows.headStep;
    }

    /// `count` rows from row `at` on: where they lie, or in `copy` with zeros around them.
    Rows<Piece> rows(const Source* from, const HeadRows& form, long at, long count, Piece* copy) const
    {
        from += at * form.rowStep;
        if (readsInPlace && m_width == m_shape.width && at + count <= m_length)
            return {reinterpret_cast<const Piece*>(from), form.rowStep};
        const long whole = m_shape.width / lanes * lanes;
        for (long i = 0; i < count; ++i) {
            Piece* to = copy + i * m_width;
            if (at + i >= m_length) {
                std::memset(to, 0, sizeof(Piece) * m_width);
                continue;
            }
            const Source* row = from + i * form.rowStep;
            for (long c = 0; c < whole; c += lanes)
                Form::put(to + c, load(row + c));
            if (whole < m_width)
                std::memset(to + whole, 0, sizeof(Piece) * (m_width - whole));
            if (whole < m_shape.width)
                Form::put(to + whole, loadFirst(row + whole, m_shape.width - whole));
        }
        return {copy, m_width};
    }

    /// to[lane of the width][row], `rows` a multiple of a block.
    void turn(const Rows<Piece>& from, long rows, float* to, long step) const
    {
        for (long row = 0; row < rows; row += lanes)
            for (long c = 0; c < m_width / group; c += lanes)
                transposeSquare(
                    from.data + row * from.step + c * group, from.step / group, to + c * step + row, step);
    }

    /// Rows that share a lane come together: to[rows / group][width].
    void interleave(const Rows<Piece>& from, long rows, float* to) const
    {
        for (long row = 0; row < rows; row += group)
            join(from.data + row * from.step, from.step, m_width, to + row / group * m_width);
    }
    void interleaveBlock(const Piece* from, long rows, float* to) const
    {
        for (long row = 0; row < rows; row += group)
            join(from + row * block, block, block, to + row / group * block);
    }
    static void join(const Piece* from, long step, long n, float* to)
    {
        if constexpr (group == 1) {
            std::memcpy(to, from, sizeof(float) * n);
        } else {
            for (long i = 0; i < n; i += lanes) {
                const Bits low = (Bits)load(from + i) >> 16;
                const Bits high = (Bits)load(from + step + i);
                store(to + i, (Vec)(high | low));
            }
        }
    }

    /// Scores of one query over keys from … from + count - 1 become shares without their divisor, which is
    /// returned inverted.
    float soften(float* scores, Piece* shares, long query, long from, long count, float* logSumExp) const
    {
        const long first = most(from, query - m_window + 1) - from;
        const long end = query + 1 - from;
        for (long j = 0; j < first; ++j)
            scores[j] = -__builtin_inff();
        for (long j = end; j < count; ++j)
            scores[j] = -__builtin_inff();
        Vec top = load(scores);
        for (long j = lanes; j < count; j += lanes)
            top = larger(top, load(scores + j));
        const float highest = largestOf(top);
        Vec sum{};
        for (long j = 0; j < count; j += lanes) {
            const Vec e = exponential((load(scores + j) - highest) * m_shape.scale);
            sum += e;
            Form::put(shares + j, e);
        }
        const float total = sumOf(sum);
        if (logSumExp)
            *logSumExp = highest * m_shape.scale + __builtin_logf(total);
        return 1 / total;
    }

    /// The same backward for one key that is `key` places after the block's first query.
    void soften(const float* scores, const float* toShares, Piece* shares, Piece* toScores, long key,
        const float* sumOfRow, const float* meanOfRow) const
    {
        const bool isWhole = key <= 0 && key + m_window >= block;
        for (long i = 0; i < block; i += lanes) {
            Vec e = exponential(load(scores + i) * m_shape.scale - load(sumOfRow + i));
            if (!isWhole) {
                const Ints query = iota() + static_cast<int>(i);
                const Ints sees = (query >= static_cast<int>(key))
                    & (query < static_cast<int>(least(key + m_window, 2 * block)));
                e = (Vec)((Ints)e & sees);
            }
            Form::put(shares + i, e);
            Form::put(toScores + i, e * (load(toShares + i) - load(meanOfRow + i)) * m_shape.scale);
        }
    }

    float dot(const Source* a, const Source* b) const
    {
        Vec sum{};
        const long whole = m_shape.width / lanes * lanes;
        for (long i = 0; i < whole; i += lanes)
            sum += load(a + i) * load(b + i);
        if (whole < m_shape.width)
            sum += loadFirst(a + whole, m_shape.width - whole) * loadFirst(b + whole, m_shape.width - whole);
        return sumOf(sum);
    }

    void storeRow(Source* to, const float* from, float factor) const
    {
        const long whole = m_shape.width / lanes * lanes;
        for (long i = 0; i < whole; i += lanes)
            store(to + i, load(from + i) * factor);
        if (whole < m_shape.width)
            storeFirst(to + whole, load(from + whole) * factor, m_shape.width - whole);
    }

    void storeTurned(
        const float* across, const HeadRows& form, long sample, long h, long at, float* upright) const
    {
        for (long c = 0; c < m_width; c += lanes)
            for (long i = 0; i < block; i += lanes)
                transposeSquare(across + c * block + i, block, upright + i * m_width + c, m_width);
        for (long i = 0; i < least(block, m_length - at); ++i)
            storeRow(head(form, sample, h) + (at + i) * form.rowStep, upright + i * m_width, 1);
    }

    AttentionShape m_shape;
    long m_length;
    long m_keys; ///< the length, in whole blocks
    long m_width; ///< of a head, in whole vectors of lanes
    long m_window;
};

/// Calls use(attention) for the call's format.
template <class Use> auto withForm(const AttentionShape& shape, const Use& use)
{
    switch (shape.element) {
    case Element::Bf16:
#if defined(__AVX512BF16__)
        return use(Attention<Pairs, Bf16>(shape));
#else
        return use(Attention<Singles, Bf16>(shape));
#endif
    case Element::Fp16:
        return use(Attention<Singles, Fp16>(shape));
    case Element::Fp32:
        break;
    }
    return use(Attention<Singles, float>(shape));
}

} // namespace

std::size_t attentionScratch(const AttentionShape& shape, bool isBackward)
{
    return static_cast<std::size_t>(withForm(shape, [&](const auto& attention) {
        return isBackward ? attention.backwardBytes() : attention.forwardBytes();
    }));
}

void attentionForward(const AttentionForward& call, std::int64_t first, std::int64_t last, void* scratch)
{
    withForm(call.shape, [&](const auto& attention) { attention.forward(call, first, last, scratch); });
}

void attentionBackward(const AttentionBackward& call, std::int64_t first, std::int64_t last, void* scratch)
{
    withForm(call.shape, [&](const auto& attention) { attention.backward(call, first, last, scratch); });
}

} // namespace mantissa::MANTISSA_SET
