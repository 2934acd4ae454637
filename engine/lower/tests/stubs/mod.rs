//! The stubs that change no register, mapped for tests of machine code.

/// Addresses for `JitState.preserving_table`; the memory is leaked.
pub fn preserving_table() -> Vec<usize> {
    let (code, entries) = tierproof_jit::preserving_stubs::stubs();
    let size = code.len().next_multiple_of(4096);
    // SAFETY: fresh memory of its own, filled before it becomes executable.
    let at = unsafe {
        let memory = libc::mmap(
            std::ptr::null_mut(),
            size,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        );
        assert_ne!(memory, libc::MAP_FAILED);
        std::ptr::copy_nonoverlapping(code.as_ptr(), memory.cast(), code.len());
        libc::mprotect(memory, size, libc::PROT_READ | libc::PROT_EXEC);
        memory as usize
    };
    entries.iter().map(|e| at + e).collect()
}
