//! The written steps of `docs/formats/journal.md`, run as they stand there by somebody who has a copy of the folder, a
//! shell and openssl.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use testkit::dbs;

use super::world::{Node, World, capabilities, key};

const PAGE: &str = include_str!("../../../../docs/formats/journal.md");

/// The commands of the section, block by block; the first names the files.
fn steps() -> Vec<&'static str> {
    let section = PAGE.split("\n## ").find(|section| section.starts_with("Checking with openssl")).unwrap();
    section.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap()).collect()
}

fn run(folder: &Path, steps: &[&str], files: &[(&str, &str)]) -> Output {
    let script = steps.concat();
    let mut shell = Command::new("sh");
    shell.current_dir(folder).args(["-e", "-u", "-c", &script]).envs(files.iter().copied());
    shell.output().unwrap()
}

#[tokio::test]
async fn an_outsider_checks_entry_order_segment_and_stamp_by_the_written_steps() {
    let world = World::make();
    let test = &dbs(capabilities()).await.remove(0);
    let one = Node::open(&world.all(), &world.path("disk"), "one").await;
    one.write("first").await;
    one.write("second").await;
    one.stamped(&world.jobs(test).await).await;
    let stamp = one.journal.stamps(0, i64::MAX).await.unwrap().remove(0);
    let folder = world.all();
    fs::write(folder.join("key.der"), key("one").public().der()).unwrap();
    fs::copy(world.path("authority/root.pem"), folder.join("roots.pem")).unwrap();
    let entry = fs::read_to_string(folder.join("_seals/lines/one/0000000001.txt")).unwrap();
    let segment = entry.lines().find_map(|line| line.strip_prefix("segment ")).unwrap();
    let files = [
        ("ENTRY", "_seals/lines/one/0000000001.txt"),
        ("BEFORE", "_seals/lines/one/0000000000.txt"),
        ("SEGMENT", segment),
        ("STAMP", &stamp.path),
    ];
    let steps = &steps()[1..];
    assert_eq!(steps.len(), 6);
    let each = |step: usize| run(&folder, &steps[step..=step], &files);
    let said = |words: [&str; 6]| {
        for (step, words) in words.into_iter().enumerate() {
            let output = each(step);
            let (out, error) =
                (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(
                output.status.success() && (out.contains(words) || error.contains(words)),
                "{step}: {out}{error}"
            );
        }
    };
    let instant = time::OffsetDateTime::from_unix_timestamp(stamp.at_us / 1_000_000).unwrap();
    let clock = format!("{:02}:{:02}:{:02}", instant.hour(), instant.minute(), instant.second());
    said(["Signature Verified Successfully", "previous ", "sha256 ", "Verification: OK", &clock, "one 1 "]);
    assert!(run(&folder, steps, &files).status.success(), "one after the other");
    // And each of them sees its own kind of change.
    let paths = [files[0].1, files[1].1, segment];
    for (step, path) in (0..).zip(paths) {
        changed(&folder.join(path), || assert!(!each(step).status.success(), "{path}"));
    }
    for file in ["heads.txt", "reply.tsr", "token.zd"] {
        let path = folder.join(&stamp.path).join(file);
        changed(&path, || assert!(!each(3).status.success(), "{file}"));
    }
    changed(&folder.join(files[0].1), || assert!(!each(5).status.success()));
    assert!(run(&folder, steps, &files).status.success());
}

/// While a byte in the middle is another.
fn changed(path: &Path, check: impl FnOnce()) {
    let honest = fs::read(path).unwrap();
    let mut bytes = honest.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
    check();
    fs::write(path, honest).unwrap();
}
