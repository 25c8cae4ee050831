use proptest::prelude::*;

use super::*;

const SUM: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// A sound manifest of one file; tests spoil it.
fn sound() -> String {
    format!(
        "version = 1\n\
         [package.pack]\nversion = \"1.0\"\nwheel_size = 9\n\
         [[file]]\nname = \"a.bin\"\nrole = \"voice\"\nlicence = \"MIT\"\nsize = 3\n\
         sha256 = \"{SUM}\"\npackage = \"pack\"\nmember = \"pack/a.bin\"\n"
    )
}

fn refusal(text: &str) -> String {
    Manifest::parse(text, "x86_64").unwrap_err().to_string()
}

#[test]
fn the_built_in_manifest_gives_every_role_a_file_on_both_processors() {
    const TEXT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/manifest.toml"));
    for processor in ["x86_64", "aarch64"] {
        let manifest = Manifest::parse(TEXT, processor).unwrap();
        for &role in Role::ALL {
            assert!(!manifest.file(role).unwrap().licence.is_empty());
        }
        let tags = manifest.file(Role::Runtime).unwrap().package.tags.clone().unwrap();
        assert!(tags.platforms.iter().all(|platform| platform.ends_with(processor)));
    }
}

#[test]
fn another_processor_lacks_only_the_runtime() {
    let manifest = Manifest::built_in().unwrap();
    assert!(manifest.file(Role::Transcriber).is_ok());
    const TEXT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/manifest.toml"));
    let manifest = Manifest::parse(TEXT, "riscv64").unwrap();
    assert!(manifest.file(Role::Voice).is_ok());
    let error = manifest.file(Role::Runtime).unwrap_err().to_string();
    assert!(error.contains("SEGUE_MODEL_RUNTIME"), "{error}");
}

#[test]
fn a_sound_manifest_is_read() {
    let manifest = Manifest::parse(&sound(), "x86_64").unwrap();
    let file = manifest.file(Role::Voice).unwrap();
    assert_eq!((file.name.as_str(), file.size), ("a.bin", 3));
    assert_eq!(file.source(), "PyPI pack==1.0");
}

#[test]
fn what_is_wrong_is_refused_by_name() {
    let spoiled = [
        ("version = 1", "version = 2", "version 2 is not known"),
        ("a.bin\"\nrole", "../a.bin\"\nrole", "plain file name"),
        ("a.bin\"\nrole", ".a\"\nrole", "plain file name"),
        ("\"voice\"", "\"mouth\"", "no role"),
        ("\"MIT\"", "\" \"", "licence"),
        ("size = 3", "size = 0", "size of 0"),
        ("size = 3", "size = -3", "invalid value"),
        ("size = 3", "weight = 3", "unknown field"),
        (SUM, "abc", "not a SHA-256"),
        ("\"pack\"\nmember", "\"sack\"\nmember", "no package `sack`"),
        ("\"1.0\"", "\"1.0 --index-url=x\"", "not plain"),
        ("\"1.0\"", "\"-1\"", "not plain"),
        ("pack/a.bin", "../a.bin", "not a path inside a wheel"),
        ("pack/a.bin", "/a.bin", "not a path inside a wheel"),
        ("member = ", "convert = ", "no conversion"),
        ("wheel_size = 9", "wheel_size = 9\npython = \"3.12\"", "either `wheel_size`"),
    ];
    for (from, to, expected) in spoiled {
        let text = sound().replace(from, to);
        assert_ne!(text, sound(), "{from} is not in the sound manifest");
        let said = refusal(&text);
        assert!(said.contains(expected), "{to}: {said}");
    }
}

#[test]
fn a_name_or_a_role_is_there_once() {
    let file = sound().split("[[file]]").nth(1).unwrap().to_string();
    let twice = format!("{}[[file]]{file}", sound());
    assert!(refusal(&twice).contains("there twice"));
    let renamed = format!("{}[[file]]{}", sound(), file.replace("a.bin\"\nrole", "b.bin\"\nrole"));
    assert!(refusal(&renamed).contains("has a file"));
}

#[test]
fn a_conversion_wants_its_parts() {
    let text = sound().replace("member = \"pack/a.bin\"", "convert = \"gguf-q8_0\"");
    assert!(refusal(&text).contains("takes 1 parts"));
    let part = format!("[[file.part]]\nmember = \"pack/b\"\nsize = 1\nsha256 = \"{SUM}\"\n");
    assert!(Manifest::parse(&format!("{text}{part}"), "x86_64").is_ok());
    assert!(refusal(&format!("{text}{part}{part}")).contains("takes 1 parts"));
}

proptest! {
    /// Whatever stands in the file, reading it ends with a manifest or a sentence.
    #[test]
    fn no_text_makes_it_panic(at in 0_usize..400, junk in "\\PC{0,12}") {
        let mut text = sound();
        let at = at.min(text.len());
        text.insert_str(at, &junk);
        let _ = Manifest::parse(&text, "x86_64");
    }
}
