//! Strings: building, flattening, comparing, hashing.
//!
//! Flat strings are one-byte (Latin-1) whenever they can be, so equal strings have equal
//! representations once flat. Concatenation of longer strings makes a cons (rope), substrings of
//! longer strings a slice; both are flattened on first need of the characters. Strings are at most
//! `MAX_LENGTH` code units, as in V8, and exceeding it throws a RangeError.

use tierproof_heap::{CellKind, StringRef, Value};

use crate::isolate::{Isolate, JsResult};

/// Longest string, in code units.
pub const MAX_LENGTH: usize = (1 << 29) - 24;
/// Below this length concatenation and substrings copy.
const COPY_LIMIT: usize = 24;

/// FNV-1a over code units, never 0 (0 means not computed).
pub fn hash_units(units: impl Iterator<Item = u16>) -> u32 {
    let mut h = 0x811c_9dc5u32;
    for u in units {
        h = (h ^ u as u32).wrapping_mul(0x0100_0193);
    }
    h = (h ^ (h >> 15)).wrapping_mul(0x85eb_ca6b);
    h ^= h >> 13;
    h.max(1)
}

/// The characters of a flat string.
#[derive(Clone, Copy)]
pub enum Units<'a> {
    One(&'a [u8]),
    Two(&'a [u16]),
}

impl<'a> Units<'a> {
    #[inline]
    pub fn len(self) -> usize {
        match self {
            Units::One(s) => s.len(),
            Units::Two(s) => s.len(),
        }
    }
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
    #[inline]
    pub fn at(self, i: usize) -> u16 {
        match self {
            Units::One(s) => s[i] as u16,
            Units::Two(s) => s[i],
        }
    }
    pub fn iter(self) -> impl DoubleEndedIterator<Item = u16> + ExactSizeIterator + 'a {
        (0..self.len()).map(move |i| self.at(i))
    }
    pub fn slice(self, from: usize, to: usize) -> Units<'a> {
        match self {
            Units::One(s) => Units::One(&s[from..to]),
            Units::Two(s) => Units::Two(&s[from..to]),
        }
    }
    /// Position of the first occurrence of `needle` at or after `from`.
    pub fn find(self, needle: Units, from: usize) -> Option<usize> {
        let (n, m) = (self.len(), needle.len());
        if m == 0 {
            return (from <= n).then_some(from);
        }
        if m > n {
            return None;
        }
        let first = needle.at(0);
        (from..=n - m).find(|&i| self.at(i) == first && (1..m).all(|j| self.at(i + j) == needle.at(j)))
    }
}

impl PartialEq for Units<'_> {
    fn eq(&self, other: &Units<'_>) -> bool {
        match (*self, *other) {
            (Units::One(a), Units::One(b)) => a == b,
            (Units::Two(a), Units::Two(b)) => a == b,
            (a, b) => a.len() == b.len() && a.iter().eq(b.iter()),
        }
    }
}

/// Copies the characters of any string into `out`, without recursion.
fn copy_into<T: Copy>(s: StringRef, out: &mut [T], from_one: impl Fn(u8) -> T, from_two: impl Fn(u16) -> T) {
    // Right-to-left over an explicit stack: ropes built by `s += x` are left-deep, so it stays short.
    let mut stack: Vec<(StringRef, usize, usize)> = vec![(s, 0, s.len())];
    let mut end = out.len();
    while let Some((s, from, to)) = stack.pop() {
        if from == to {
            continue;
        }
        if let Some((l, r)) = s.cons_parts() {
            let m = l.len();
            if from < m {
                stack.push((l, from, to.min(m)));
            }
            if to > m {
                stack.push((r, from.saturating_sub(m), to - m));
            }
        } else if let Some((p, o)) = s.slice_parts() {
            stack.push((p, o + from, o + to));
        } else {
            let target = &mut out[end - (to - from)..end];
            end -= to - from;
            if let Some(b) = s.one_byte() {
                target.iter_mut().zip(&b[from..to]).for_each(|(t, &b)| *t = from_one(b));
            } else if let Some(w) = s.two_byte() {
                target.iter_mut().zip(&w[from..to]).for_each(|(t, &w)| *t = from_two(w));
            }
        }
    }
}

/// Whether all characters are Latin-1.
fn is_latin1(s: StringRef) -> bool {
    let mut stack = vec![(s, 0, s.len())];
    while let Some((s, from, to)) = stack.pop() {
        if let Some((l, r)) = s.cons_parts() {
            let m = l.len();
            if from < m {
                stack.push((l, from, to.min(m)));
            }
            if to > m {
                stack.push((r, from.saturating_sub(m), to - m));
            }
        } else if let Some((p, o)) = s.slice_parts() {
            stack.push((p, o + from, o + to));
        } else if let Some(w) = s.two_byte()
            && w[from..to].iter().any(|&u| u > 255)
        {
            return false;
        }
    }
    true
}

/// A flat string equal to `s`; a cons is changed into a slice of it, so the work is done once.
pub fn flatten(cx: &mut Isolate, s: StringRef) -> StringRef {
    match s.kind() {
        CellKind::StringOneByte | CellKind::StringTwoByte => s,
        CellKind::StringSlice => {
            let (p, o) = s.slice_parts().expect("a slice");
            if o == 0 && p.len() == s.len() && p.is_flat() {
                return p;
            }
            flat_copy(cx, s)
        }
        _ => {
            let flat = flat_copy(cx, s);
            s.make_flat(&mut cx.heap, flat);
            flat
        }
    }
}

fn flat_copy(cx: &mut Isolate, s: StringRef) -> StringRef {
    let len = s.len();
    let flat = if is_latin1(s) {
        cx.heap.allocate_one_byte_string_with(len, |out| copy_into(s, out, |b| b, |w| w as u8))
    } else {
        cx.heap.allocate_two_byte_string_with(len, |out| copy_into(s, out, |b| b as u16, |w| w))
    };
    flat.set_shape(crate::realm::STRING_SHAPE.0);
    flat
}

/// Units of a flat two-byte string.
pub fn flat_two_byte<'a>(s: StringRef) -> &'a [u16] {
    s.two_byte().unwrap_or_default()
}

/// The characters of `s` (flattening it). The borrow is of GC memory: the string must stay on the
/// native stack while it is used, which any local of the caller does.
pub fn units<'a>(cx: &mut Isolate, s: StringRef) -> Units<'a> {
    let flat = match s.slice_parts() {
        Some((p, o)) if p.is_flat() => {
            let u = flat_units(p);
            return u.slice(o, o + s.len());
        }
        _ => flatten(cx, s),
    };
    flat_units(flat)
}

fn flat_units<'a>(s: StringRef) -> Units<'a> {
    match s.one_byte() {
        Some(b) => Units::One(b),
        None => Units::Two(flat_two_byte(s)),
    }
}

/// The string as Rust text, lone surrogates replaced.
pub fn to_rust(cx: &mut Isolate, s: StringRef) -> String {
    match units(cx, s) {
        Units::One(b) => b.iter().map(|&b| b as char).collect(),
        Units::Two(w) => String::from_utf16_lossy(w),
    }
}

/// Code units as an owned vector.
pub fn to_vec(cx: &mut Isolate, s: StringRef) -> Vec<u16> {
    units(cx, s).iter().collect()
}

impl Isolate {
    fn finish(&mut self, s: StringRef) -> StringRef {
        s.set_shape(crate::realm::STRING_SHAPE.0);
        s
    }
    /// A string with this text.
    pub fn string(&mut self, text: &str) -> StringRef {
        if text.is_ascii() {
            return self.string_latin1(text.as_bytes());
        }
        let units: Vec<u16> = text.encode_utf16().collect();
        self.string_units(&units)
    }
    pub fn string_latin1(&mut self, bytes: &[u8]) -> StringRef {
        match bytes {
            [] => return self.realm.strings.empty(),
            [b] => return self.single_character(*b as u16),
            _ => {}
        }
        let s = self.heap.allocate_one_byte_string(bytes);
        self.finish(s)
    }
    /// A string with these code units (one-byte when possible).
    pub fn string_units(&mut self, units: &[u16]) -> StringRef {
        match units {
            [] => return self.realm.strings.empty(),
            [u] => return self.single_character(*u),
            _ => {}
        }
        let s = if units.iter().all(|&u| u < 256) {
            self.heap.allocate_one_byte_string_with(units.len(), |out| {
                out.iter_mut().zip(units).for_each(|(o, &u)| *o = u as u8)
            })
        } else {
            self.heap.allocate_two_byte_string(units)
        };
        self.finish(s)
    }
    /// As `string_units`, throwing a RangeError when too long.
    pub fn string_checked(&mut self, units: &[u16]) -> JsResult<StringRef> {
        if units.len() > MAX_LENGTH {
            return Err(self.range_error("Invalid string length"));
        }
        Ok(self.string_units(units))
    }
    /// One-character strings of Latin-1 are shared.
    pub fn single_character(&mut self, unit: u16) -> StringRef {
        if unit < 256 {
            return self.realm.strings.character(unit as u8);
        }
        let s = self.heap.allocate_two_byte_string(&[unit]);
        self.finish(s)
    }
    /// `left + right`.
    pub fn concat(&mut self, left: StringRef, right: StringRef) -> JsResult<StringRef> {
        let (n, m) = (left.len(), right.len());
        if n == 0 {
            return Ok(right);
        }
        if m == 0 {
            return Ok(left);
        }
        if n + m > MAX_LENGTH {
            return Err(self.range_error("Invalid string length"));
        }
        if n + m < COPY_LIMIT {
            let (l, r) = (units(self, left), units(self, right));
            let s = if let (Units::One(l), Units::One(r)) = (l, r) {
                self.heap.allocate_one_byte_string_with(n + m, |out| {
                    out[..n].copy_from_slice(l);
                    out[n..].copy_from_slice(r);
                })
            } else {
                self.heap.allocate_two_byte_string_with(n + m, |out| {
                    out.iter_mut().zip(l.iter().chain(r.iter())).for_each(|(o, u)| *o = u)
                })
            };
            return Ok(self.finish(s));
        }
        let s = self.heap.allocate_cons_string(left, right);
        Ok(self.finish(s))
    }
    /// `s.substring(from, to)`, `from <= to <= length`.
    pub fn substring(&mut self, s: StringRef, from: usize, to: usize) -> StringRef {
        if from == 0 && to == s.len() {
            return s;
        }
        let len = to - from;
        if len < COPY_LIMIT {
            let u = units(self, s).slice(from, to);
            return match u {
                Units::One(b) => {
                    // Copied through the stack: allocation may move the parent.
                    let copy: smallvec::SmallVec<[u8; COPY_LIMIT]> = b.iter().copied().collect();
                    self.string_latin1(&copy)
                }
                Units::Two(w) => {
                    let copy: smallvec::SmallVec<[u16; COPY_LIMIT]> = w.iter().copied().collect();
                    self.string_units(&copy)
                }
            };
        }
        let (parent, offset) = match s.slice_parts() {
            Some((p, o)) if p.is_flat() => (p, o + from),
            _ => (flatten(self, s), from),
        };
        let s = self.heap.allocate_slice_string(parent, offset, len);
        self.finish(s)
    }
    /// The code unit at `i`.
    pub fn char_at(&mut self, s: StringRef, i: usize) -> u16 {
        units(self, s).at(i)
    }
    /// Content equality.
    pub fn strings_equal(&mut self, a: StringRef, b: StringRef) -> bool {
        if a == b {
            return true;
        }
        if a.len() != b.len() || a.is_interned() && b.is_interned() {
            return false;
        }
        let (a, b) = (units(self, a), units(self, b));
        a == b
    }
    /// Order by code units.
    pub fn compare_strings(&mut self, a: StringRef, b: StringRef) -> std::cmp::Ordering {
        let (a, b) = (units(self, a), units(self, b));
        match (a, b) {
            (Units::One(a), Units::One(b)) => a.cmp(b),
            (Units::Two(a), Units::Two(b)) => a.cmp(b),
            (a, b) => a.iter().cmp(b.iter()),
        }
    }
    /// Content hash, cached in the cell.
    pub fn hash_string(&mut self, s: StringRef) -> u32 {
        if s.hash() == 0 {
            let u = units(self, s);
            let h = match u {
                Units::One(b) => hash_units(b.iter().map(|&b| b as u16)),
                Units::Two(w) => hash_units(w.iter().copied()),
            };
            s.set_hash(h);
        }
        s.hash()
    }
}

/// The value as string view, if it is one.
#[inline]
pub fn as_string(v: Value) -> Option<StringRef> {
    v.try_as::<StringRef>()
}
