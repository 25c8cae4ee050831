//! Names the one library that `espeak-rs-sys` 0.2 uses and does not name: sonic, which espeak-ng was built against.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_PIPER").is_some() {
        println!("cargo::rustc-link-lib=dylib=sonic");
    }
}
