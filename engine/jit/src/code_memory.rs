//! Executable memory: one reserved region, mapped twice (written through one mapping, executed
//! through the other, so no page is ever writable and executable at one address), with a free list.

use std::collections::BTreeMap;

/// Size of the region; reserved lazily, committed as used.
const REGION: usize = 256 << 20;
const ALIGN: usize = 32;

/// A piece of the region.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeRange {
    /// Executable address.
    pub address: usize,
    pub size: usize,
}

/// Owner of all machine code of one engine.
pub struct CodeMemory {
    write: *mut u8,
    execute: *mut u8,
    next: usize,
    /// Memory below has held code before.
    used_up_to: usize,
    free: BTreeMap<usize, usize>,
}

impl CodeMemory {
    /// Reserves the region; None when the system refuses (then only the interpreter runs).
    pub fn new() -> Option<CodeMemory> {
        // SAFETY: plain system calls; results are checked.
        unsafe {
            let fd = libc::memfd_create(c"tierproof-code".as_ptr(), libc::MFD_CLOEXEC);
            if fd < 0 {
                return None;
            }
            let map = |protection| {
                libc::mmap(
                    std::ptr::null_mut(),
                    REGION,
                    protection,
                    libc::MAP_SHARED | libc::MAP_NORESERVE,
                    fd,
                    0,
                )
            };
            if libc::ftruncate(fd, REGION as libc::off_t) != 0 {
                libc::close(fd);
                return None;
            }
            let write = map(libc::PROT_READ | libc::PROT_WRITE);
            let execute = map(libc::PROT_READ | libc::PROT_EXEC);
            libc::close(fd);
            if write == libc::MAP_FAILED || execute == libc::MAP_FAILED {
                return None;
            }
            Some(CodeMemory {
                write: write.cast(),
                execute: execute.cast(),
                next: 0,
                used_up_to: 0,
                free: BTreeMap::new(),
            })
        }
    }

    /// Copies code in; None when the region is full.
    pub fn publish(&mut self, code: &[u8]) -> Option<CodeRange> {
        let size = code.len().max(1).next_multiple_of(ALIGN);
        let hole = self.free.iter().find(|h| *h.1 >= size).map(|h| (*h.0, *h.1));
        let at = match hole {
            Some((at, len)) => {
                self.free.remove(&at);
                if len > size {
                    self.free.insert(at + size, len - size);
                }
                at
            }
            None => {
                if self.next + size > REGION {
                    return None;
                }
                self.next += size;
                self.next - size
            }
        };
        // SAFETY: [at, at + size) lies in the region and belongs to nobody else.
        unsafe { std::ptr::copy_nonoverlapping(code.as_ptr(), self.write.add(at), code.len()) };
        if at < self.used_up_to {
            forget_prefetched();
        }
        self.used_up_to = self.used_up_to.max(self.next);
        Some(CodeRange { address: self.execute as usize + at, size })
    }

    /// Gives a piece back. Nothing may run or return into it any more.
    pub fn release(&mut self, range: CodeRange) {
        self.free.insert(range.address - self.execute as usize, range.size);
    }

    /// Gives everything back but the first `keep` bytes.
    pub fn release_all_after(&mut self, keep: CodeRange) {
        self.free.clear();
        self.next = keep.address - self.execute as usize + keep.size;
    }

    /// Bytes handed out.
    pub fn used(&self) -> usize {
        self.next - self.free.values().sum::<usize>()
    }
}

/// Makes the processor forget instructions that it has fetched already. It notices by itself when code is written
/// over, but only through the address that the code runs at; we write through another one, so the manuals
/// (Intel, volume 3, "Self-Modifying Code") ask for a serializing instruction before the new code runs. IRET is
/// one that takes a fifth of a microsecond; CPUID would take a hundred times as long in a virtual machine.
fn forget_prefetched() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: an interrupt return to the next instruction, with the stack, segments and flags that are there.
    unsafe {
        std::arch::asm!(
            "mov {stack}, rsp",
            "mov {word:e}, ss",
            "push {word}",
            "push {stack}",
            "pushfq",
            "mov {word:e}, cs",
            "push {word}",
            "lea {word}, [rip + 2f]",
            "push {word}",
            "iretq",
            "2:",
            stack = out(reg) _,
            word = out(reg) _,
        );
    }
}

impl Drop for CodeMemory {
    fn drop(&mut self) {
        // SAFETY: both mappings were made with this size and are not used any more.
        unsafe {
            libc::munmap(self.write.cast(), REGION);
            libc::munmap(self.execute.cast(), REGION);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_runs_and_is_reused() {
        let mut m = CodeMemory::new().unwrap();
        // mov eax, 42; ret
        let r = m.publish(&[0xB8, 42, 0, 0, 0, 0xC3]).unwrap();
        // SAFETY: the bytes are a complete function of this signature.
        let f: extern "C" fn() -> i32 = unsafe { std::mem::transmute(r.address) };
        assert_eq!(f(), 42);
        let used = m.used();
        m.release(r);
        let again = m.publish(&[0xC3]).unwrap();
        assert_eq!(again.address, r.address);
        assert!(m.used() <= used);
    }
}
