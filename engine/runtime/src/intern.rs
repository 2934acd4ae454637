//! The table of interned strings: property keys are compared by address, so every string used as a
//! key goes through here. Interned strings never move and die when nobody else refers to them.

use hashbrown::HashTable;
use tierproof_heap::{CellRef, StringRef, WeakTable};

use crate::isolate::Isolate;
use crate::strings::{self, hash_units};

/// Interned strings by content.
#[derive(Clone, Default)]
pub struct InternTable {
    table: HashTable<CellRef>,
}

impl WeakTable for InternTable {
    fn sweep(&mut self, survivor: &mut dyn FnMut(CellRef) -> Option<CellRef>) {
        self.table.retain(|cell| match survivor(*cell) {
            Some(new) => {
                *cell = new;
                true
            }
            None => false,
        });
    }
}

fn string(cell: CellRef) -> StringRef {
    cell.cast()
}

impl Isolate {
    /// The interned string with these code units.
    pub fn intern_units(&mut self, units: &[u16]) -> StringRef {
        if units.iter().all(|&u| u < 256) {
            let bytes: smallvec::SmallVec<[u8; 64]> = units.iter().map(|&u| u as u8).collect();
            return self.intern_latin1(&bytes);
        }
        let hash = hash_units(units.iter().copied());
        let found = self
            .strings
            .table
            .find(hash as u64, |c| string(*c).hash() == hash && string(*c).two_byte() == Some(units));
        if let Some(found) = found {
            return string(*found);
        }
        let new = self.heap.allocate_two_byte_string_immovable(units);
        self.insert_interned(new, hash)
    }

    /// The interned string with these Latin-1 characters.
    pub fn intern_latin1(&mut self, bytes: &[u8]) -> StringRef {
        let hash = hash_units(bytes.iter().map(|&b| b as u16));
        let found = self
            .strings
            .table
            .find(hash as u64, |c| string(*c).hash() == hash && string(*c).one_byte() == Some(bytes));
        if let Some(found) = found {
            return string(*found);
        }
        let new = self.heap.allocate_one_byte_string_immovable(bytes);
        self.insert_interned(new, hash)
    }

    /// The interned string with this text.
    pub fn intern(&mut self, text: &str) -> StringRef {
        if text.is_ascii() {
            return self.intern_latin1(text.as_bytes());
        }
        let units: Vec<u16> = text.encode_utf16().collect();
        self.intern_units(&units)
    }

    /// The interned string equal to `s`.
    pub fn intern_string(&mut self, s: StringRef) -> StringRef {
        if s.is_interned() {
            return s;
        }
        let s = strings::flatten(self, s);
        if let Some(bytes) = s.one_byte() {
            self.intern_latin1(bytes)
        } else {
            self.intern_units(strings::flat_two_byte(s))
        }
    }

    fn insert_interned(&mut self, new: StringRef, hash: u32) -> StringRef {
        new.set_hash(hash);
        new.set_interned(true);
        new.set_shape(crate::realm::STRING_SHAPE.0);
        self.strings.table.insert_unique(hash as u64, new.into(), |c| string(*c).hash() as u64);
        new
    }
}
