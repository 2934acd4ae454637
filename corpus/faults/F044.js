// F044 (ChakraCore CVE-2017-11861): index plus constant wraps around.
function f(s, i) {
  i = i & 0x7fffffff;
  let k = (i + 0x7ffffff0) | 0;
  if (k < s.length) return s.charCodeAt(k);
  return "above";
}
for (let i = 0; i < 80; i++) print(f("some text", i & 7));
for (let i = 0; i < 80; i++) print(f("some text", 16 + i), f("other", 0x7ffffff0 + (i & 15)));
