//! Patterns to instructions.
//! Spec: [Compile Pattern](https://tc39.es/ecma262/#sec-pattern-semantics).

use std::collections::HashMap;

use oxc_allocator::Allocator;
use oxc_regular_expression::ast::*;
use oxc_regular_expression::{LiteralParser, Options};

use crate::Flags;
use crate::case;
use crate::program::{Class, Instruction, Program, Single};
use crate::set::Set;
use crate::unicode;

/// Brackets nested deeper than this are refused.
const MAX_NESTING: usize = 20_000;
/// Native stack per nested bracket, parser and compiler together.
const STACK_PER_LEVEL: usize = 8 << 10;
/// Most instructions.
const MAX_CODE: usize = 1 << 22;

/// Compiles a pattern; the error is the message of a SyntaxError.
pub fn compile(pattern: &str, flags: Flags) -> Result<Program, String> {
    let nesting = pattern.bytes().filter(|b| matches!(b, b'(' | b'[')).count();
    if nesting > MAX_NESTING {
        return Err("Regular expression too large".into());
    }
    let stack = (256 << 10) + nesting * STACK_PER_LEVEL;
    stacker::maybe_grow(stack, stack * 2, || {
        let allocator = Allocator::default();
        let letters: String =
            (0..8).filter(|b| flags.0 >> b & 1 != 0).map(|b| Flags::LETTERS.as_bytes()[b] as char).collect();
        let rewritten = if flags.full_unicode() { None } else { legacy_escapes(pattern) };
        let pattern = rewritten.as_deref().unwrap_or(pattern);
        let parsed = LiteralParser::new(&allocator, pattern, Some(&letters), Options::default()).parse();
        let ast = parsed.map_err(|e| e.message.to_string())?;
        if flags.full_unicode() && has_bare_control_escape(pattern) {
            return Err("Invalid unicode escape".into());
        }
        let mut c = Compiler::new(flags);
        c.number_groups(&ast.body);
        c.emit(Instruction::Save(0));
        c.disjunction(&ast.body, false)?;
        c.emit(Instruction::Save(1));
        c.emit(Instruction::Match);
        Ok(c.finish(&ast))
    })
}

struct Compiler {
    flags: Flags,
    full_unicode: bool,
    ignore_case: bool,
    multiline: bool,
    dot_all: bool,
    code: Vec<Instruction>,
    classes: Vec<Class>,
    /// Group number by the position of its bracket.
    numbers: HashMap<u32, u32>,
    groups: u32,
    names: Vec<(Vec<u16>, Vec<u32>)>,
    loops: u32,
}

/// The members of a class: single characters, and longer strings (or the empty one).
#[derive(Clone, Default)]
struct Members {
    set: Set,
    strings: Vec<Vec<u32>>,
}

type Done = Result<(), String>;

impl Compiler {
    fn new(flags: Flags) -> Compiler {
        Compiler {
            flags,
            full_unicode: flags.full_unicode(),
            ignore_case: flags.has(Flags::IGNORE_CASE),
            multiline: flags.has(Flags::MULTILINE),
            dot_all: flags.has(Flags::DOT_ALL),
            code: Vec::new(),
            classes: Vec::new(),
            numbers: HashMap::new(),
            groups: 1,
            names: Vec::new(),
            loops: 0,
        }
    }

    fn finish(mut self, ast: &Pattern) -> Program {
        self.ignore_case = self.flags.has(Flags::IGNORE_CASE);
        self.dot_all = self.flags.has(Flags::DOT_ALL);
        let first = match self.first_of(&ast.body) {
            (set, false) => Some(Class::new(set)),
            _ => None,
        };
        // loop registers come after those of the groups
        let base = self.groups * 2;
        for i in &mut self.code {
            match i {
                Instruction::LoopInit { counter }
                | Instruction::LoopHead { counter, .. }
                | Instruction::LoopEnter { counter, .. }
                | Instruction::LoopNext { counter, .. } => *counter = base + *counter * 2,
                _ => {}
            }
        }
        Program {
            code: self.code,
            classes: self.classes,
            groups: self.groups,
            registers: base + self.loops * 2,
            names: self.names,
            flags: self.flags,
            first,
        }
    }

    fn number_groups(&mut self, d: &Disjunction) {
        for term in d.body.iter().flat_map(|a| &a.body) {
            self.number_term(term);
        }
    }
    fn number_term(&mut self, term: &Term) {
        match term {
            Term::CapturingGroup(g) => {
                let n = self.groups;
                self.groups += 1;
                self.numbers.insert(g.span.start, n);
                if let Some(name) = &g.name {
                    let name = group_name(name.as_str());
                    match self.names.iter_mut().find(|e| e.0 == name) {
                        Some(e) => e.1.push(n),
                        None => self.names.push((name, vec![n])),
                    }
                }
                self.number_groups(&g.body);
            }
            Term::IgnoreGroup(g) => self.number_groups(&g.body),
            Term::LookAroundAssertion(l) => self.number_groups(&l.body),
            Term::Quantifier(q) => self.number_term(&q.body),
            _ => {}
        }
    }

    fn emit(&mut self, i: Instruction) -> usize {
        self.code.push(i);
        self.code.len() - 1
    }
    fn here(&self) -> u32 {
        self.code.len() as u32
    }

    fn disjunction(&mut self, d: &Disjunction, back: bool) -> Done {
        let mut jumps = Vec::new();
        for (i, alternative) in d.body.iter().enumerate() {
            let last = i + 1 == d.body.len();
            let split = (!last).then(|| self.emit(Instruction::Fail));
            if back {
                for t in alternative.body.iter().rev() {
                    self.term(t, back)?;
                }
            } else {
                for t in &alternative.body {
                    self.term(t, back)?;
                }
            }
            if let Some(split) = split {
                jumps.push(self.emit(Instruction::Fail));
                self.code[split] = Instruction::Split(split as u32 + 1, self.here());
            }
        }
        let end = self.here();
        for j in jumps {
            self.code[j] = Instruction::Jump(end);
        }
        if self.code.len() > MAX_CODE { Err("Regular expression too large".into()) } else { Ok(()) }
    }

    fn term(&mut self, term: &Term, back: bool) -> Done {
        match term {
            Term::BoundaryAssertion(b) => {
                let multiline = self.multiline;
                let folded = self.ignore_case && self.full_unicode;
                self.emit(match b.kind {
                    BoundaryAssertionKind::Start => Instruction::Start { multiline },
                    BoundaryAssertionKind::End => Instruction::End { multiline },
                    BoundaryAssertionKind::Boundary => Instruction::Boundary { negative: false, folded },
                    BoundaryAssertionKind::NegativeBoundary => {
                        Instruction::Boundary { negative: true, folded }
                    }
                });
                Ok(())
            }
            Term::LookAroundAssertion(l) => {
                let (negative, behind) = match l.kind {
                    LookAroundAssertionKind::Lookahead => (false, false),
                    LookAroundAssertionKind::NegativeLookahead => (true, false),
                    LookAroundAssertionKind::Lookbehind => (false, true),
                    LookAroundAssertionKind::NegativeLookbehind => (true, true),
                };
                let look = self.emit(Instruction::Fail);
                self.disjunction(&l.body, behind)?;
                self.emit(Instruction::LookEnd);
                self.code[look] = Instruction::Look { negative, after: self.here() };
                Ok(())
            }
            Term::Quantifier(q) => self.quantifier(q, back),
            Term::CapturingGroup(g) => {
                let n = self.numbers[&g.span.start];
                let (open, close) = if back { (2 * n + 1, 2 * n) } else { (2 * n, 2 * n + 1) };
                self.emit(Instruction::Save(open));
                self.disjunction(&g.body, back)?;
                self.emit(Instruction::Save(close));
                Ok(())
            }
            Term::IgnoreGroup(g) => {
                let outer = (self.ignore_case, self.multiline, self.dot_all);
                if let Some(m) = &g.modifiers {
                    self.modify(m);
                }
                let done = self.disjunction(&g.body, back);
                (self.ignore_case, self.multiline, self.dot_all) = outer;
                done
            }
            Term::IndexedReference(r) => {
                self.back_reference(vec![r.index], back);
                Ok(())
            }
            Term::NamedReference(r) => {
                let name = group_name(r.name.as_str());
                let groups = self.names.iter().find(|e| e.0 == name).map(|e| e.1.clone());
                self.back_reference(groups.unwrap_or_default(), back);
                Ok(())
            }
            _ => {
                if let Some(single) = self.single(term) {
                    self.emit(Instruction::One { single, back });
                    return Ok(());
                }
                let members = self.members_of_term(term);
                self.members(members, back);
                Ok(())
            }
        }
    }

    fn modify(&mut self, m: &Modifiers) {
        for (bit, flag) in [
            (Modifier::I, &mut self.ignore_case),
            (Modifier::M, &mut self.multiline),
            (Modifier::S, &mut self.dot_all),
        ] {
            *flag = (*flag || m.enabling.contains(bit)) && !m.disabling.contains(bit);
        }
    }

    fn back_reference(&mut self, groups: Vec<u32>, back: bool) {
        let folded = self.ignore_case;
        self.emit(Instruction::BackReference { groups, folded, back });
    }

    fn quantifier(&mut self, q: &Quantifier, back: bool) -> Done {
        let clamp = |n: u64| n.min(u32::MAX as u64) as u32;
        let (min, max) = (clamp(q.min), q.max.map_or(u32::MAX, clamp));
        if max == 0 {
            return Ok(());
        }
        if let Some(single) = self.single(&q.body) {
            self.emit(Instruction::Repeat { single, min, max, greedy: q.greedy, back });
            return Ok(());
        }
        let inside = self.groups_within(&q.body);
        let counter = self.loops;
        self.loops += 1;
        self.emit(Instruction::LoopInit { counter });
        let head = self.emit(Instruction::Fail);
        self.emit(Instruction::LoopEnter { counter, captures: inside });
        self.term(&q.body, back)?;
        self.emit(Instruction::LoopNext { counter, min, head: head as u32 });
        let exit = self.here();
        self.code[head] = Instruction::LoopHead { counter, min, max, greedy: q.greedy, exit };
        Ok(())
    }

    /// Numbers of the groups inside a term, as a range.
    fn groups_within(&self, term: &Term) -> (u32, u32) {
        use oxc_span::GetSpan;
        let span = term.span();
        let inside = self.numbers.iter().filter(|(at, _)| (span.start..span.end).contains(at)).map(|e| *e.1);
        let (mut low, mut high) = (u32::MAX, 0);
        for n in inside {
            (low, high) = (low.min(n), high.max(n + 1));
        }
        if high == 0 { (0, 0) } else { (low, high) }
    }

    /// The term as test of one character, if it is one.
    fn single(&mut self, term: &Term) -> Option<Single> {
        match term {
            Term::Character(c) => Some(self.character(c.value)),
            Term::Dot(_) if self.dot_all => Some(Single::Any),
            Term::Dot(_) => Some(Single::NotLineTerminator),
            Term::CharacterClassEscape(_) | Term::UnicodePropertyEscape(_) | Term::CharacterClass(_) => {
                let members = self.members_of_term(term);
                if !members.strings.is_empty() {
                    return None;
                }
                Some(self.class(members.set))
            }
            _ => None,
        }
    }

    fn character(&mut self, c: u32) -> Single {
        if !self.ignore_case {
            return Single::Char(c);
        }
        Single::CharFolded(case::canonicalize(c, self.full_unicode))
    }

    /// A class of these characters; under `i` with all that compare equal to one.
    fn class(&mut self, set: Set) -> Single {
        let set = if self.ignore_case { case::close(&set, self.full_unicode) } else { set };
        self.classes.push(Class::new(set));
        Single::Set(self.classes.len() as u32 - 1)
    }

    /// Alternatives: longer strings first, then the single characters, then the empty string.
    fn members(&mut self, m: Members, back: bool) {
        let mut strings = m.strings;
        strings.sort_by_key(|s| std::cmp::Reverse(s.len()));
        strings.dedup();
        let empty = strings.iter().any(|s| s.is_empty());
        strings.retain(|s| !s.is_empty());
        let mut jumps = Vec::new();
        let count = strings.len() + (!m.set.is_empty()) as usize + empty as usize;
        for i in 0..count {
            let split = (i + 1 < count).then(|| self.emit(Instruction::Fail));
            if let Some(s) = strings.get(i) {
                let singles: Vec<Single> = s.iter().map(|&c| self.character(c)).collect();
                let ordered: Box<dyn Iterator<Item = Single>> =
                    if back { Box::new(singles.into_iter().rev()) } else { Box::new(singles.into_iter()) };
                for single in ordered {
                    self.emit(Instruction::One { single, back });
                }
            } else if i == strings.len() && !m.set.is_empty() {
                let single = self.class(m.set.clone());
                self.emit(Instruction::One { single, back });
            }
            if let Some(split) = split {
                jumps.push(self.emit(Instruction::Fail));
                self.code[split] = Instruction::Split(split as u32 + 1, self.here());
            }
        }
        if count == 0 {
            self.emit(Instruction::Fail);
        }
        let end = self.here();
        for j in jumps {
            self.code[j] = Instruction::Jump(end);
        }
    }

    fn members_of_term(&self, term: &Term) -> Members {
        match term {
            Term::CharacterClassEscape(e) => Members { set: self.escape(e.kind), strings: vec![] },
            Term::UnicodePropertyEscape(p) => self.property(p),
            Term::CharacterClass(c) => self.class_members(c),
            Term::Character(c) => Members { set: Set::single(c.value), strings: vec![] },
            _ => Members::default(),
        }
    }

    fn sets_mode(&self) -> bool {
        self.flags.has(Flags::UNICODE_SETS)
    }
    /// Under `v` with `i`, sets are sets of canonical forms.
    fn folding(&self) -> bool {
        self.sets_mode() && self.ignore_case
    }
    fn maybe_fold(&self, set: Set) -> Set {
        if self.folding() { case::fold(&set) } else { set }
    }
    /// [CharacterComplement](https://tc39.es/ecma262/#sec-charactercomplement).
    fn complement(&self, set: &Set) -> Set {
        let all = if self.folding() {
            case::folded_characters()
        } else if self.full_unicode {
            Set::all()
        } else {
            Set::of([(0, 0xFFFF)])
        };
        all.difference(set)
    }

    fn escape(&self, kind: CharacterClassEscapeKind) -> Set {
        use CharacterClassEscapeKind::*;
        let set = match kind {
            D | NegativeD => Set::of([(0x30, 0x39)]),
            S | NegativeS => white_space(),
            W | NegativeW => word_characters(self.ignore_case && self.full_unicode),
        };
        let set = self.maybe_fold(set);
        if matches!(kind, NegativeD | NegativeS | NegativeW) { self.complement(&set) } else { set }
    }

    fn property(&self, p: &UnicodePropertyEscape) -> Members {
        if p.strings
            && let Some((set, strings)) = unicode::string_property(p.name.as_str())
        {
            return Members { set: self.maybe_fold(set), strings };
        }
        let set =
            unicode::property(p.name.as_str(), p.value.as_ref().map(|v| v.as_str())).unwrap_or_default();
        let set = self.maybe_fold(set);
        Members { set: if p.negative { self.complement(&set) } else { set }, strings: vec![] }
    }

    fn class_members(&self, c: &CharacterClass) -> Members {
        let mut out = match c.kind {
            CharacterClassContentsKind::Union => {
                let mut ranges = Vec::new();
                let mut strings = Vec::new();
                for item in &c.body {
                    let m = self.class_item(item);
                    ranges.extend_from_slice(m.set.ranges());
                    strings.extend(m.strings);
                }
                Members { set: Set::of(ranges), strings }
            }
            CharacterClassContentsKind::Intersection => {
                let mut parts = c.body.iter().map(|i| self.class_item(i));
                let mut out = parts.next().unwrap_or_default();
                for m in parts {
                    out.set = out.set.intersection(&m.set);
                    let folded: Vec<Vec<u32>> = m.strings.iter().map(|s| self.folded(s)).collect();
                    out.strings.retain(|s| folded.contains(&self.folded(s)));
                }
                out
            }
            CharacterClassContentsKind::Subtraction => {
                let mut parts = c.body.iter().map(|i| self.class_item(i));
                let mut out = parts.next().unwrap_or_default();
                for m in parts {
                    out.set = out.set.difference(&m.set);
                    let folded: Vec<Vec<u32>> = m.strings.iter().map(|s| self.folded(s)).collect();
                    out.strings.retain(|s| !folded.contains(&self.folded(s)));
                }
                out
            }
        };
        if c.negative {
            // under `i` what compares equal to a member is excluded, too
            let set = if self.ignore_case && !self.sets_mode() {
                case::close(&out.set, self.full_unicode)
            } else {
                out.set
            };
            out = Members { set: self.complement(&set), strings: vec![] };
        }
        out
    }

    /// A string as it is compared.
    fn folded(&self, s: &[u32]) -> Vec<u32> {
        s.iter().map(|&c| if self.ignore_case { case::canonicalize(c, true) } else { c }).collect()
    }

    fn class_item(&self, item: &CharacterClassContents) -> Members {
        let set = match item {
            CharacterClassContents::CharacterClassRange(r) => Set::of([(r.min.value, r.max.value)]),
            CharacterClassContents::CharacterClassEscape(e) => self.escape(e.kind),
            CharacterClassContents::Character(c) => Set::single(c.value),
            CharacterClassContents::UnicodePropertyEscape(p) => return self.property(p),
            CharacterClassContents::NestedCharacterClass(c) => return self.class_members(c),
            CharacterClassContents::ClassStringDisjunction(d) => {
                let (mut singles, mut strings) = (Vec::new(), Vec::new());
                for s in &d.body {
                    let units: Vec<u32> = s.body.iter().map(|c| c.value).collect();
                    match units[..] {
                        [c] => singles.push((c, c)),
                        _ => strings.push(units),
                    }
                }
                return Members { set: self.maybe_fold(Set::of(singles)), strings };
            }
        };
        Members { set: self.maybe_fold(set), strings: vec![] }
    }

    /// The characters a match can begin with, and whether it can be empty (or that is not known).
    fn first_of(&mut self, d: &Disjunction) -> (Set, bool) {
        let mut set = Set::new();
        for alternative in &d.body {
            let mut empty = true;
            for t in &alternative.body {
                let (s, e) = self.first_of_term(t);
                set = set.union(&s);
                if !e {
                    empty = false;
                    break;
                }
            }
            if empty {
                return (set, true);
            }
        }
        (set, false)
    }
    fn first_of_term(&mut self, term: &Term) -> (Set, bool) {
        match term {
            Term::BoundaryAssertion(_) | Term::LookAroundAssertion(_) => (Set::new(), true),
            Term::Quantifier(q) => {
                if q.max == Some(0) {
                    return (Set::new(), true);
                }
                let (s, e) = self.first_of_term(&q.body);
                (s, e || q.min == 0)
            }
            Term::CapturingGroup(g) => self.first_of(&g.body),
            Term::IgnoreGroup(g) if g.modifiers.is_none() => self.first_of(&g.body),
            Term::Dot(_) => (Set::all(), false),
            Term::Character(_)
            | Term::CharacterClassEscape(_)
            | Term::UnicodePropertyEscape(_)
            | Term::CharacterClass(_) => {
                let m = self.members_of_term(term);
                if m.strings.is_empty() {
                    let set = if self.ignore_case { case::close(&m.set, self.full_unicode) } else { m.set };
                    (set, false)
                } else {
                    (Set::all(), m.strings.iter().any(|s| s.is_empty()))
                }
            }
            _ => (Set::all(), true),
        }
    }
}

/// A group name, escapes decoded.
fn group_name(text: &str) -> Vec<u16> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(escape) = rest.strip_prefix("\\u") {
            let (digits, after) = match escape.strip_prefix('{').and_then(|e| e.split_once('}')) {
                Some(parts) => parts,
                None => escape.split_at(escape.len().min(4)),
            };
            let code = u32::from_str_radix(digits, 16).unwrap_or(0);
            match char::from_u32(code) {
                Some(c) => out.extend_from_slice(c.encode_utf16(&mut [0; 2])),
                None => out.push(code as u16),
            }
            rest = after;
            continue;
        }
        out.extend_from_slice(c.encode_utf16(&mut [0; 2]));
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// Whether the pattern has a `\c` without a letter behind it, which the parser lets pass in classes.
fn has_bare_control_escape(pattern: &str) -> bool {
    let mut bytes = pattern.bytes();
    while let Some(b) = bytes.next() {
        if b == b'\\'
            && bytes.next() == Some(b'c')
            && !bytes.clone().next().is_some_and(|b| b.is_ascii_alphabetic())
        {
            return true;
        }
    }
    false
}

/// The pattern with those [Annex B](https://tc39.es/ecma262/#sec-regular-expressions-patterns) escapes spelled
/// out that the parser reads otherwise: `\c` before a digit or `_` in a class, and octal escapes, which end
/// before a third digit that would take them beyond 255.
fn legacy_escapes(pattern: &str) -> Option<String> {
    if !pattern.contains("\\c") && !pattern.contains(['4', '5', '6', '7']) {
        return None;
    }
    let groups = count_groups(pattern);
    let b = pattern.as_bytes();
    let mut out: Vec<u8> = Vec::new();
    let (mut kept, mut i, mut class) = (0, 0, false);
    while i < b.len() {
        match b[i] {
            b'[' => class = true,
            b']' => class = false,
            b'\\' => {
                let code = match (b.get(i + 1), b.get(i + 2), b.get(i + 3)) {
                    (Some(b'c'), Some(c), _) if class && (c.is_ascii_digit() || *c == b'_') => Some(c % 32),
                    (Some(x @ b'4'..=b'7'), Some(y @ b'0'..=b'7'), Some(b'0'..=b'7'))
                        if class || !is_reference(&b[i + 1..], groups) =>
                    {
                        Some((x - b'0') * 8 + (y - b'0'))
                    }
                    _ => None,
                };
                if let Some(code) = code {
                    out.extend_from_slice(&b[kept..i]);
                    out.extend_from_slice(format!("\\x{code:02x}").as_bytes());
                    kept = i + 3;
                    i += 2;
                } else {
                    i += 1;
                }
            }
            _ => {}
        }
        i += 1;
    }
    if kept == 0 {
        return None;
    }
    out.extend_from_slice(&b[kept..]);
    // only ASCII characters have been replaced, by others
    String::from_utf8(out).ok()
}

/// Whether the decimal number at the start names a group.
fn is_reference(digits: &[u8], groups: usize) -> bool {
    let n =
        digits.iter().take_while(|d| d.is_ascii_digit()).take(9).fold(0, |n, d| n * 10 + (d - b'0') as usize);
    n <= groups
}

/// Capturing groups of a pattern.
fn count_groups(pattern: &str) -> usize {
    let b = pattern.as_bytes();
    let (mut n, mut i, mut class) = (0, 0, false);
    while i < b.len() {
        match b[i] {
            b'\\' => i += 1,
            b'[' => class = true,
            b']' => class = false,
            b'(' if !class => {
                let plain = b.get(i + 1) != Some(&b'?');
                let named = b.get(i + 2) == Some(&b'<') && !matches!(b.get(i + 3), Some(b'=' | b'!'));
                n += (plain || named) as usize;
            }
            _ => {}
        }
        i += 1;
    }
    n
}

/// White space and line terminators.
fn white_space() -> Set {
    Set::of([
        (9, 13),
        (0x20, 0x20),
        (0xA0, 0xA0),
        (0x1680, 0x1680),
        (0x2000, 0x200A),
        (0x2028, 0x2029),
        (0x202F, 0x202F),
        (0x205F, 0x205F),
        (0x3000, 0x3000),
        (0xFEFF, 0xFEFF),
    ])
}

/// [WordCharacters](https://tc39.es/ecma262/#sec-wordcharacters).
pub fn word_characters(folded: bool) -> Set {
    let basic = Set::of([(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)]);
    if folded { case::close(&basic, true) } else { basic }
}
