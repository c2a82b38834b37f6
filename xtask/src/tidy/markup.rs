//! The content security policy forbids inline style and script; this rule finds them in the sources before a
//! browser refuses them on a page that no test opens.

use super::{Problem, without_comment};
use crate::tree::{File, Tree};

/// Looks at all Rust that ships: markup is written with maud, wherever a screen is.
pub fn rule(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.with_extension("rs").filter(|file| !file.path.starts_with("xtask/")) {
        for (number, line) in file.shipped_lines() {
            if let Some(message) = fault(file, without_comment(line)) {
                problems.push(Problem::at(&file.path, number, message));
            }
        }
    }
    problems
}

fn fault(file: &File, code: &str) -> Option<&'static str> {
    // A drawing or a printed page is a document of its own; there the attribute is a presentation of SVG.
    let is_drawing = file.path.ends_with("svg.rs");
    if !is_drawing && [" style=\"", " style=("].iter().any(|it| code.contains(it)) {
        return Some("a style attribute: give it a class and a rule in css/");
    }
    let draws_table = !file.path.starts_with("crates/ui/")
        && ["table {", "table.rows", "table class="]
            .iter()
            .any(|it| code.trim_start().starts_with(it) || code.contains(&format!("{{ {it}")));
    if draws_table {
        return Some("a table of its own: call ui::table, which scrolls, prints and fits a phone");
    }
    if code.contains("script {") || code.contains("script{") {
        return Some("an inline script: put it into ts/ and load it with `script src=`");
    }
    let handlers = [" onclick=", " onchange=", " onsubmit=", " oninput=", " onload=", " onkeydown="];
    handlers.iter().any(|it| code.contains(it)).then_some("an inline handler: the policy refuses it")
}

#[cfg(test)]
mod tests {
    use super::super::{assert_tidy, messages};
    use super::*;

    fn of(code: &str) -> usize {
        messages(rule, &[("crates/web/src/shell.rs", &format!("//! A.\n{code}\n"))]).len()
    }

    #[test]
    fn markup_of_this_repository_carries_no_style_and_no_script() {
        assert_tidy(rule);
    }

    #[test]
    fn style_script_and_handlers_are_found() {
        assert_eq!(of("div style=\"color: red\" {}"), 1);
        assert_eq!(of("script { (code) }"), 1);
        assert_eq!(of("div.sheet { table.rows {"), 1);
        assert_eq!(of("    table { thead { (head) } }"), 1);
        assert_eq!(of("(ui::table(name, &heads, &rows))"), 0);
        assert_eq!(of("button onclick=\"go()\" {}"), 1);
        assert_eq!(of("script src=\"/app.js\" defer {}"), 0);
        assert_eq!(of("link rel=\"stylesheet\" href=(href);"), 0);
    }
}
