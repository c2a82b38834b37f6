//! Any text read as a regulation accounts for every character, and so does every correction of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regulation::reading::correct::{Correction, apply};
use regulation::reading::{Kind, outline, read};

fuzz_target!(|text: &str| {
    let Ok(reading) = read(text) else { return };
    assert_eq!(reading.account(text), Ok(()));
    assert!(outline(&reading, text).lines().count() >= reading.nodes.len());
    for node in reading.nodes.iter().take(4).map(|node| node.index) {
        let offset = reading.node(node).map_or(0, |node| node.leaves[0].span.start + 1);
        let corrections = [
            Correction::SetKind { node, kind: Kind::Clause },
            Correction::Outdent { node },
            Correction::MergeWithPrevious { node },
            Correction::Split { node, offset, kind: Kind::Article, label: "x".into() },
            Correction::ToFurniture { node },
        ];
        for correction in corrections {
            if let Ok(corrected) = apply(&reading, text, &correction) {
                assert_eq!(corrected.account(text), Ok(()));
            }
        }
    }
});
