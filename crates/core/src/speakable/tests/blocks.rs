//! Lines: what ends a sentence and what does not.

use super::*;

#[test]
fn lines_are_joined_and_paragraphs_end() {
    check(&[
        ("one\ntwo", "one two"),
        ("one\n\ntwo", "one. two"),
        ("One.\n\n\nTwo!\r\nThree", "One. Two! Three"),
        ("  so\t it \u{a0}goes  ", "so it goes"),
        ("Here is how:\n\nfirst", "Here is how: first"),
        ("> quoted\n> text\n\nafter", "quoted text. after"),
        ("a\n\n---\n\nb\n***\nc", "a. b. c"),
        ("Title\n=====\ntext", "Title. text"),
        ("It is\n-5 degrees", "It is minus 5 degrees"),
    ]);
}

#[test]
fn headings_and_lists_are_sentences() {
    check(&[
        ("# Steps\ngo", "Steps. go"),
        ("## A ##\n### B", "A. B."),
        ("- eggs\n- milk\n- flour", "eggs, milk, flour."),
        ("You need:\n* eggs\n* milk\n\nThen mix.", "You need: eggs, milk. Then mix."),
        ("You need\n+ eggs\n+ milk\nThen mix.", "You need, eggs, milk. Then mix."),
        ("1. Boil it.\n2. Wait\n3) Drink", "Boil it. Wait, Drink."),
        ("- Fill the kettle up to the line\n- wait", "Fill the kettle up to the line. wait."),
        ("- eggs\n\n- milk\n  and cream\n\n- tea", "eggs, milk and cream, tea."),
        ("**1. First**\n**2. Second**", "First, Second."),
        ("- [ ] one\n- [x] two\n    - three", "one, two, three."),
        ("\u{2022} one \u{2022} two\n\u{2022} three", "one, two, three."),
        ("Yes:\n\u{2705} one\n\u{1f389} two", "Yes: one, two."),
        ("1. One\n\ntext\n\n2. Two", "One. text, Two."),
    ]);
}

#[test]
fn numbers_at_the_beginning_of_a_line_are_not_lost() {
    check(&[
        ("42. That is it.", "42. That is it."),
        ("The year was\n1998. It rained", "The year was 1998. It rained"),
        ("1. One\n7. Seven", "One. 7. Seven"),
        ("#1 is", "number 1 is"),
        ("5", "5"),
        ("1.", "1."),
    ]);
}

#[test]
fn tables_are_read_by_cell() {
    check(&[
        ("| Name | Age |\n|------|:---:|\n| Ann | 30 |\n| Bob |  |", "Name, Age. Ann, 30. Bob."),
        ("Name | Age\n--- | ---\nAnn | -5", "Name, Age. Ann, minus 5."),
        ("So:\n| a |\n|-|\n| b |\n\nafter", "So: a. b. after"),
        ("`a|b` stays", "a b stays"),
    ]);
}

#[test]
fn code_is_left_out_and_said_so_once() {
    check(&[
        ("Run this:\n```bash\nrm -rf /\n```\nThen:\n~~~\nx\n~~~\nok", "Run this: I'll leave out the code. Then: ok"),
        ("```\nx", "I'll leave out the code. "),
        ("Do it\n```py\n```x\n````\nend", "Do it. I'll leave out the code. end"),
        ("use ```rm``` or\n```rm -rf``` now", "use rm or rm -rf now"),
        ("```markdown\n# Title\ntext\n```\nend", "Title. text. end"),
    ]);
}

#[test]
fn pictures_leave_no_hole() {
    check(&[
        ("Great \u{1f600}! So \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}, yes \u{1f1f2}\u{1f1f3}.", "Great! So, yes."),
        ("Hello\u{1f44b}World \u{2764}\u{fe0f} 1\u{fe0f}\u{20e3}", "Hello World 1"),
        ("\u{1f600} Hello", "Hello"),
        ("Fine. \u{1f600}", "Fine. "),
        ("\u{1f600}", ""),
    ]);
}
