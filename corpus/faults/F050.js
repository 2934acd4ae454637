// schedule: tier=toptier gc=every:5 verify=on
// Needs gc=every:N or verify=on: a young object is only reachable from a slot of an old one.
function link(holder, i) {
  holder.last = { number: i };
}
let holder = { last: null };
for (let i = 0; i < 60; i++) {
  link(holder, i);
  let noise = [i, [i], { i }];
  print(holder.last.number, noise.length);
}
