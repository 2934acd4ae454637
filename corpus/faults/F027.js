// F027 (ChakraCore CVE-2018-0777): the loop variable is set to a constant below its start.
function f(n, back) {
  let s = "";
  for (let i = 3, rounds = 0; i < 20; i++) {
    s = 1 / (i % 4);
    if (++rounds > n) break;
    if (i === back) i = -5;
  }
  return s;
}
for (let i = 0; i < 80; i++) print(f(i % 12, i % 9 === 8 ? 6 : 100));
