//! The tree and its proofs against the reference values of RFC 6962 and a second, recursive reading.

use crate::{Digest, Proof, Tree, leaf_digest, node_digest, prove};
use proptest::prelude::*;

/// The eight inputs that certificate transparency implementations share as their test log.
const INPUTS: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn reference_leaves() -> Vec<Digest> {
    INPUTS.iter().map(|input| leaf_digest(&hex::decode(input).unwrap())).collect()
}

/// The definition of RFC 6962 §2.1 word for word, slow and obvious.
fn root_by_definition(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Tree::new().root(),
        [leaf] => *leaf,
        _ => {
            let mut split = 1;
            while split * 2 < leaves.len() {
                split *= 2;
            }
            node_digest(&root_by_definition(&leaves[..split]), &root_by_definition(&leaves[split..]))
        }
    }
}

fn numbered(count: u64) -> Vec<Digest> {
    (0..count).map(|no| leaf_digest(&no.to_be_bytes())).collect()
}

#[test]
fn roots_are_those_of_the_reference_log() {
    let leaves = reference_leaves();
    for (count, root) in ROOTS.iter().enumerate() {
        let tree: Tree = leaves[..count].iter().copied().collect();
        assert_eq!(hex::encode(tree.root()), *root, "{count} leaves");
        assert_eq!(tree.len(), count as u64);
        assert_eq!(tree.is_empty(), count == 0);
    }
}

#[test]
fn the_root_may_be_asked_after_every_leaf_and_is_that_of_the_definition() {
    let leaves = numbered(130);
    let mut tree = Tree::new();
    for (at, leaf) in leaves.iter().enumerate() {
        tree.push(*leaf);
        assert_eq!(tree.root(), root_by_definition(&leaves[..=at]), "{} leaves", at + 1);
    }
}

#[test]
fn a_leaf_can_never_pass_for_an_inner_node() {
    let (left, right) = (leaf_digest(b"a"), leaf_digest(b"b"));
    let forged: Vec<u8> = [left, right].concat();
    assert_ne!(leaf_digest(&forged), node_digest(&left, &right));
    assert_ne!(node_digest(&left, &right), node_digest(&right, &left));
}

#[test]
fn every_leaf_of_every_small_tree_has_a_proof_that_holds() {
    for count in 1..=65 {
        let leaves = numbered(count);
        let root = root_by_definition(&leaves);
        for (at, leaf) in leaves.iter().enumerate() {
            let proof = prove(&leaves, at).unwrap();
            assert!(proof.holds(leaf, &root), "leaf {at} of {count}");
            assert!(proof.path.len() <= 7);
        }
        assert_eq!(prove(&leaves, leaves.len()), None);
    }
}

#[test]
fn a_proof_fails_for_another_place_size_leaf_or_root() {
    let leaves = numbered(11);
    let root = root_by_definition(&leaves);
    for at in 0..leaves.len() {
        let proof = prove(&leaves, at).unwrap();
        for other in (0..leaves.len()).filter(|other| *other != at) {
            assert!(!proof.holds(&leaves[other], &root), "another leaf");
            let moved = Proof { index: other as u64, ..proof.clone() };
            assert!(!moved.holds(&leaves[at], &root), "{at} claimed at {other}");
        }
        assert!(!proof.holds(&leaves[at], &leaves[at]), "another root");
        assert!(!Proof { count: at as u64, ..proof.clone() }.holds(&leaves[at], &root), "outside the tree");
        assert!(!Proof { count: 0, ..proof.clone() }.holds(&leaves[at], &root), "an empty tree");
        let mut short = proof.clone();
        short.path.pop();
        assert!(!short.holds(&leaves[at], &root), "path cut");
        let mut long = proof.clone();
        long.path.push(root);
        assert!(!long.holds(&leaves[at], &root), "path too long");
    }
}

proptest! {
    #[test]
    fn no_proof_made_of_anything_panics_or_holds(
        index in any::<u64>(), count in any::<u64>(), path in proptest::collection::vec(any::<Digest>(), 0..70),
    ) {
        let root = leaf_digest(b"root nobody can reach");
        let proof = Proof { index, count, path };
        prop_assert!(!proof.holds(&leaf_digest(b"leaf"), &root));
    }
}
