//! Memory that was needed only to load the models goes back to the system.

/// Gives back what the allocator keeps for later: weights are read and converted on threads that end, each with a heap of
/// its own, and glibc holds on to what they have freed. Once, behind the loading.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "a function of the C library")]
pub(crate) fn give_back() {
    unsafe extern "C" {
        fn malloc_trim(keep: usize) -> std::ffi::c_int;
    }
    // SAFETY: glibc allows this call at any time on any thread; it only returns free pages.
    let gave = unsafe { malloc_trim(0) };
    tracing::debug!(gave, "memory given back");
}

/// Other allocators give back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn give_back() {}
