// schedule: tier=interpreter caches=off
// F057 (LibJS #6270): a prototype loses a property that caches know.
function Base() {}
Base.prototype.x = 1;
function Derived() {}
Derived.prototype = Object.create(Base.prototype);
Derived.prototype.x = 2;
const o = new Derived();
function read() { return o.x; }
for (let i = 0; i < 40; i++) read();
print(read());
delete Derived.prototype.x;
print(read());
