#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Small tokenizers in the pipelines of today's families, and what the `tokenizers` package makes of texts with them.

    python3 -m venv venv && venv/bin/pip install tokenizers==0.23.3
    venv/bin/python tests/data/make_tokenizer_fixtures.py

Writes tests/data/tokenizers/NAME.json (a tokenizer.json) and NAME.ids.json (per text of texts.json: ids without and with
frame, the text decoded without special tokens where it is another one). tests/core/data/tokenizer_families_test.cpp reads them.
"""
import json, pathlib, random, unicodedata
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE / "tokenizers"
ROOT = HERE.parent.parent

QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = QWEN.replace(r"|\p{N}|", r"|\p{N}{1,3}|")
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
TEKKEN = (rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*|\p{{N}}|"
          r" ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
SHORT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
GPT4O = (rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+{SHORT}|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*{SHORT}|\p{{N}}{{1,3}}|"
         r" ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
CLIP = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
DEEPSEEK = (r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|"
            r"\s*[\r\n]+|\s+(?!\S)|\s+")

SENTENCES = [
    "In the beginning God created the heaven and the earth.", "The quick brown fox jumps over the lazy dog 1234567890 times.",
    "Don't you think we'll see they've DON'T WE'LL it's I'm I'd?", "Größe, Straße, Übermut und Ärger: süß!", "Ça va? Déjà vu, œuvre, naïve café.",
    "Быстрая коричневая лиса перепрыгивает через ленивую собаку.", "Η γρήγορη καφέ αλεπού πηδάει.", "الثعلب البني السريع يقفز فوق الكلب", "השועל החום המהיר קופץ",
    "तेज़ भूरी लोमड़ी आलसी कुत्ते पर कूदती है।", "দ্রুত বাদামী শিয়াল", "வேகமான பழுப்பு நரி", "เดอะ ควิก บราวน์ ฟ็อกซ์", "敏捷的棕色狐狸跳过懒狗。", "すばやい茶色の狐は、のろまな犬を飛び越える。",
    "빠른 갈색 여우가 게으른 개를 뛰어넘는다.", "Nhanh như chớp, con cáo nâu nhảy qua con chó lười.", "ሰላም ለዓለም", "გამარჯობა მსოფლიო", "Բարեւ աշխարհ", "བོད་སྐད་ཡིག", "សួស្តី​ពិភពលោក",
    "👩‍👩‍👧‍👦 👍🏽 🇩🇪🇫🇷 ❤️‍🔥 🏴‍☠️ 😀😃😄", "e\u0301 a\u0308 o\u0302\u0323 \u1100\u1161\u11a8 ﬁ ﬂ ① ½ ² Ⅷ Å \u212b \u2126", "a\u0315\u0300\u05ae\u0062",
    "def main(argc: int) -> None:\n    for i in range(10):\n\t\tprint(f\"{i:>3}\", end='')\n\n\nif x != y && z <= 3 { return a[i]->b; }",
    "<html>\n  <body class=\"x\">&amp;</body>\n</html>\r\n", "https://example.org/a/b?c=d&e=%20f#g", "{\"k\": [1, 2.5e-3, null, true]}",
    " ", "  ", "   a", "a   ", "  a  b   c    d\n\n  e\r\n\r\nf\t\tg \n h", "\n", "\n\n\n", "\t", "\u00a0x\u00a0", "\u3000全角\u3000", "\u2028x\u2029y\u0085z\u180ew\ufeffv\u200bu", "a\u0000b\u0001c\u001b[0m\u007f",
    "1", "12", "123", "1234", "12345 6,789.01 ٣٤٥ १२३ ௧௨ ⅓ x² 10⁻³", "x", "", "ſ 's 'S 'ſ 'LL", "ABCdef GhI JKL's iPhone HTTPServer", "snake_case camelCase kebab-case ALLCAPS",
    "...!!!???---___***", "“Quoted” ‘single’ — dash – en … ellipsis", "$100 €20 £3 ¥4 ₿5", "∀x∈ℝ: ⌈x⌉ = −⌊−x⌋, α ∧ ¬β = ¬(¬α ∨ β)", "İstanbul ISPARTA ıi ŞĞÜ ß ẞ Σίσυφος ΣΑΣ",
    "\U0001d504\U0001d505 \U00020000\U0002a6df \U0001f600", "\ud7ff\ue000\uffff\U0010ffff", "▁ ▁▁a ▁b Ġ Ċ Ģ <0x41> <0x0A> <unk>", "a" * 200, "ab " * 70, "\n" * 40 + " " * 40 + "x",
    "<s>Hello</s> world <|end|> and <|user|>\n hi<|end|>\n\n  bye", "<|im_start|>user\nHi there<|im_end|>\n<|im_start|>assistant\n", "<|begin_of_text|><|eot_id|>  <|eot_id|>x", " <mask> a<mask>b <mask>", "word wordword Word word's",
    # newer than the tables of PCRE2, utf8proc or the reference: letters, digits, marks that would be reordered, punctuation
    "\u1c89\u1c8a x\U00031350\U000323af\u6f22 \U00010d40\U00010d41 \U00011de0 a\u0301\u0898\u0323\u08f0 x\u2e5dy \u32ff \U0001fae8 \U000111c9",
    "<bos><start_of_turn>user\nHi<end_of_turn>\n", "<|endoftext|><|endoftext|> <|endoftext|>",
]


def mixed_text(size, seed=0):
    """All scripts, emoji, code, blanks and control characters, `size` bytes of UTF-8; the same for the same seed."""
    r = random.Random(seed)
    categories = {}
    blocks = {}
    for code in range(0x20, 0x110000):
        category = unicodedata.category(chr(code))
        if category not in ("Cn", "Cs", "Co"):
            blocks.setdefault(code >> 7, []).append(chr(code))
            categories.setdefault(category, []).append(chr(code))
    block_list, category_list = list(blocks.values()), list(categories.values())
    licence = [line for file in sorted((ROOT / "LICENSES").glob("*.txt")) for line in file.read_text().splitlines(True)]
    blanks = [" ", "  ", "    ", "\n", "\n\n", "\r\n", "\t", "\u00a0", "\u3000", "\u2003", "\x0b", "\x00", "\x1b", "\x7f", "\u200d", "\ufeff"]
    makers = [
        lambda: r.choice(SENTENCES), lambda: r.choice(licence), lambda: r.choice(licence), lambda: r.choice(blanks) * r.randint(1, 3),
        lambda: "".join(r.choice(block) for block in [r.choice(block_list)] for _ in range(r.randint(1, 12))),
        lambda: "".join(r.choice(r.choice(category_list)) for _ in range(r.randint(1, 6))),
        lambda: str(r.randint(0, 10 ** r.randint(1, 12))), lambda: "".join(chr(r.randint(1, 0x7f)) for _ in range(r.randint(1, 8))),
        lambda: chr(r.randint(0x1f300, 0x1faff)) + r.choice(["", "\ufe0f", "\u200d\u2642", chr(r.randint(0x1f3fb, 0x1f3ff))]),
        lambda: "".join(r.choice("aeiouAEIOUcnszé") + chr(r.randint(0x300, 0x36f)) * r.randint(0, 2) for _ in range(4)),
    ]
    parts, length = [], 0
    while length < size:
        part = r.choice(makers)()
        parts.append(part)
        length += len(part.encode())
        if r.random() < 0.5:
            parts.append(" ")
            length += 1
    return "".join(parts).encode()[:size].decode(errors="ignore")


def corpus():
    mixed = mixed_text(150_000, 7)
    return SENTENCES * 3 + [mixed[i:i + 300] for i in range(0, 100_000, 300)]


def byte_level(pre, normalizer=None, vocabulary=1000, special=("<|endoftext|>",), **model):
    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.pre_tokenizer = pre
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=list(special), show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(corpus(), trainer)
    return tokenizer


def split(regex):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(regex), "isolated"),
                                    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def with_bos(tokenizer, bos, *before):
    frame = processors.TemplateProcessing(single=f"{bos} $A", pair=f"{bos} $A {bos} $B:1",
                                          special_tokens=[(bos, tokenizer.token_to_id(bos))])
    tokenizer.post_processor = processors.Sequence([*before, frame])


def edited(tokenizer, change):
    """What no setter does: the JSON changed and read again."""
    text = json.loads(tokenizer.to_str())
    change(text)
    return Tokenizer.from_str(json.dumps(text))


def byte_fallback(normalizer, pre, special, crosses_words=False, decoder=None, bos="<s>", vocabulary=900):
    """As SentencePiece's files were converted: bytes in the vocabulary, ▁ for spaces."""
    learner = Tokenizer(models.BPE())
    learner.normalizer = normalizers.Replace(" ", "▁")
    if not crosses_words:
        learner.pre_tokenizer = pre_tokenizers.Split(Regex("▁*[^▁]*"), "isolated")
    learner.train_from_iterator(corpus(), trainers.BpeTrainer(vocab_size=vocabulary, show_progress=False, limit_alphabet=150))
    learned = json.loads(learner.to_str())["model"]
    names = list(special) + [f"<0x{byte:02X}>" for byte in range(256)]
    names += [token for token in sorted(learned["vocab"], key=learned["vocab"].get) if token not in names]
    merges = [["▁", "▁"], ["▁▁", "▁▁"]] + learned["merges"]
    names += [token for token in ("▁", "▁▁", "▁▁▁▁") if token not in names]
    model = models.BPE({token: i for i, token in enumerate(names)}, [tuple(m) for m in merges],
                       byte_fallback=True, fuse_unk=True, unk_token=special[0])
    tokenizer = Tokenizer(model)
    if normalizer:
        tokenizer.normalizer = normalizer
    if pre:
        tokenizer.pre_tokenizer = pre
    tokenizer.decoder = decoder or decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in special])
    with_bos(tokenizer, bos)
    return tokenizer


def families():
    plain = pre_tokenizers.ByteLevel(add_prefix_space=False)
    yield "gpt2", byte_level(plain)
    digits = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), plain])
    yield "smollm2", byte_level(digits, special=("<|endoftext|>", "<|im_start|>", "<|im_end|>"))
    yield "qwen2", byte_level(split(QWEN), normalizers.NFC(), special=("<|endoftext|>", "<|im_start|>", "<|im_end|>"))

    llama3 = byte_level(split(LLAMA3), special=("<|begin_of_text|>", "<|eot_id|>"))
    llama3 = edited(llama3, lambda t: t["model"].update(ignore_merges=True, merges=t["model"]["merges"][:150]))
    with_bos(llama3, "<|begin_of_text|>", processors.ByteLevel(trim_offsets=False))
    yield "llama3", llama3
    yield "tekken", byte_level(split(TEKKEN))
    yield "gpt4o", byte_level(split(GPT4O))

    neox = byte_level(plain, normalizers.NFC())
    neox.add_tokens([AddedToken(" " * n, normalized=True) for n in range(2, 12)])
    yield "neox", neox

    deepseek = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(r"\p{N}{1,3}"), "isolated"), pre_tokenizers.Split(Regex("[一-龥぀-ゟ゠-ヿ]+"), "isolated"),
                                        pre_tokenizers.Split(Regex(DEEPSEEK), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    yield "deepseek", byte_level(deepseek)
    falcon = pre_tokenizers.Sequence([pre_tokenizers.Punctuation("contiguous"), plain, pre_tokenizers.Digits(individual_digits=False),
                                      pre_tokenizers.Split(Regex("[0-9][0-9][0-9]"), "isolated")])
    yield "falcon", byte_level(falcon)

    spaced = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=True)])
    roberta = byte_level(spaced, special=("<s>", "<pad>", "</s>", "<unk>"))
    roberta.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    yield "roberta", roberta
    behaviors = pre_tokenizers.Sequence([
        pre_tokenizers.Split(" ", "merged_with_next"), pre_tokenizers.Split(Regex("[.,;!?'-]"), "merged_with_previous"),
        pre_tokenizers.Split(Regex("[a-e]"), "contiguous"), pre_tokenizers.Split("o", "removed"), pre_tokenizers.Split(Regex("t(?=h)|(?=n)|x*"), "isolated"),
        pre_tokenizers.Split(Regex("[f-k]"), "merged_with_next", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    yield "behaviors", byte_level(behaviors)

    prepend = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    basic = ("<unk>", "<s>", "</s>")
    yield "llama2", byte_fallback(prepend, None, basic)
    yield "llama2_crossing", byte_fallback(prepend, None, basic, crosses_words=True)
    for scheme, splits in (("first", False), ("always", True), ("never", True)):
        pre = pre_tokenizers.Metaspace("▁", prepend_scheme=scheme, split=splits)
        decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace("▁", prepend_scheme=scheme)])
        yield f"metaspace_{scheme}", byte_fallback(None, pre, basic, decoder=decoder)
    phi3 = byte_fallback(prepend, None, basic)
    phi3.add_special_tokens([AddedToken(t, normalized=False, rstrip=True) for t in ("<|user|>", "<|end|>")])
    phi3.add_tokens([AddedToken("<mask>", normalized=False, lstrip=True, special=True), AddedToken("word", single_word=True, normalized=True)])
    yield "phi3", phi3
    gemma = byte_fallback(normalizers.Replace(" ", "▁"), pre_tokenizers.Split(" ", "merged_with_previous"),
                          ("<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"), bos="<bos>",
                          decoder=decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]))
    yield "gemma", gemma

    clip = byte_level(pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(CLIP), "removed", invert=True), plain]),
                      normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]),
                      end_of_word_suffix="</w>", unk_token="<|endoftext|>")
    clip.decoder = decoders.Sequence([decoders.BPEDecoder("</w>"), decoders.ByteLevel()])
    yield "clip", clip
    words = Tokenizer(models.BPE(unk_token="[UNK]", continuing_subword_prefix="##"))
    words.normalizer = normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(), normalizers.Strip()])
    words.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Punctuation("isolated"), pre_tokenizers.Digits(individual_digits=False)])
    words.train_from_iterator(corpus(), trainers.BpeTrainer(vocab_size=800, special_tokens=["[UNK]", "[CLS]", "[SEP]"], show_progress=False,
                                                            limit_alphabet=120, continuing_subword_prefix="##"))
    words.post_processor = processors.RobertaProcessing(("[SEP]", 2), ("[CLS]", 1))
    yield "words", words


def main():
    OUT.mkdir(exist_ok=True)
    (OUT / "texts.json").write_text(json.dumps(SENTENCES, ensure_ascii=True, indent=0))
    for name, tokenizer in families():
        (OUT / f"{name}.json").write_text(json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")))
        rows = []
        for text in SENTENCES:
            bare, framed = tokenizer.encode(text, add_special_tokens=False), tokenizer.encode(text)
            mask = framed.special_tokens_mask  # of the template's tokens alone
            before = mask.index(0) if 0 in mask else framed.ids.index(2) if name in ("words", "roberta") else len(mask)
            rows.append({"ids": bare.ids, "before": framed.ids[:before], "after": framed.ids[before + len(bare.ids):]})
            decoded = tokenizer.decode(bare.ids, skip_special_tokens=True)
            if decoded != text:
                rows[-1]["decoded"] = decoded
            rows[-1] = {k: v for k, v in rows[-1].items() if v or k == "decoded"}
        (OUT / f"{name}.ids.json").write_text(json.dumps(rows, ensure_ascii=True, separators=(",", ":")))
        print(name, tokenizer.get_vocab_size(), (OUT / f"{name}.json").stat().st_size, (OUT / f"{name}.ids.json").stat().st_size)


if __name__ == "__main__":
    main()
