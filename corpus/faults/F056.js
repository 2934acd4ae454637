// schedule: tier=interpreter caches=off
// F056 (LibJS #4827): a getter that defines the property itself.
class Lazy {
  get value() {
    Object.defineProperty(this, "value", { value: 7, writable: true, configurable: true });
    return 1;
  }
}
function read(o) { return o.value; }
for (let i = 0; i < 40; i++) {
  const o = new Lazy();
  print(read(o), read(o), read(o));
}
