//! Units and currencies: how they are written, and how one and many of them are spoken.

/// A row: as written, spoken for one, spoken for many.
type Unit = (&'static str, &'static str, &'static str);

const UNITS: &[Unit] = &[
    ("%", "percent", "percent"),
    ("\u{2030}", "per mille", "per mille"),
    ("\u{b0}", "degree", "degrees"),
    ("\u{b0}C", "degree Celsius", "degrees Celsius"),
    ("\u{2103}", "degree Celsius", "degrees Celsius"),
    ("\u{b0}F", "degree Fahrenheit", "degrees Fahrenheit"),
    ("\u{2109}", "degree Fahrenheit", "degrees Fahrenheit"),
    ("km/h", "kilometre per hour", "kilometres per hour"),
    ("kph", "kilometre per hour", "kilometres per hour"),
    ("kmh", "kilometre per hour", "kilometres per hour"),
    ("mph", "mile per hour", "miles per hour"),
    ("m/s", "metre per second", "metres per second"),
    ("km", "kilometre", "kilometres"),
    ("m", "metre", "metres"),
    ("cm", "centimetre", "centimetres"),
    ("mm", "millimetre", "millimetres"),
    ("\u{b5}m", "micrometre", "micrometres"),
    ("nm", "nanometre", "nanometres"),
    ("km\u{b2}", "square kilometre", "square kilometres"),
    ("km2", "square kilometre", "square kilometres"),
    ("m\u{b2}", "square metre", "square metres"),
    ("m2", "square metre", "square metres"),
    ("cm\u{b2}", "square centimetre", "square centimetres"),
    ("m\u{b3}", "cubic metre", "cubic metres"),
    ("m3", "cubic metre", "cubic metres"),
    ("cm\u{b3}", "cubic centimetre", "cubic centimetres"),
    ("ft", "foot", "feet"),
    ("mi", "mile", "miles"),
    ("yd", "yard", "yards"),
    ("kg", "kilogram", "kilograms"),
    ("g", "gram", "grams"),
    ("mg", "milligram", "milligrams"),
    ("lb", "pound", "pounds"),
    ("lbs", "pound", "pounds"),
    ("oz", "ounce", "ounces"),
    ("l", "litre", "litres"),
    ("L", "litre", "litres"),
    ("ml", "millilitre", "millilitres"),
    ("mL", "millilitre", "millilitres"),
    ("cl", "centilitre", "centilitres"),
    ("tbsp", "tablespoon", "tablespoons"),
    ("tsp", "teaspoon", "teaspoons"),
    ("h", "hour", "hours"),
    ("hr", "hour", "hours"),
    ("hrs", "hour", "hours"),
    ("min", "minute", "minutes"),
    ("mins", "minute", "minutes"),
    ("sec", "second", "seconds"),
    ("secs", "second", "seconds"),
    ("ms", "millisecond", "milliseconds"),
    ("W", "watt", "watts"),
    ("kW", "kilowatt", "kilowatts"),
    ("MW", "megawatt", "megawatts"),
    ("kWh", "kilowatt hour", "kilowatt hours"),
    ("V", "volt", "volts"),
    ("Hz", "hertz", "hertz"),
    ("kHz", "kilohertz", "kilohertz"),
    ("MHz", "megahertz", "megahertz"),
    ("GHz", "gigahertz", "gigahertz"),
    ("KB", "kilobyte", "kilobytes"),
    ("MB", "megabyte", "megabytes"),
    ("GB", "gigabyte", "gigabytes"),
    ("TB", "terabyte", "terabytes"),
    ("Mbps", "megabit per second", "megabits per second"),
    ("Mbit/s", "megabit per second", "megabits per second"),
    ("dB", "decibel", "decibels"),
    ("kcal", "kilocalorie", "kilocalories"),
    ("hPa", "hectopascal", "hectopascals"),
];

/// How a unit is spoken behind a number.
pub(super) fn unit(written: &str, is_one: bool) -> Option<&'static str> {
    let (_, one, many) = UNITS.iter().find(|(unit, ..)| *unit == written)?;
    Some(if is_one { one } else { many })
}

/// How a unit or a currency that stands alone is spoken behind a number.
pub(super) fn counted(written: &str, is_one: bool) -> Option<&'static str> {
    let mut letters = written.chars();
    let coin = letters.next().filter(|_| letters.as_str().is_empty()).and_then(coin);
    coin.map(|coin| if is_one { coin.one } else { coin.many }).or_else(|| unit(written, is_one))
}

/// What stands behind "per": the unit or the word itself.
pub(super) fn per(written: &str) -> Option<&str> {
    if written == "s" {
        return Some("second");
    }
    unit(written, true).or_else(|| written.chars().all(char::is_alphabetic).then_some(written))
}

/// A currency.
#[derive(Debug)]
pub(super) struct Coin {
    pub(super) sign: char,
    pub(super) one: &'static str,
    pub(super) many: &'static str,
    /// Hundredths, one and many; empty where there are none.
    pub(super) parts: (&'static str, &'static str),
}

const COINS: &[Coin] = &[
    Coin { sign: '$', one: "dollar", many: "dollars", parts: ("cent", "cents") },
    Coin { sign: '\u{20ac}', one: "euro", many: "euros", parts: ("cent", "cents") },
    Coin { sign: '\u{a3}', one: "pound", many: "pounds", parts: ("penny", "pence") },
    Coin { sign: '\u{a5}', one: "yen", many: "yen", parts: ("", "") },
    Coin { sign: '\u{20b9}', one: "rupee", many: "rupees", parts: ("", "") },
    Coin { sign: '\u{20a9}', one: "won", many: "won", parts: ("", "") },
    Coin { sign: '\u{20bd}', one: "rouble", many: "roubles", parts: ("", "") },
    Coin { sign: '\u{20ae}', one: "togrog", many: "togrog", parts: ("", "") },
    Coin { sign: '\u{a2}', one: "cent", many: "cents", parts: ("", "") },
];

pub(super) fn coin(sign: char) -> Option<&'static Coin> {
    COINS.iter().find(|coin| coin.sign == sign)
}

/// What a letter behind an amount of money counts.
pub(super) fn scale(letters: &str) -> Option<&'static str> {
    match letters {
        "k" | "K" => Some("thousand"),
        "m" | "M" | "mn" => Some("million"),
        "b" | "B" | "bn" => Some("billion"),
        "tn" => Some("trillion"),
        _ => None,
    }
}
