// F031 (ChakraCore CVE-2017-8609): two names for one object.
function f(p, q) {
  let first = p.v;
  q.v = first + 1;
  let again = p.v;
  return first + ":" + again;
}
for (let i = 0; i < 60; i++) print(f({ v: i }, { v: 2 }));
const o = { v: 5 };
print(f(o, o));
