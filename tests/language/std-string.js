print("abc".at(-1), "abc".charAt(5) === "", "abc".charCodeAt(9), "\u{1F600}".codePointAt(0), "\u{1F600}".length, String.fromCodePoint(128512) === "\u{1F600}");
print("a,b,,c".split(",").length, "abc".split("").join("-"), "aXbX".replaceAll("X", "$&!"), "abc".substring(2, 0), "abc".slice(-2, -1), "ab".concat(1, null));
print(" \t x\u00a0 ".trim() + "|", "x".padStart(3, "ab"), "x".padEnd(4, "ab"), "abcabc".lastIndexOf("c", 4), "abc".indexOf("", 5), "abc".includes("bc", 1), "abc".startsWith("b", 1), "abc".endsWith("b", 2));
print("ß".toUpperCase(), "İ".toLowerCase().length, "A".toLowerCase(), "abc" < "abd", [..."a\u{1F600}"].length, "x".repeat(0) === "", isNaN("a"));
//> c true NaN 128512 2 true
//> 4 a-b-c aX!bX! ab b ab1null
//> x| abx xaba 2 3 true true true
//> SS 2 a true 2 true true
