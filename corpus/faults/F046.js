// schedule: tier=interpreter voter=reference
// F046 (V8 CVE-2018-16065): the conversion of the value detaches the buffer.
const t = new Int32Array(4);
try {
  t.fill({ valueOf() { t.buffer.transfer(); return 7; } });
  print("filled", t.length);
} catch (e) {
  print(e.name);
}
