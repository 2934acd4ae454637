// F045 (JSC CVE-2017-2547): the index is below the length, but negative.
function f(s, i) {
  if (i < s.length) return s.charCodeAt(i);
  return "out";
}
for (let i = 0; i < 80; i++) print(f("text", i & 7));
for (let i = 0; i < 5; i++) print(f("text", -1 - i), f("other", -2));
