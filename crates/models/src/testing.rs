//! What tests of several modules share: a Python that is none, wheels, a manifest of small files.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use tempfile::TempDir;

use crate::{Cache, Locations, Manifest};

/// A Python whose pip delivers what the test wants. A link to a script in the tree: a script that
/// was written just now may be "busy" for as long as another test starts a process.
pub(crate) struct FakePython {
    folder: TempDir,
}

impl FakePython {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fake-python");
        std::os::unix::fs::symlink(script, folder.path().join("python")).unwrap();
        Self { folder }
    }

    /// Delivers a wheel with these members.
    pub(crate) fn delivering(members: &[(&str, &[u8])]) -> Self {
        let fake = Self::new();
        fs::write(fake.folder.path().join("wheel.whl"), wheel(members)).unwrap();
        fake
    }

    /// Delivers these bytes as a wheel.
    pub(crate) fn delivering_bytes(bytes: &[u8]) -> Self {
        let fake = Self::new();
        fs::write(fake.folder.path().join("wheel.whl"), bytes).unwrap();
        fake
    }

    /// Fails with these words.
    pub(crate) fn failing(words: &str) -> Self {
        let fake = Self::new();
        fs::write(fake.folder.path().join("stderr"), words).unwrap();
        fs::write(fake.folder.path().join("code"), "1").unwrap();
        fake
    }

    pub(crate) fn path(&self) -> OsString {
        self.folder.path().join("python").into()
    }

    /// The arguments of every call, a line each.
    pub(crate) fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.folder.path().join("calls")).unwrap_or_default();
        calls.lines().map(str::to_string).collect()
    }
}

/// A wheel with these members, uncompressed.
pub(crate) fn wheel(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in members {
        archive.start_file(*name, stored).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A cache in `folder` for two files of one package: `abc` is a voice, `defg` its configuration.
pub(crate) fn locations(folder: &Path) -> Locations {
    let manifest = Manifest::parse(
        "version = 1\n\
         [package.toy]\nversion = \"1.0\"\nwheel_size = 200\n\
         [[file]]\nname = \"toy.onnx\"\nrole = \"voice\"\nlicence = \"MIT\"\nsize = 3\n\
         sha256 = \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"\n\
         package = \"toy\"\nmember = \"toy/voice.onnx\"\n\
         [[file]]\nname = \"toy.json\"\nrole = \"voice-config\"\nlicence = \"MIT\"\nsize = 4\n\
         sha256 = \"4c8a43980498636e9c1d1595fa5d115af7937c2422dfe68a2520a52b7a5fb4de\"\n\
         package = \"toy\"\nmember = \"toy/voice.json\"\n",
        "x86_64",
    );
    Locations::new(manifest.unwrap(), Cache::new(folder))
}

/// What the wheel of [`locations`]' package holds.
pub(crate) const MEMBERS: [(&str, &[u8]); 3] =
    [("toy/__init__.py", b"raise SystemExit"), ("toy/voice.onnx", b"abc"), ("toy/voice.json", b"defg")];
