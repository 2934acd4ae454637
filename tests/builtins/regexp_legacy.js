// Annex B escapes, and properties of strings.
print(/[\c0\c_]+/.exec("a\x10\x1fb")[0].length, /\c0/.test("\\c0"), /(.)\1/.exec("a\x01 aa")[0]);
print(/\400/.test("\x200"), /[\4001]+/.exec("a\x2001")[0].length, /\377/.test("\xff"), /\0111/.test("\x091"));
print(/^(?:a)(b)\470$/.test("ab\x270"), "(x)\\1".replace(/\\1/, ""), /[[]\471/.test("[\x271"));
print(/^\p{RGI_Emoji}$/v.test("\u{1F468}\u200D\u{1F469}\u200D\u{1F467}"), /^\p{RGI_Emoji_ZWJ_Sequence}$/v.test("\u{1F408}\u200D\u2B1B"));
print(/^\p{RGI_Emoji}$/v.test("\u{1F468}\u{1F3FB}\u200D\u{1F91D}\u200D\u{1F468}\u{1F3FF}"), /^\p{RGI_Emoji}$/v.test("\u{1F468}\u200D\u{1F468}"));
