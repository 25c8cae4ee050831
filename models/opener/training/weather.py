"""Weather questions: the condition, the place and the time, put before an answer that states nothing."""
import re

from sentence import done, join
from text import pick

CONDITION = {"rain": "rain", "raining": "rain", "rainy": "rain", "snow": "snow", "snowing": "snow", "snowy": "snow", "sunny": "sunshine", "sun": "sunshine", "hot": "heat", "hotter": "heat",
             "warm": "warmth", "warmer": "warmth", "cold": "the cold", "colder": "the cold", "chilly": "the cold", "chillier": "the cold", "freezing": "frost", "windy": "wind", "wind": "wind", "storm": "storms",
             "stormy": "storms", "storms": "storms", "fog": "fog", "foggy": "fog", "cloudy": "clouds", "clouds": "clouds", "overcast": "clouds", "humid": "humidity", "humidity": "humidity", "hail": "hail",
             "umbrella": "rain", "drizzle": "drizzle", "blizzard": "blizzards", "tornado": "tornadoes", "hurricane": "hurricanes", "thunderstorm": "thunderstorms", "sleet": "sleet"}
TIME = re.compile(
    r"\b((?:later |early |earlier )?(?:today|tonight|tomorrow(?: (?:morning|afternoon|evening|night))?|this (?:week|weekend|morning|afternoon|evening|month)|next (?:week|weekend|month|year|few days|\w+day)|"
    r"(?:on )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?: (?:morning|afternoon|evening|night))?|right now|now|at the moment|(?:on )?(?:(?:the )?\d+(?:st|nd|rd|th)(?: of \w+)?|(?:january|february|march|april|may|june|july|august|september|october|november|december) (?:\d+\w*|\w+))|in (?:the )?(?:winter|summer|spring|autumn|fall|morning|afternoon|evening)))\b", re.I)
PLACE = re.compile(r"\b(?:in|at|near|around|for|over|outside of|close to) ((?!the (?:morning|afternoon|evening|next|week|moment)|this|next|today|tomorrow|tonight|\d|one |two |three |four |five |six |seven |eight |nine |ten |eleven |twelve |winter|summer|spring|fall|me\b|you\b|an? |general|january|february|march|april|may|june|july|august|september|october|november|december)[\w'., ]+)$", re.I)
ASKS = re.compile(r"\b(weather|forecast|temperature|rain\w*|snow\w*|sunny|umbrella|windy|wind|stormy?|storms|fog|foggy|cloudy|humid|humidity|hail|chilly|chillier|chill|colder|hotter|warmer|overcast|blizzard|freezing|degrees|tornado|hurricane|sleet|drizzle|thunderstorms?)\b", re.I)
OTHER = re.compile(r"\b(oven|thermostat|room|bedroom|kitchen|house|heat(?:er|ing)|ac|cook\w*|play|song|playlist|snowman|rainbow|set|turn|convert|remind|alarm|alert|purple rain|celsius|fahrenheit|boil\w*|tire|tires|car)\b", re.I)


STARTS = set("""is will what what's how how's do should tell weather forecast any when are temperature give check show today today's tomorrow's tomorrow in the current
 was rain snow chance need i would can could does which local next please let for at this whats get report outside""".split())


def weather(s, intent=None):
    """(opener, template) when this is a question about the weather."""
    if not ASKS.search(s.key) and intent not in ("GetWeather", "weather", "weather_query") or OTHER.search(s.key):
        return None
    if s.low[0] not in STARTS or s.low[0] in ("do", "does") and s.low[1] not in ("i", "we", "you"):
        return None
    text = s.text(0)
    time = TIME.search(text)
    when = time.group(1).lower() if time else ""
    when = re.sub(r"(monday|tuesday|wednesday|thursday|friday|saturday|sunday)", lambda m: m.group(1).capitalize(), when)
    when = when if not re.match(r"(mon|tues|wednes|thurs|fri|satur|sun)", when, re.I) else "on " + when
    rest = (text[:time.start()] + " " + text[time.end():]).strip() if time else text
    rest = re.sub(r"\s+", " ", re.sub(r"\b(?:be like|look like|like|please|outside|(?:going to )?be|will|is|it|going)\s*$", "", re.sub(r"\b(?:for|in|at|on)\s*$", "", rest.strip())).strip())
    place = PLACE.search(rest)
    where = place.group(1).strip(" .,") if place else ""
    if where and (len(where.split()) > 5 or re.search(r"\b(will|is|be|it|what|get|going|have|like|minutes|hours|days|weeks|and)\b", where)):
        return None
    where = re.sub(r"^(my|your) (current )?(location|area|city|position|spot)$", "your area", where)
    found = [CONDITION[w] for w in s.low if w in CONDITION]
    if intent is None and not found and not {"weather", "forecast", "temperature"} & set(s.low):
        return None
    thing = found[0] if found and not {"weather", "forecast"} & set(s.low) else None
    at = "in " + where if where else ""
    if not where and "there" in s.low[2:]:
        at = "there"
    chance = thing in ("rain", "snow", "fog", "storms", "hail", "thunderstorms", "wind", "frost")
    if thing and not chance:
        return done("weather_as_for", join("as for", thing, at, when) + ",", join("as for", thing, at) + ",", join("as for", thing, "around you,"))
    if thing:
        if not at and not when:
            return done("weather_bare", *pick([("as for " + thing + " around you,",), (join("the chance of", thing, "right now"),), (join("the outlook for", thing, "is"),)], s.key))
        return done("weather_" + pick("abc", s.key), *pick([(join("as for", thing, at, when) + ",",), (join("the chance of", thing, at, when),), (join("as far as", thing, "goes", at, when) + ",",)], s.key),
                    join("as for", thing, at, when) + ",", join("as for", thing, at) + ",", join("as for", thing, when) + ",")
    noun = "temperature" if "temperature" in s.low or "degrees" in s.low else "forecast" if "forecast" in s.low else "weather"
    if noun == "forecast":
        return done("weather_forecast", join("the forecast for", where or "your area", when, "is"), join("the forecast", when, "is"), join("the forecast for", where or "your area"))
    if not at and not when:
        return done("weather_now", *pick([(f"right now, the {noun} is",), (f"the {noun} at the moment is",), (f"outside, the {noun} right now is",)], s.key))
    return done("weather_" + noun + pick("ab", s.key), *pick([(join("the", noun, at, when, "is"),), (join(when + "," if when else at + ",", "the", noun, at if when else "", "is"),)], s.key), join("the", noun, at, when, "is"), join("the", noun, at, "is"), join("the", noun, at))
