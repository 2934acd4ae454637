// schedule: tier=interpreter voter=reference
// F060 (V8 CVE-2023-4427): the body of a for-in deletes a key that was to come.
const o = { a: 1, b: 2, c: 3 };
let s = "";
for (const k in o) {
  s += k + o[k];
  delete o.b;
}
print(s);
