"""Trains the tokenizer of FORMAT.md: byte-level BPE over small letters, capitals as a mark, digits alone."""
import argparse
import json
import string

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

SPECIAL = ["<|pad|>", "<|home|>", "<|user|>", "<|reply|>", "<|open|>", "<|end|>"]
MARK = "^"


def build():
    tok = Tokenizer(models.BPE())
    rules = [normalizers.NFC(), normalizers.Replace("’", "'"), normalizers.Replace("‘", "'"), normalizers.Replace("“", '"'), normalizers.Replace("”", '"'),
             normalizers.Replace(MARK, " "), normalizers.Prepend(" "), normalizers.Replace(Regex(r"\s+"), " ")]
    rules += [normalizers.Replace(" " + c, MARK + " " + c.lower()) for c in string.ascii_uppercase]
    rules += [normalizers.Replace(c, MARK + c.lower()) for c in string.ascii_uppercase]
    tok.normalizer = normalizers.Sequence(rules)
    tok.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"\^"), "isolated"), pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    back = [decoders.ByteLevel(), decoders.Fuse()]
    back += [decoders.Replace(MARK + " " + c, " " + c.upper()) for c in string.ascii_lowercase]
    back += [decoders.Replace(MARK + c, c.upper()) for c in string.ascii_lowercase]
    back += [decoders.Replace(MARK, ""), decoders.Strip(" ", 1, 0)]
    tok.decoder = decoders.Sequence(back)
    return tok


def train(texts, vocab):
    tok = build()
    trainer = trainers.BpeTrainer(vocab_size=vocab, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, min_frequency=2)
    tok.train_from_iterator(texts, trainer)
    return tok


def texts(path):
    for line in open(path):
        row = json.loads(line)
        yield row["request"]
        yield row["opener"]
        yield from row.get("context", [])
        yield from row.get("home", [])


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("train")
    p.add_argument("out")
    p.add_argument("--vocab", type=int, default=6144)
    a = p.parse_args()
    tok = train(texts(a.train), a.vocab)
    tok.save(a.out)
    for s in ["Play Judas Tree, it's 213 times 3!", "set an iPhone on TV to 21.5°", "i'm from Ålesund"]:
        e = tok.encode(s, add_special_tokens=False)
        print(e.tokens, repr(tok.decode(e.ids)))
