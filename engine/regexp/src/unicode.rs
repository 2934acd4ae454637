//! Unicode properties in `\p{..}`, by the names that ECMA-262 allows (the parser has checked them).

use icu_properties::props::{
    EmojiModifier, EmojiModifierBase, EmojiPresentation, GeneralCategory, GeneralCategoryGroup,
    RegionalIndicator, Script,
};
use icu_properties::script::ScriptWithExtensions;
use icu_properties::{CodePointMapData, CodePointSetData, PropertyParser};

use crate::set::Set;

fn set_of(ranges: impl Iterator<Item = std::ops::RangeInclusive<u32>>) -> Set {
    Set::of(ranges.map(|r| (*r.start(), *r.end())))
}

fn category(name: &str) -> Option<Set> {
    let group = PropertyParser::<GeneralCategoryGroup>::new().get_strict(name)?;
    let map = CodePointMapData::<GeneralCategory>::new();
    Some(set_of(map.iter_ranges_for_group(group)))
}

fn script(name: &str, extensions: bool) -> Option<Set> {
    let script = PropertyParser::<Script>::new().get_strict(name)?;
    if extensions {
        return Some(set_of(ScriptWithExtensions::new().get_script_extensions_ranges(script)));
    }
    Some(set_of(CodePointMapData::<Script>::new().iter_ranges_for_value(script)))
}

/// [UnicodeMatchProperty](https://tc39.es/ecma262/#sec-runtime-semantics-unicodematchproperty-p).
pub fn property(name: &str, value: Option<&str>) -> Option<Set> {
    match (name, value) {
        ("General_Category" | "gc", Some(v)) => category(v),
        ("Script" | "sc", Some(v)) => script(v, false),
        ("Script_Extensions" | "scx", Some(v)) => script(v, true),
        ("Any", None) => Some(Set::all()),
        ("ASCII", None) => Some(Set::of([(0, 127)])),
        ("Assigned", None) => Some(category("Cn")?.complement()),
        (name, None) => category(name).or_else(|| {
            let set = CodePointSetData::new_for_ecma262(name.as_bytes())?;
            Some(set_of(set.iter_ranges()))
        }),
        _ => None,
    }
}

fn binary(name: &str) -> Set {
    property(name, None).unwrap_or_default()
}

/// A [property of strings](https://tc39.es/ecma262/#table-binary-unicode-properties-of-strings): its single
/// characters, and its longer strings.
pub fn string_property(name: &str) -> Option<(Set, Vec<Vec<u32>>)> {
    const VARIATION: u32 = 0xFE0F;
    const KEYCAP: u32 = 0x20E3;
    const ZWJ: u32 = 0x200D;
    let (mut set, mut strings) = (Set::new(), Vec::new());
    let everything = name == "RGI_Emoji";
    let mut known = everything;
    if everything || name == "Basic_Emoji" {
        known = true;
        let indicator = CodePointSetData::new::<RegionalIndicator>();
        let presentation = CodePointSetData::new::<EmojiPresentation>();
        let presentation = set_of(presentation.iter_ranges());
        set = presentation.difference(&set_of(indicator.iter_ranges()));
        let text = binary("Emoji").difference(&presentation).difference(&Set::of([(0, 127)]));
        let text = text.difference(&set_of(CodePointSetData::new::<EmojiModifier>().iter_ranges()));
        strings.extend(members(&text).map(|c| vec![c, VARIATION]));
    }
    if everything || name == "Emoji_Keycap_Sequence" {
        known = true;
        strings.extend("0123456789#*".chars().map(|c| vec![c as u32, VARIATION, KEYCAP]));
    }
    if everything || name == "RGI_Modifier_Sequence" || name == "RGI_Emoji_Modifier_Sequence" {
        known = true;
        let bases = set_of(CodePointSetData::new::<EmojiModifierBase>().iter_ranges());
        strings.extend(members(&bases).flat_map(|b| (0x1F3FB..=0x1F3FF).map(move |m| vec![b, m])));
    }
    if everything || name == "RGI_Flag_Sequence" || name == "RGI_Emoji_Flag_Sequence" {
        known = true;
        strings.extend(
            FLAGS
                .split_ascii_whitespace()
                .map(|code| code.bytes().map(|b| 0x1F1E6 + (b - b'A') as u32).collect()),
        );
    }
    if everything || name == "RGI_Emoji_Tag_Sequence" {
        known = true;
        strings.extend(["gbeng", "gbsct", "gbwls"].map(|tag| {
            let mut s = vec![0x1F3F4];
            s.extend(tag.bytes().map(|b| 0xE0000 + b as u32));
            s.push(0xE007F);
            s
        }));
    }
    if everything || name == "RGI_ZWJ_Sequence" || name == "RGI_Emoji_ZWJ_Sequence" {
        known = true;
        let tones = |e: &'static emojis::Emoji| e.skin_tones().into_iter().flatten();
        let all = emojis::iter().flat_map(|e| std::iter::once(e).chain(tones(e)));
        let mut joined: Vec<Vec<u32>> = all
            .map(|e| e.as_str().chars().map(u32::from).collect())
            .filter(|s: &Vec<u32>| s.contains(&ZWJ))
            .collect();
        joined.sort_unstable();
        joined.dedup();
        strings.extend(joined);
    }
    known.then_some((set, strings))
}

fn members(set: &Set) -> impl Iterator<Item = u32> + '_ {
    set.ranges().iter().flat_map(|r| r.0..=r.1)
}

/// Region codes that have a flag.
const FLAGS: &str = "\
AC AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
CA CC CD CF CG CH CI CK CL CM CN CO CP CQ CR CU CV CW CX CY CZ DE DG DJ DK DM DO DZ EA EC EE EG EH ER ES ET EU FI \
FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ \
IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML \
MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS \
PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TF TG TH TJ TK \
TL TM TN TO TR TT TV TW TZ UA UG UM UN US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";
