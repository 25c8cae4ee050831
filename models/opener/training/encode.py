"""Pairs as token sequences in the prompt format of FORMAT.md. The model reads and writes small letters."""
from tokenizers import Tokenizer

LIMITS = {"home": 48, "last": 32, "reply": 32, "request": 96, "opener": 39}


class Codec:
    def __init__(self, path):
        self.tok = Tokenizer.from_file(str(path))
        self.home, self.user, self.reply, self.open, self.end = (self.tok.token_to_id(f"<|{n}|>") for n in ("home", "user", "reply", "open", "end"))

    def part(self, text, limit, last=False):
        ids = self.tok.encode(text.lower(), add_special_tokens=False).ids
        return ids[-limit:] if last else ids[:limit]

    def prompt(self, request, context=None, home=None):
        ids = []
        if home:
            ids += [self.home, *self.part("; ".join(home), LIMITS["home"])]
        if context:
            ids += [self.user, *self.part(context[0], LIMITS["last"], True), self.reply, *self.part(context[1], LIMITS["reply"], True)]
        return [*ids, self.user, *self.part(request, LIMITS["request"], True), self.open]

    def pair(self, row):
        """(ids, length of the prompt)"""
        prompt = self.prompt(row["request"], row.get("context"), row.get("home"))
        return [*prompt, *self.part(row["opener"], LIMITS["opener"]), self.end], len(prompt)
