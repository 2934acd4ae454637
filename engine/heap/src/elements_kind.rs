//! Elements kinds: how the indexed properties of an object are stored. Transitions go one way, up the lattice.

/// Stored in header byte 5 of every object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ElementsKind {
    PackedSmi = 0,
    HoleySmi = 1,
    PackedDouble = 2,
    HoleyDouble = 3,
    PackedAny = 4,
    HoleyAny = 5,
    Dictionary = 6,
}

impl ElementsKind {
    pub const ALL: [ElementsKind; 7] = [
        ElementsKind::PackedSmi,
        ElementsKind::HoleySmi,
        ElementsKind::PackedDouble,
        ElementsKind::HoleyDouble,
        ElementsKind::PackedAny,
        ElementsKind::HoleyAny,
        ElementsKind::Dictionary,
    ];

    #[inline(always)]
    pub const fn from_u8(byte: u8) -> Option<ElementsKind> {
        if byte < 7 { Some(Self::ALL[byte as usize]) } else { None }
    }

    #[inline(always)]
    pub const fn is_smi(self) -> bool {
        matches!(self, ElementsKind::PackedSmi | ElementsKind::HoleySmi)
    }

    #[inline(always)]
    pub const fn is_double(self) -> bool {
        matches!(self, ElementsKind::PackedDouble | ElementsKind::HoleyDouble)
    }

    #[inline(always)]
    pub const fn is_any(self) -> bool {
        matches!(self, ElementsKind::PackedAny | ElementsKind::HoleyAny)
    }

    #[inline(always)]
    pub const fn is_dictionary(self) -> bool {
        matches!(self, ElementsKind::Dictionary)
    }

    /// Whether an element may be absent. Dictionaries count as holey.
    #[inline(always)]
    pub const fn is_holey(self) -> bool {
        self as u8 & 1 != 0 || self.is_dictionary()
    }

    #[inline(always)]
    pub const fn to_holey(self) -> ElementsKind {
        match self {
            ElementsKind::Dictionary => self,
            _ => Self::ALL[(self as u8 | 1) as usize],
        }
    }

    /// The most specific kind that can hold everything both can hold.
    pub const fn join(self, other: ElementsKind) -> ElementsKind {
        if self.is_dictionary() || other.is_dictionary() {
            return ElementsKind::Dictionary;
        }
        let holey = (self as u8 | other as u8) & 1;
        let wide = if self as u8 > other as u8 { self as u8 } else { other as u8 } & !1;
        Self::ALL[(wide | holey) as usize]
    }

    /// Whether going from `self` to `other` loses no information about the past, i.e. is a legal transition.
    pub fn can_become(self, other: ElementsKind) -> bool {
        self.join(other) == other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_is_a_lattice() {
        for a in ElementsKind::ALL {
            assert_eq!(ElementsKind::from_u8(a as u8), Some(a));
            assert_eq!(a.join(a), a);
            assert!(a.can_become(a.to_holey()));
            assert!(a.to_holey().is_holey());
            for b in ElementsKind::ALL {
                assert_eq!(a.join(b), b.join(a));
                assert!(a.can_become(a.join(b)) && b.can_become(a.join(b)));
                for c in ElementsKind::ALL {
                    assert_eq!(a.join(b).join(c), a.join(b.join(c)));
                }
            }
        }
        assert_eq!(ElementsKind::HoleySmi.join(ElementsKind::PackedDouble), ElementsKind::HoleyDouble);
        assert_eq!(ElementsKind::PackedSmi.join(ElementsKind::PackedAny), ElementsKind::PackedAny);
        assert_eq!(ElementsKind::from_u8(7), None);
    }
}
