//! Patterns against inputs, with the captures they must give.

use crate::{Failure, Flags, Input, compile};

fn run(pattern: &str, flags: &str, input: &str) -> String {
    let flags = Flags::parse(flags.encode_utf16()).expect("flags");
    let program = compile(pattern, flags).expect(pattern);
    let units: Vec<u16> = input.encode_utf16().collect();
    let mut steps = 1_000_000;
    match program.execute(Input::Utf16(&units), 0, flags.has(Flags::STICKY), &mut steps).expect("steps") {
        None => "-".into(),
        Some(c) => c
            .iter()
            .map(|g| g.map_or("~".into(), |(a, b)| String::from_utf16_lossy(&units[a as usize..b as usize])))
            .collect::<Vec<_>>()
            .join(","),
    }
}

#[test]
fn matches_as_specified() {
    for (pattern, flags, input, expected) in [
        ("a|ab", "", "abc", "a"),
        ("((a)|(ab))((c)|(bc))", "", "abc", "abc,a,a,~,bc,~,bc"),
        ("a[a-z]{2,4}", "", "abcdefghi", "abcde"),
        ("a[a-z]{2,4}?", "", "abcdefghi", "abc"),
        ("(aa|aabaac|ba|b|c)*", "", "aabaac", "aaba,ba"),
        ("(z)((a+)?(b+)?(c))*", "", "zaacbbbcac", "zaacbbbcac,z,ac,a,~,c"),
        ("(?=(a+))", "", "baaabac", ",aaa"),
        ("(?=(a+))a*b\\1", "", "baaabac", "aba,a"),
        ("(.*?)a(?!(a+)b\\2c)\\2(.*)", "", "baaabaac", "baaabaac,ba,~,abaac"),
        ("(?<=([ab]+)([bc]+))$", "", "abc", ",a,bc"),
        ("(?<=\\1(a))b", "", "aab", "b,a"),
        ("(?:(?<a>x)|(?<a>y))\\k<a>", "", "yy", "yy,~,y"),
        ("(a*)*", "", "b", ",~"),
        ("(?:a?)*?b", "", "aab", "aab"),
        ("\\u{61}", "", "uuuu", "-"),
        ("\\u{2}", "", "uu", "uu"),
        ("\\u{61}", "u", "a", "a"),
        ("ſ", "i", "s", "-"),
        ("ſ", "iu", "s", "s"),
        ("\\w", "iu", "ſ", "ſ"),
        ("[^x]", "i", "X", "-"),
        ("\\P{Lu}", "iu", "A", "A"),
        ("[\\q{abc|d|}]", "v", "abcd", "abc"),
        ("[\\q{abc|d|}]", "v", "x", ""),
        ("^\\p{Lu}+$", "u", "ÀÉ", "ÀÉ"),
        ("^.$", "u", "😀", "😀"),
        ("^.$", "", "😀", "-"),
        ("[\\w--[a-c]]+", "v", "abcdef", "def"),
        ("(?i:a)b", "", "Ab", "Ab"),
        ("(?i:a)b", "", "AB", "-"),
        ("^b", "m", "a\nb", "b"),
        ("b", "y", "ab", "-"),
        ("(a){0}b\\1", "", "b", "b,~"),
        ("(?!(a))b\\1", "", "b", "b,~"),
        ("x*?$", "", "axx", "xx"),
        ("\\bfoo\\b", "", "a foo b", "foo"),
        ("(?:ab){2,}?c", "", "abababc", "abababc"),
        ("[]", "", "a", "-"),
        ("[^]", "", "\n", "\n"),
    ] {
        assert_eq!(run(pattern, flags, input), expected, "/{pattern}/{flags} on {input:?}");
    }
}

#[test]
fn exponential_backtracking_ends_by_steps() {
    let program = compile("(a+)+b", Flags(0)).expect("a pattern");
    let mut steps = 100_000;
    let input = [b'a'; 60];
    assert_eq!(program.execute(Input::Latin1(&input), 0, false, &mut steps), Err(Failure::Steps));
    assert_eq!(steps, 0);
}

#[test]
fn wrong_patterns_and_deep_ones() {
    assert!(compile("(", Flags(0)).is_err());
    assert!(compile("(?<a>x)(?<a>y)", Flags(0)).is_err());
    assert!(compile("\\p{Nope}", Flags(Flags::UNICODE)).is_err());
    let deep = "(".repeat(5000) + &")".repeat(5000);
    assert!(compile(&deep, Flags(0)).is_ok());
    assert!(compile(&"(".repeat(100_000), Flags(0)).is_err());
}
