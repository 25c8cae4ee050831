"""Gives names their capitals back: "the hunger games" -> "the Hunger Games". Knows names from the cased parts of the data and from the tagger."""
import collections
import functools
import re

from lemminflect import getAllLemmas

ALWAYS = {w.lower(): w for w in """Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February April June July August September
 October November December Christmas Easter Halloween Thanksgiving Ramadan Hanukkah Diwali English Spanish French German Italian Chinese Japanese
 Russian Korean Portuguese Arabic Hindi Dutch Swedish Greek Turkish Polish American British Canadian Mexican Indian Australian European African
 Spotify YouTube Netflix Facebook Twitter Google Amazon Uber Lyft Instagram iTunes iPhone iPad Wemo Pandora Deezer Alexa Siri Bluetooth WiFi Wi-Fi
 TV DVD GPS PTO APR IRS PIN ATM USB AC FM AM BBC CNN NBC ABC ESPN NBA NFL NHL MLB FIFA UK US USA EU UN NASA AI DNA GDP CEO PhD MPG IRA VIN UTC GMT EST PST
 Celsius Fahrenheit Bitcoin Visa Mastercard PayPal Android Windows Mac Olympics Olympic Bible Internet I I'm I've I'll I'd Earth Mars""".split()}
ALWAYS.pop("internet"), ALWAYS.pop("am"), ALWAYS.pop("us"), ALWAYS.pop("windows"), ALWAYS.pop("mac"), ALWAYS.pop("visa"), ALWAYS.pop("amazon")
NEW_WORDS = set("""timezone wifi podcast podcasts playlist playlists todo app apps emoji selfie blog vlog smartphone website websites username login
 screenshot hashtag voicemail inbox takeout carryout wakeup setlist soundtrack todos autoplay dropdown unread livestream mins secs hrs lbs tbsp
 tablespoons teaspoon carryon signup workout checkout reminders movietime showtimes showtime superhero mixtape online offline favourite colour
 thermostat dimmer smartplug heartrate bday recipies resturant restaurants tommorow tomorow calender whats gonna wanna gotta kinda""".split())
SMALL = set("the a an of and in on at to for with from by is are was were or it its as that this".split())
NOT_NAMES = set("""mom dad weather email alarm playlist music song volume radio today tomorrow tonight morning olly lights light list time date
 latte mocha cortado cappuccino espresso americano macchiato hazelnut almond vanilla caramel oat soy coconut concert concerts event events economy premium business rock pop jazz
 sports fan fans family counselor practitioner dentist doctor pool luxury regular way drama comedy horror fantasy animation scary electronica folk country blues metal hotel attraction
 attractions museum restaurant salon bus train cab ride flight one two three name hold on state movie movies tickets balance account checking savings child-friendly unisex
 vacuum socket plug wemo taxi cab joke news reminder calendar sushi pizza sir hi hello please timer google's what's who's it's let's""".split())


@functools.lru_cache(None)
def common(low):
    """Whether a dictionary of English inflections knows the word."""
    return bool(getAllLemmas(low))


class Names:
    """`learn` from cased text, then `restore` the capitals of a lower-case phrase with the tagger's help."""

    def __init__(self):
        self.seen = collections.defaultdict(collections.Counter)
        self.phrases = {}

    def learn(self, text):
        toks = re.findall(r"[A-Za-z][A-Za-z'’.-]*[A-Za-z]|[A-Za-z]", text)
        for tok in toks[1:]:
            self.seen[tok.lower()][tok] += 1

    def learn_name(self, name):
        toks = name.split()
        if 2 + (toks[0].lower() in SMALL) <= len(toks) <= 6 and any(t[:1].isupper() for t in toks):
            self.phrases.setdefault(name.lower(), name)

    def word(self, low, tag, entity):
        if low in ALWAYS:
            return ALWAYS[low]
        if low in NOT_NAMES or low in SMALL:
            return low
        counts = self.seen.get(low)
        best, times = counts.most_common(1)[0] if counts else (low, 0)
        capital_share = 1 - counts[low] / sum(counts.values()) if counts else None
        if capital_share is not None and sum(counts.values()) >= 3 and capital_share > 0.9 and best != low and (not common(low) or tag in ("NNP", "NNPS")):
            return best if best[1:] == best[1:].lower() or times >= 3 else low.capitalize()
        if capital_share is None and (tag in ("NNP", "NNPS") or entity in ("PERSON", "GPE", "LOC", "FAC", "NORP")) and low.isalpha() and len(low) > 3 and not common(low) and low not in NEW_WORDS:
            return low.capitalize()
        if tag in ("NNP", "NNPS") or entity in ("PERSON", "GPE", "LOC", "FAC", "NORP"):
            return low.capitalize() if not common(low) and tag != "CD" and (capital_share is None or capital_share > 0.3) else "?" + low
        return low

    def restore(self, doc):
        """Cased words for the tokens of a parsed request; words that are cased already keep their case."""
        cased_already = any(t.text[:1].isupper() and t.i > 0 and t.text != "I" for t in doc)
        out = []
        for t in doc:
            text = t.text
            if text == "us" and t.i and doc[t.i - 1].text in ("the", "in"):
                out.append("US")
            elif t.i + 1 < len(doc) and doc[t.i + 1].text in ("n't", "'t"):
                out.append(text.lower())
            elif text.lower() in ALWAYS:
                out.append(ALWAYS[text.lower()])
            elif cased_already or text != text.lower():
                first = t.i == 0 or doc[t.i - 1].text in ".?!"
                plain = first and t.tag_ not in ("NNP", "NNPS") and text[1:] == text[1:].lower()
                out.append(text.lower() if plain or text.lower() in NOT_NAMES and text[1:].islower() else text)
            else:
                out.append(self.word(text, t.tag_, t.ent_type_))
        return self.join_phrases(self.settle(out), [t.tag_ for t in doc])

    def settle(self, toks):
        """A common word that the tagger took for a name is one only beside a name: "hudson river", but "time zone"."""
        for step in (range(len(toks)), range(len(toks) - 1, -1, -1)):
            for n in step:
                if toks[n].startswith("?") and len(toks[n]) > 1:
                    beside = [toks[m] for m in (n - 1, n + 1) if 0 <= m < len(toks)]
                    if any(b[:1].isupper() and b not in ("I",) and b.lower() not in ALWAYS for b in beside):
                        toks[n] = toks[n][1:].capitalize()
        return [t[1:] if t.startswith("?") and len(t) > 1 else t for t in toks]

    def join_phrases(self, toks, tags):
        """Known names of several words; one of common words only needs the tagger's word for it."""
        low = [t.lower() for t in toks]
        n = 0
        while n < len(toks):
            for size in range(6, 1, -1):
                name = self.phrases.get(" ".join(low[n:n + size])) if n + size <= len(toks) else None
                if name and (size > 2 or "NNP" in tags[n:n + size] or not all(common(w) for w in low[n:n + size])) and "day after" not in name.lower():
                    toks[n:n + size] = name.split()
                    n += size - 1
                    break
            n += 1
        return toks
