let s = "";
for (let i = 0; i < 200; i++) s += String.fromCharCode(97 + i % 26);
let h = 0;
for (let i = 0; i < s.length; i++) h = (h * 31 + s.charCodeAt(i)) | 0;
print(h, s.slice(-5), s.indexOf("xyz"), s.lastIndexOf("abc"), s.at(-1), s[3], s[999]);
print("a-b-c".split("-").join("+"), "abc".padStart(6, "12"), "x".repeat(3), " t ".trim(), "aBc".toUpperCase());
print("\u00e9" < "z", "a" < "b", "10" < "9", 10 < "9", "abc".localeCompare === undefined);
print(`${1 + 1}${[1, 2]}${null}`, "abc".replace("b", "$&$&"), "aXbX".replaceAll("X", "-"));
//> 569114852 nopqr 23 182 r d undefined
//> a+b+c 121abc xxx t ABC
//> false true true false false
//> 21,2null abbc a-b-
