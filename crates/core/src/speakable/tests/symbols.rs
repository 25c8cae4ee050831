//! Numbers, units, money, addresses, formulas, and marks inside a line.

use super::*;

#[test]
fn numbers_and_units() {
    check(&[
        ("It is 50% of it.", "It is 50 percent of it."),
        ("50 % and 1%", "50 percent and 1 percent"),
        ("20\u{b0}C, 68 \u{b0}F, -5\u{b0}", "20 degrees Celsius, 68 degrees Fahrenheit, minus 5 degrees"),
        ("At 5 km/h, 1 km takes 12 min.", "At 5 kilometres per hour, 1 kilometre takes 12 minutes."),
        ("60W, 5km and 2.5 kg", "60 watts, 5 kilometres and 2.5 kilograms"),
        ("5 m\u{b2}, x\u{b2}, 10\u{2076}", "5 square metres, x squared, 10 to the 6"),
        ("~5 km, \u{b1}2, >=3", "about 5 kilometres, plus or minus 2, at least 3"),
        ("<5%, #1, \u{2264} 3", "less than 5 percent, number 1, is at most 3"),
        ("5-10 minutes, 5\u{2013}10%", "5 to 10 minutes, 5 to 10 percent"),
        ("10:30-11:00 or 1990-2000", "10:30 to 11:00 or 1990 to 2000"),
        ("3 - 5 days, 9 - 5 = 4, 3 - maybe", "3 to 5 days, 9 minus 5 equals 4, 3 - maybe"),
        ("1/2 cup, 1 1/2 cups, 2\u{bd}, 3/4", "one half cup, 1 and a half cups, 2 and a half, three quarters"),
        ("9/10, 24/7, 2x4, 18+", "9 out of 10, 24 7, 2 by 4, 18 plus"),
        ("5 apples, 5, km", "5 apples, 5, km"),
        ("5B, 3D, 5G, 10am, v1.2.3", "5B, 3D, 5G, 10am, v1.2.3"),
    ]);
}

#[test]
fn money() {
    check(&[
        ("\u{20ac}5 or $1, 5\u{20ac}, \u{a3}2.50", "5 euros or 1 dollar, 5 euros, 2 pounds and 50 pence"),
        ("$4.99 and $0.05", "4 dollars and 99 cents and 5 cents"),
        ("$3.5 million and $1.25 billion.", "3.5 million dollars and 1.25 billion dollars."),
        ("($5 thousand) $5k -$5", "(5 thousand dollars) 5 thousand dollars minus 5 dollars"),
        ("$5-$10, \u{20ac}5 \u{2013} \u{20ac}10", "5 to 10 dollars, 5 euros to 10 euros"),
        ("$5/month, 20 \u{20ac}/kg", "5 dollars per month, 20 euros per kilogram"),
        ("It costs **$5** and\n$10", "It costs 5 dollars and 10 dollars"),
        ("US$5 and $HOME", "US 5 and HOME"),
    ]);
}

#[test]
fn symbols_are_words() {
    check(&[
        ("salt & pepper, R&D", "salt and pepper, R and D"),
        ("3+4 = 7, x=5, a + b, 3*4, 3 * 4", "3 plus 4 equals 7, x equals 5, a plus b, 3 times 4, 3 times 4"),
        ("a \u{2192} b -> c => d, 3 \u{d7} 4, 9 \u{f7} 3", "a to b to c to d, 3 times 4, 9 divided by 3"),
        ("coffee w/ milk w/o sugar", "coffee with milk without sugar"),
        ("Fruit, e.g. apples, i.e. these.", "Fruit, for example apples, that is these."),
        ("E.g. this, etc. And so, etc. is, etc.", "For example this, et cetera. And so, et cetera is, et cetera."),
        ("C++, C#, A+, and/or, snake_case_word, __init__", "C plus plus, C sharp, A+, and or, snake case word, init"),
        ("x < y > z, a <= b, a != b", "x less than y greater than z, a is at most b, a is not b"),
        ("what?!?! no!!!! yes.. well.....", "what?! no! yes. well..."),
        ("so -- yes, --verbose, a--b ----------", "so \u{2014} yes, verbose, a\u{2014}b"),
        ("fine :) thanks <3", "fine thanks"),
        ("Segue\u{2122} \u{a9} 2024", "Segue 2024"),
        ("2^10, x^2, 2^{10}, 2^30", "2 to the 10, x squared, 2 to the 10, 2 to the 30"),
        ("CO\u{2082} \u{1d5d5}\u{1d5fc}\u{1d5f9}\u{1d5f1} @ home #tag", "CO2 Bold at home tag"),
    ]);
}

#[test]
fn bold_links_tags_and_entities() {
    check(&[
        ("**Bold**, *italic*, ***both***, ~~no~~, `code`, __b__", "Bold, italic, both, no, code, b"),
        ("un*frigging*believable **a b** c", "unfriggingbelievable a b c"),
        ("[docs](https://a.b/c_(d) \"title\"), [x][1] and ![alt](a.png).", "docs, x and alt."),
        ("so [1]. And [^2], too [12].", "so. And, too."),
        ("[laughs] [he](she said)", "laughs he (she said)"),
        ("See https://www.example.com/a?b=c, or http://localhost:80.", "See example dot com, or a link."),
        ("(example.com) <https://x.org> bob.s@example.com", "(example dot com) x dot org bob dot s at example dot com"),
        ("<b class=\"x\">bold</b> H<sub>2</sub>O<br>and <p>more</p> <!-- no --> x", "bold H2O, and. more. x"),
        ("a < b, x<y and z>w", "a less than b, x less than y and z greater than w"),
        ("R&amp;D &lt; 5&nbsp;km &#8364; &#128512; &bogus; &", "R and D less than 5 kilometres euros and bogus; and"),
        ("\\*not\\* \\_a\\_ \\$5 10\\% C:\\Users\\bob", "not a 5 dollars 10 percent C: Users bob"),
    ]);
}

#[test]
fn formulas() {
    check(&[
        ("$x^2$ and $$E=mc^2$$", "x squared and E equals mc squared"),
        ("\\(a \\times b\\) is \\[\\frac{1}{2}\\]", "a times b is 1 over 2"),
        ("$\\alpha \\leq \\sqrt{2}$", "alpha is at most the square root of 2"),
        ("\\begin{align} x_1 \\end{align}", "x 1"),
        ("$5 and $10 are no formula", "5 dollars and 10 dollars are no formula"),
    ]);
}
