//! A tree of links that folds without script: units, file plan, parts of a regulation.

use maud::{Markup, html};

/// Depth beyond which branches are left out, so that a hostile tree ends.
const DEEPEST: usize = 12;

#[derive(Clone, Debug, Default)]
pub struct TreeNode {
    pub label: String,
    pub href: Option<String>,
    /// Quiet text beside the label, such as `14 kişi`.
    pub detail: String,
    pub current: bool,
    pub open: bool,
    pub children: Vec<TreeNode>,
}

/// `label` names the tree for screen readers.
pub fn tree(label: &str, nodes: &[TreeNode]) -> Markup {
    html! {
        nav.tree aria-label=(label) { (branch(nodes, 0)) }
    }
}

fn branch(nodes: &[TreeNode], depth: usize) -> Markup {
    html! {
        ul {
            @for node in nodes {
                li {
                    div.leaf { (label(node)) }
                    @if !node.children.is_empty() && depth < DEEPEST {
                        // The toggle stands beside the link, not around it: a link in a summary cannot be told apart.
                        details open[node.open] {
                            summary { span.visually-hidden { (node.label) ", altındakiler" } }
                            (branch(&node.children, depth + 1))
                        }
                    }
                }
            }
        }
    }
}

fn label(node: &TreeNode) -> Markup {
    html! {
        @match &node.href {
            Some(href) => a href=(href) aria-current=[node.current.then_some("page")] { (node.label) },
            None => span { (node.label) },
        }
        @if !node.detail.is_empty() { " " small { (node.detail) } }
    }
}
