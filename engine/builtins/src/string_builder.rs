//! Collecting the code units of a string under construction, one byte each as long as possible.

use tierproof_heap::StringRef;
use tierproof_runtime::strings::{self, MAX_LENGTH, Units};
use tierproof_runtime::{Isolate, JsResult};

/// A string under construction. Holds characters only, no Values.
#[derive(Default)]
pub struct StringBuilder {
    one: Vec<u8>,
    two: Vec<u16>,
    wide: bool,
    overflow: bool,
}

impl StringBuilder {
    pub fn len(&self) -> usize {
        if self.wide { self.two.len() } else { self.one.len() }
    }
    /// Whether the string has grown beyond the limit (`finish` then throws).
    pub fn overflowed(&self) -> bool {
        self.overflow
    }
    fn widen(&mut self) {
        if !self.wide {
            self.wide = true;
            self.two = self.one.iter().map(|&b| b as u16).collect();
            self.one = Vec::new();
        }
    }
    fn has_room(&mut self, n: usize) -> bool {
        self.overflow |= self.len() + n > MAX_LENGTH;
        !self.overflow
    }
    pub fn push_units(&mut self, u: Units) {
        if !self.has_room(u.len()) {
            return;
        }
        match u {
            Units::One(b) if !self.wide => self.one.extend_from_slice(b),
            Units::One(b) => self.two.extend(b.iter().map(|&b| b as u16)),
            Units::Two(w) => {
                if !self.wide && w.iter().all(|&u| u < 256) {
                    self.one.extend(w.iter().map(|&u| u as u8));
                    return;
                }
                self.widen();
                self.two.extend_from_slice(w);
            }
        }
    }
    pub fn push_unit(&mut self, u: u16) {
        if !self.has_room(1) {
            return;
        }
        if !self.wide && u < 256 {
            self.one.push(u as u8);
        } else {
            self.widen();
            self.two.push(u);
        }
    }
    /// ASCII text.
    pub fn push_ascii(&mut self, text: &str) {
        self.push_units(Units::One(text.as_bytes()));
    }
    pub fn push_string(&mut self, cx: &mut Isolate, s: StringRef) {
        let u = strings::units(cx, s);
        self.push_units(u);
    }
    /// The finished string; RangeError when it is too long.
    pub fn finish(self, cx: &mut Isolate) -> JsResult<StringRef> {
        if self.overflow {
            return Err(cx.range_error("Invalid string length"));
        }
        Ok(if self.wide { cx.string_units(&self.two) } else { cx.string_latin1(&self.one) })
    }
}
