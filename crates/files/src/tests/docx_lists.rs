//! Automatic numbers of Word lists: clause letters of regulations are often nothing else.

use super::docx::docx;
use super::text_of;

/// A paragraph of list `number` at `level`.
fn item(number: u32, level: u32, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{number}'/></w:numPr></w:pPr>\
         <w:r><w:t>{text}</w:t></w:r></w:p>"
    )
}

fn level(index: u32, format: &str, text: &str, more: &str) -> String {
    format!(
        "<w:lvl w:ilvl='{index}'><w:start w:val='1'/><w:numFmt w:val='{format}'/><w:lvlText w:val='{text}'/>{more}</w:lvl>"
    )
}

fn list(id: u32, levels: &str) -> String {
    format!("<w:abstractNum w:abstractNumId='{id}'>{levels}</w:abstractNum>")
}

fn instance(id: u32, of: u32, more: &str) -> String {
    format!("<w:num w:numId='{id}'><w:abstractNumId w:val='{of}'/>{more}</w:num>")
}

fn lines(body: &str, numbering: &str, styles: &str) -> Vec<String> {
    text_of(&docx(body, numbering, styles)).lines().map(str::to_owned).collect()
}

#[test]
fn clauses_and_sub_clauses_are_lettered_and_start_again_under_each_clause() {
    let numbering = list(0, &(level(0, "lowerLetter", "%1)", "") + &level(1, "decimal", "%2)", "")))
        + &instance(1, 0, "");
    let body = [(0, "bir"), (1, "alt"), (1, "alt"), (0, "iki"), (1, "alt")]
        .map(|(at, text)| item(1, at, text))
        .concat();
    assert_eq!(lines(&body, &numbering, ""), ["a) bir", "1) alt", "2) alt", "b) iki", "1) alt"]);
}

#[test]
fn the_turkish_alphabet_counts_with_its_own_letters() {
    let turkish = "<w:lvl w:ilvl='0'><w:start w:val='1'/><mc:AlternateContent><mc:Choice Requires='w14'>\
                   <w:numFmt w:val='custom' w:format='a, ç, ĝ, ...'/></mc:Choice><mc:Fallback><w:numFmt w:val='lowerLetter'/>\
                   </mc:Fallback></mc:AlternateContent><w:lvlText w:val='%1)'/></w:lvl>";
    let numbering = list(0, turkish) + &instance(1, 0, "");
    let found = lines(&item(1, 0, "x").repeat(31), &numbering, "");
    let letters: Vec<&str> = found.iter().map(|line| line.split(')').next().unwrap()).collect();
    assert_eq!(letters[..12], ["a", "b", "c", "ç", "d", "e", "f", "g", "ğ", "h", "ı", "i"]);
    assert_eq!(letters[28..], ["z", "aa", "bb"]);
}

#[test]
fn latin_letters_double_after_z() {
    let numbering = list(0, &level(0, "upperLetter", "%1.", "")) + &instance(1, 0, "");
    let found = lines(&item(1, 0, "x").repeat(28), &numbering, "");
    assert_eq!((found[3].as_str(), found[25].as_str(), found[27].as_str()), ("D. x", "Z. x", "BB. x"));
}

#[test]
fn compound_numbers_roman_zero_padded_and_ordinal_forms_are_written() {
    let levels = level(0, "upperRoman", "BÖLÜM %1", "")
        + &level(1, "decimal", "%1.%2", "<w:isLgl/>")
        + &level(2, "lowerRoman", "(%3)", "<w:suff w:val='nothing'/>")
        + &level(3, "decimalZero", "%4", "")
        + &level(4, "ordinal", "%5", "")
        + &level(5, "none", "—", "");
    let numbering = list(0, &levels) + &instance(1, 0, "");
    let body = [0, 0, 1, 2, 2, 2, 2, 3, 4, 5].map(|at| item(1, at, "x")).concat();
    let wanted =
        ["BÖLÜM I x", "BÖLÜM II x", "2.1 x", "(i)x", "(ii)x", "(iii)x", "(iv)x", "01 x", "1. x", "— x"];
    assert_eq!(lines(&body, &numbering, ""), wanted);
}

#[test]
fn bullets_are_signs_a_person_can_read() {
    let font = "<w:rPr><w:rFonts w:ascii='Wingdings'/></w:rPr>";
    let levels = level(0, "bullet", "\u{F0B7}", "")
        + &level(1, "bullet", "o", "")
        + &level(2, "bullet", "§", font)
        + &level(3, "bullet", "-", "");
    let numbering = list(0, &levels) + &instance(1, 0, "");
    let body = [0, 1, 2, 3].map(|at| item(1, at, "x")).concat();
    assert_eq!(lines(&body, &numbering, ""), ["• x", "◦ x", "• x", "- x"]);
}

#[test]
fn instances_of_one_list_count_on_unless_they_start_again() {
    let again = "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='1'/></w:lvlOverride>";
    let numbering = list(0, &level(0, "decimal", "%1)", ""))
        + &instance(1, 0, "")
        + &instance(2, 0, "")
        + &instance(3, 0, again);
    let body = [1, 1, 2, 3, 3].map(|number| item(number, 0, "x")).concat();
    assert_eq!(lines(&body, &numbering, ""), ["1) x", "2) x", "3) x", "1) x", "2) x"]);
}

#[test]
fn a_level_that_never_restarts_counts_through() {
    let levels =
        level(0, "decimal", "%1.", "") + &level(1, "lowerLetter", "%2)", "<w:lvlRestart w:val='0'/>");
    let numbering = list(0, &levels) + &instance(1, 0, "");
    let body = [0, 1, 0, 1].map(|at| item(1, at, "x")).concat();
    assert_eq!(lines(&body, &numbering, ""), ["1. x", "a) x", "2. x", "b) x"]);
}

#[test]
fn styles_put_paragraphs_in_lists_and_zero_takes_them_out() {
    let levels = level(0, "decimal", "MADDE %1-", "<w:pStyle w:val='Madde'/>")
        + &level(1, "lowerLetter", "%2)", "<w:pStyle w:val='Bent'/>");
    let numbering = list(0, &levels) + &instance(7, 0, "");
    let style =
        |id: &str, inner: &str| format!("<w:style w:type='paragraph' w:styleId='{id}'>{inner}</w:style>");
    let list_of_7 = "<w:pPr><w:numPr><w:numId w:val='7'/></w:numPr></w:pPr>";
    let styles = style("Madde", list_of_7)
        + &style("Bent", &format!("<w:basedOn w:val='Madde'/>{list_of_7}"))
        + &style("Bent2", "<w:basedOn w:val='Bent'/>");
    let paragraph = |style: &str, more: &str| {
        format!("<w:p><w:pPr><w:pStyle w:val='{style}'/>{more}</w:pPr><w:r><w:t>x</w:t></w:r></w:p>")
    };
    let out = "<w:numPr><w:numId w:val='0'/></w:numPr>";
    let body = paragraph("Madde", "")
        + &paragraph("Bent", "")
        + &paragraph("Bent2", "")
        + &paragraph("Madde", out)
        + &paragraph("Madde", "");
    assert_eq!(lines(&body, &numbering, &styles), ["MADDE 1- x", "a) x", "b) x", "x", "MADDE 2- x"]);
}

#[test]
fn a_list_defined_by_a_style_is_followed_to_its_definition() {
    let numbering = "<w:abstractNum w:abstractNumId='0'><w:numStyleLink w:val='L'/></w:abstractNum>"
        .to_owned()
        + &format!(
            "<w:abstractNum w:abstractNumId='1'><w:styleLink w:val='L'/>{}</w:abstractNum>",
            level(0, "decimal", "%1)", "")
        )
        + &instance(1, 0, "");
    assert_eq!(lines(&item(1, 0, "x"), &numbering, ""), ["1) x"]);
}

#[test]
fn wild_numbers_and_unknown_lists_do_no_harm() {
    let wild = "<w:lvl w:ilvl='0'><w:start w:val='4294967295'/><w:numFmt w:val='lowerLetter'/><w:lvlText w:val='%1%9)%'/></w:lvl>";
    let circle = "<w:style w:styleId='A'><w:basedOn w:val='B'/></w:style><w:style w:styleId='B'><w:basedOn w:val='A'/></w:style>";
    let numbering = list(0, wild) + &instance(1, 0, "");
    let body = item(1, 0, "x").repeat(2)
        + &item(99, 0, "y")
        + &item(1, 200, "z")
        + "<w:p><w:pPr><w:pStyle w:val='A'/></w:pPr><w:r><w:t>w</w:t></w:r></w:p>";
    assert_eq!(lines(&body, &numbering, circle), ["4294967295)% x", "4294967295)% x", "y", "z", "w"]);
}
